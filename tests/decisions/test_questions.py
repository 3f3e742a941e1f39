"""Questions that every spec is asked, and answers that the twelve cases alone do not show."""

from __future__ import annotations

import pytest

from archgen.decisions import Decision, decide, questions
from archgen.knowledge import assumptions
from archgen.spec import Spec
from tests.specs import CASES, changed, spec

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


def made(asked: Spec) -> dict[str, Decision]:
    return dict(decide(asked, assumptions().overridden(asked.assumptions)))


ALL_SNOWFLAKE = ("{id: accounts, system: salesforce,", "{id: accounts, system: snowflake,")


@pytest.mark.parametrize("case", NAMES)
def test_how_steps_run_and_what_survives_is_asked_of_every_spec(case: str) -> None:
    assert {"orchestration", "recovery", "private-endpoints", "accounts", "monitoring"} <= set(made(spec(case)))


def test_every_decision_that_an_architect_expects_is_a_question() -> None:
    asked = {question.id for question in questions()}
    assert asked >= {
        *("processing", "transformation", "online-features", "serving", "placement", "protocol", "accelerator"),
        *("spot-training", "release", "monitoring", "recovery", "front-door", "decision-events", "capture", "network"),
        *("private-endpoints", "accounts", "orchestration", "privacy", "maturity", "cloud", "warehouse-learning"),
    }


class TestOrchestration:
    def test_a_night_has_a_state_machine_and_training_a_pipeline(self) -> None:
        assert "state machine" in made(spec("demand-forecasting"))["orchestration"].choice
        training = made(spec("payments-fraud"))["orchestration"]
        assert training.choice.startswith("the managed pipeline")
        assert "24 runs a year" in training.rejected[0].figure, "2 models, 12 releases each"

    def test_what_is_not_trained_is_still_loaded(self) -> None:
        assert made(spec("service-assistant"))["orchestration"].choice.startswith("events and a queue")
        elsewhere = changed("payments-fraud", ("training: here", "training: elsewhere"))
        assert made(elsewhere)["orchestration"].choice.startswith("events and a queue")


def test_no_door_is_asked_for_where_nobody_knocks() -> None:
    """The cases found it: a queue and its events had a load balancer for callers that do not exist."""
    for case in ("document-processing", "predictive-maintenance"):
        assert not {"front-door", "protocol"} & set(made(spec(case)))
    assert {"front-door", "protocol"} <= set(made(spec("credit-scoring")))


def test_a_managed_model_first_has_no_training_run_to_orchestrate() -> None:
    decisions = made(spec("document-processing"))
    assert "spot-training" not in decisions
    assert decisions["orchestration"].choice.startswith("events and a queue")


def test_callers_on_two_continents_ask_for_a_copy_near_each_where_time_is_short() -> None:
    two = ("data_subjects: [eu]", "data_subjects: [eu, us]")
    near = made(changed("recommendation", two))["placement"]
    assert "a copy near each, which is not built" in near.choice
    patient = made(changed("recommendation", two, ("p99: 80 ms", "p99: 400 ms")))["placement"]
    assert patient.choice == "in one region of the cloud"
    assert [str(flip) for flip in patient.flips_when] == ["workload.latency.p99 <= 150 ms"]


def test_a_function_is_ruled_out_by_its_limit_and_not_where_the_rows_fit() -> None:
    """The case found it: a minute of writing was to outlast a function of fifteen."""
    long, short = made(spec("demand-forecasting"))["write-back"], made(spec("warehouse-churn"))["write-back"]
    assert "40 min of writing" in next(one.figure for one in long.rejected if one.option == "function")
    function = next(one for one in short.rejected if one.option == "function")
    assert "7 min of writing" in function.figure and "no room" in function.reason


class TestRecovery:
    def test_a_spec_that_is_silent_is_given_a_named_assumption(self) -> None:
        decision = made(spec("service-assistant"))["recovery"]
        assert "backup and restore" in decision.choice
        assert "assumed: recovery_rto_s" in decision.rejected[0].figure
        assert decision.flips_when[0].path == "assumptions.recovery_rto_s"

    def test_an_availability_that_one_region_does_not_promise_asks_for_a_second(self) -> None:
        """99.99 % is what a region promises: with hours to recover, only a second one that answers keeps it."""
        high = made(changed("service-assistant", ("availability: 99.9%", "availability: 99.99%")))["recovery"]
        assert "active/active" in high.choice
        assert "below the target without a fallback" in " ".join(high.consequences)

    def test_an_ordinary_availability_is_kept_by_services_in_line(self) -> None:
        said = " ".join(made(spec("payments-fraud"))["recovery"].consequences)
        assert "leaves 22 min" in said and "4 services of an answer promise 99.96% together" in said

    def test_a_stated_recovery_has_copies_beyond_the_region_and_says_what_they_do_not_keep(self) -> None:
        """Replication time control promises 15 minutes: a point of one minute holds for a zone only."""
        decision = made(spec("payments-fraud"))["recovery"]
        assert "copies of what is stored in a second one" in decision.choice and "not built" in decision.choice
        assert "RPO of 1 min holds for the loss of a zone, and 15 min for the region" in decision.consequences[0]

    def test_a_day_to_recover_is_met_by_copies_and_a_new_deployment(self) -> None:
        decision = made(changed("payments-fraud", ("rto: 15 min, rpo: 1 min", "rto: 24 h, rpo: 24 h")))["recovery"]
        assert "not built" not in decision.choice and "keeps an RPO of 24 h" in decision.consequences[0]
        assert not [one for one in decision.rejected if "not built" in one.reason]
        strict = made(changed("payments-fraud", ("rto: 15 min, rpo: 1 min", "rto: 24 h, rpo: 1 min")))["recovery"]
        assert "not built" in strict.choice, "a day to recover, and a minute to lose, is more than copies keep"

    def test_what_sources_can_deliver_once_more_is_not_copied(self) -> None:
        decision = made(changed("payments-fraud", ("training: here", "training: elsewhere")))["recovery"]
        assert "copies" not in decision.choice and "copied" not in " ".join(decision.consequences)

    def test_one_zone_is_rejected_by_what_it_promises(self) -> None:
        one = next(r for r in made(spec("payments-fraud"))["recovery"].rejected if r.option == "one zone")
        assert "99.5%" in one.figure and one.reason == "its loss stops everything"


class TestWarehouseLearning:
    def test_one_warehouse_that_holds_everything_learns_itself(self) -> None:
        for asked in (changed("churn-scoring", ALL_SNOWFLAKE), spec("warehouse-churn")):
            decision = made(asked)["warehouse-learning"]
            assert "asks for models in the warehouse first" in decision.choice
            assert "2 of 2 sources" in decision.rejected[0].figure
        assert made(spec("warehouse-churn"))["transformation"].choice.startswith("ELT")

    def test_two_warehouses_are_no_one_place(self) -> None:
        two = changed("churn-scoring", ("system: salesforce, delivery", "system: bigquery, delivery"))
        assert made(two)["warehouse-learning"].choice.startswith("beside")

    def test_a_caller_is_not_answered_by_a_warehouse(self) -> None:
        decision = made(spec("payments-fraud"))["warehouse-learning"]
        assert decision.choice.startswith("beside")
        assert "0.1 s" in decision.rejected[0].figure

    def test_it_is_not_asked_where_nothing_is_learnt_from_tables(self) -> None:
        assert "warehouse-learning" not in made(spec("service-assistant"))
        assert "warehouse-learning" not in made(spec("visual-inspection"))


def test_the_actuals_of_a_forecast_are_its_labels() -> None:
    """The case found it: without a stated delay a forecast was to be audited by people, as if its truth never came."""
    assert "measured each day on its labels" in made(spec("demand-forecasting"))["monitoring"].choice
