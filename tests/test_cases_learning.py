"""A model that is trained here: from labels to a release, as an architect would check it before reading any code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archgen.knowledge import assumptions
from archgen.program import Program
from archgen.services import Neighbours, Ref, Setting, Value
from tests.specs import designed, wired

LEARNING, BROUGHT, FORECASTING = "fraud-learning", "fraud-slice", "demand-forecasting"


def arguments(program: Program, id: str) -> dict[str, Value]:
    return dict(next(instance for instance in program.instances if instance.id == id).arguments)


def live_keys(case: str) -> set[str]:
    return {setting.key for setting in wired(case).live_settings}


def test_training_registry_promotion_and_monitoring_have_their_homes() -> None:
    bound = {id: binding.service.id for id, binding in designed(LEARNING).bindings.items()}
    assert bound["training"] == "sagemaker_training"
    assert bound["registry"] == "sagemaker_registry"
    assert bound["promotion"] == "sagemaker_promotion"
    assert bound["model-monitoring"] == "sagemaker_monitoring"


def test_a_version_reaches_the_endpoint_through_the_registry_and_a_setting_alone() -> None:
    model = arguments(wired(LEARNING), "model")
    assert model["registry"] == Ref(component="registry")
    package = model["model_package_arn"]
    assert isinstance(package, Setting) and package.live
    # Promotion takes the registry and knows no endpoint: what it ends in is the setting above.
    assert Ref(component="model") not in arguments(wired(LEARNING), "promotion").values()


def test_a_challenger_runs_in_the_shadow_where_two_models_are_trained_here() -> None:
    assert "modelChallengerPackageArn" in live_keys(LEARNING)
    rows = {(row.component, row.name): row.value for row in designed(LEARNING).sizing}
    # A tenth of 12 instances, rounded up.
    assert rows["model", "shadow_instances"] == 2
    assert "modelChallengerPackageArn" not in live_keys(BROUGHT)


def test_releases_are_watched_by_approvals_wherever_decisions_are_made() -> None:
    for case in (LEARNING, BROUGHT):
        model = arguments(wired(case), "model")
        assert (model["decided_by"], model["approval_rate_floor"]) == ("scoring", 0.95)


def test_the_monitor_reads_what_the_endpoint_captured_and_what_curation_labelled() -> None:
    given = arguments(wired(LEARNING), "model-monitoring")
    assert given["sources"] == (Ref(component="curated"), Ref(component="event-lake"))
    assert given["captured"] == Ref(component="event-lake")
    assert given["curated"] == Ref(component="curated")
    assert given["endpoint"] == Ref(component="model")
    assert "LABEL_DELAY_DAYS=90" in str(given["parameters"])


def test_forecasts_are_trained_registered_and_watched_without_an_endpoint() -> None:
    program = wired(FORECASTING)
    assert arguments(program, "training")["gates"] == ("wape_to_naive <= 0.95",)
    watched = arguments(program, "model-monitoring")
    assert "endpoint" not in watched and "captured" not in watched
    assert watched["answers"] == Ref(component="results")
    assert watched["time_zone"] == "Europe/Berlin"
    assert "promotion" not in {instance.id for instance in program.instances}


@pytest.mark.parametrize("id", ["training", "registry", "promotion", "model-monitoring", "curation"])
def test_a_model_that_is_brought_needs_none_of_it(id: str) -> None:
    assert id not in designed(BROUGHT).bindings


def test_labels_are_joined_to_captured_requests_where_these_outlive_the_delay() -> None:
    given = arguments(wired(LEARNING), "model-monitoring")
    assert given["label_delay_days"] == 90
    assert "ENTITIES=card,merchant,device" in str(given["parameters"])
    # What is compared before a release is compared after it: one setting, not two.
    assert given["bias_columns"] == arguments(wired(LEARNING), "training")["bias_columns"]
    assert {"LabelsMatched < 1", "RecallGap > 0.2"} <= set(str(given["limits"]).replace("'", '"').split('"'))
    forecasts = arguments(wired(FORECASTING), "model-monitoring")
    assert "label_delay_days" not in forecasts and "LabelsMatched" not in str(forecasts["limits"])


@pytest.mark.parametrize(("keep_days", "joined"), [(94, True), (93, False)])
def test_requests_that_are_deleted_before_their_labels_are_mature_are_not_joined(keep_days: int, joined: bool) -> None:
    design = designed(LEARNING)
    lakes = {"event-lake"}
    components = tuple(
        replace(c, needs={**c.needs, "keep_days": keep_days}) if c.id in lakes else c
        for c in design.topology.components
    )
    topology = replace(design.topology, components=components)
    service = design.bindings["model-monitoring"].service
    bound = {id: binding.service for id, binding in design.bindings.items()}
    around = Neighbours(topology=topology, services=bound, region=design.region, assumptions=assumptions())
    given = service.arguments(topology.component("model-monitoring"), around)
    assert ("label_delay_days" in given) is joined
    assert ("LabelsMatched < 1" in str(given["limits"])) is joined
