"""What a workload asks for before it has services, by figures that can be reckoned by hand."""

from __future__ import annotations

import pytest

from archgen.knowledge import assumptions
from archgen.sizing import Quantity, outline_sizing, workload_sizing
from archgen.sizing.keyvalue import read_units, write_units
from archgen.sizing.promise import error_budget_minutes, late_runs_a_year
from archgen.sizing.retrieval import vector_gigabytes
from archgen.sizing.storage import arriving, stored_bytes
from archgen.sizing.training import boosting_hours, network_hours
from archgen.spec import Spec
from tests.specs import CASES, changed, spec

NAMES = sorted(path.stem for path in CASES.glob("*.yaml"))


def sized(asked: Spec) -> dict[tuple[str, str], Quantity]:
    known = assumptions().overridden(asked.assumptions)
    rows = (*workload_sizing(asked, known), *outline_sizing(asked, known))
    found = {(row.component, row.name): row for row in rows}
    assert len(found) == len(rows), "a size is reckoned twice"
    return found


@pytest.mark.parametrize("case", NAMES)
def test_every_row_has_formula_inputs_and_a_range_around_its_value(case: str) -> None:
    rows = sized(spec(case))
    assert rows
    for row in rows.values():
        assert row.formula and row.unit and row.inputs
        assert row.low is not None and row.high is not None and row.low <= row.value <= row.high


def test_an_assumption_among_the_inputs_of_a_row_moves_it() -> None:
    """A row that names an assumption which nothing reads would show a range, and an override, that mean nothing."""
    named, moving = set(), set()
    for case in (
        "payments-fraud",
        "service-assistant",
        "document-processing",
        "demand-forecasting",
        "visual-inspection",
    ):
        asked = spec(case)
        before = sized(asked)
        for id in {id for row in before.values() for id in row.inputs} & set(assumptions()):
            # The largest steps turn even what is rounded up or held at a floor.
            for factor in (1 / 16, 1 / 2, 2, 4, 16):
                value = {id: assumptions().value(id) * factor}
                known = assumptions().overridden({**asked.assumptions, **value})
                after = (*workload_sizing(asked, known), *outline_sizing(asked, known))
                moving |= {(row.name, id) for row in after if row.value != before[row.component, row.name].value}
            named |= {(row.name, id) for row in before.values() if id in row.inputs}
    assert named - moving == set()


def test_the_fraud_case() -> None:
    rows = sized(spec("payments-fraud"))
    assert rows["stream", "units"].value == 15
    assert rows["model", "instances"].value == 18
    assert rows["model", "requests_in_flight"].value == pytest.approx(12_000 * 0.015)
    assert rows["model", "queue_wait_p99_ms"].value <= 10
    # 12,000 events x 3 entities of 0.4 KB, and 36,000 reads of 4 KB at half a unit, at 70 %.
    assert rows["online-features", "table_write_units"].value == 51_429
    assert rows["online-features", "table_read_units"].value == 25_715
    assert rows["service", "error_budget_minutes"].value == pytest.approx(21.6)


def test_capacity_units_round_up_to_whole_kilobytes() -> None:
    assert write_units(10_000, 1_000, 0.7) == 14_286
    assert write_units(10_000, 1_001, 0.7) == 28_572
    assert read_units(20_000, 4_000, 0.7) == 14_286
    assert read_units(20_000, 4_001, 0.7) == 28_572


def test_an_index_by_the_figures_of_its_source() -> None:
    assert vector_gigabytes(1_000_000, 768, 16, 0) == pytest.approx(3.5, abs=0.05)
    assert vector_gigabytes(1_000_000, 768, 16, 1) == pytest.approx(7.0, abs=0.1)
    rows = sized(spec("service-assistant"))
    # 900,000 pages and 1.8M documents of 2 pages, a passage a page.
    assert rows["index", "vectors"].value == 900_000 + 1_800_000 * 2
    assert rows["index", "capacity_units"].value == 8


def test_a_small_index_still_costs_its_floor() -> None:
    asked = changed("service-assistant", ("1.8M", "1000"), ("26000, pages: 900k", "100, pages: 1000"))
    assert sized(asked)["index", "capacity_units"].value == assumptions().value("vector_floor_units")


def test_training_by_the_figures_of_its_source() -> None:
    assert boosting_hours(50e6, 200, 500, 6, 1e-8, 16) == pytest.approx(0.87, abs=0.005)
    # 6 x 86M x 189M tokens on a card of 70 TFLOPS at 40 %.
    assert network_hours(86e6, 48_000 * 20 * 197, 70, 0.4) == pytest.approx(0.97, abs=0.01)
    assert ("training", "hours_of_a_run") not in sized(
        changed("payments-fraud", ("training: here", "training: elsewhere"))
    )


def test_a_lake_is_full_when_its_oldest_day_leaves() -> None:
    assert stored_bytes(10, 0, 400, 1) == 3650
    assert stored_bytes(10, 0, 400, 2) == stored_bytes(10, 0, 400, 3) == 4000
    assert stored_bytes(10, 0, 30, 1) == 300
    # The second year brings a fifth more, and 35 days of the first are still held.
    assert stored_bytes(10, 0.2, 400, 2) == pytest.approx(12 * 365 + 10 * 35)


def test_documents_come_one_for_each_answer_and_a_corpus_is_held_once() -> None:
    """10,000 invoices of 4 GB: each of 17,280 a day brings 0.4 MB, on top of what purchase orders bring."""
    found = arriving(spec("document-processing"), assumptions())
    assert found.files == pytest.approx(0.2 * 86_400 * 4e9 / 10_000)
    assert found.rows == pytest.approx(2e9)
    assert arriving(spec("service-assistant"), assumptions()).files == 0


def test_what_is_answered_on_the_site_has_a_buffer_and_no_endpoint() -> None:
    rows = sized(spec("visual-inspection"))
    assert rows["site", "uplink_megabits"].value == pytest.approx(30 * 5e6 * 8 / 1e6)
    assert rows["site", "buffer_gb"].value == 24 * 5 * 8 * 3600 / 1000
    assert ("model", "instances") not in rows


def test_a_promise_in_minutes_and_in_runs() -> None:
    assert error_budget_minutes(0.999) == pytest.approx(43.2)
    assert error_budget_minutes(0.9995) == pytest.approx(21.6)
    assert late_runs_a_year(0.995, 30) == pytest.approx(1.825)
    assert ("service", "late_runs_a_year") in sized(spec("demand-forecasting"))


def test_an_override_of_the_spec_moves_the_rows_and_takes_their_range_away() -> None:
    asked = changed(
        "demand-forecasting",
        ("budget: {monthly: 6000 USD}", "budget: {monthly: 6000 USD}\nassumptions: {compression_ratio: 1}"),
    )
    before, after = sized(spec("demand-forecasting")), sized(asked)
    key = ("lake", "gigabytes_after_year_1")
    assert after[key].value > 3 * before[key].value
    assert after[key].inputs["compression_ratio"] == 1
