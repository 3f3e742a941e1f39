"""What every program of a kind has to have, and must not: each row of both tables, on programs of that kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from archgen.engine import Resource
from archgen.proof import Evidence, all_rules
from archgen.proof.rules.late_fallback import LateFallback
from archgen.proof.rules.missing_part import MissingPart
from archgen.proof.rules.unwanted import Unwanted
from archgen.proof.shapes import applies_here, shown
from archgen.proof.tables import table
from tests.proof.mutations.planting import Program
from tests.proof.recordings import resource
from tests.proof.sdk_paths import follow

WANTED = table("wanted")["wanted"]
NEVER = table("unwanted")["never"]
PLANTED: Mapping[str, Mapping[str, Any]] = {
    "onlineStoreConfig.storageType": {"onlineStoreConfig": {"storageType": "InMemory"}},
    "onlineStoreConfig.enableOnlineStore": {"onlineStoreConfig": {"enableOnlineStore": True}},
    "productionVariants[].serverlessConfig": {"productionVariants": [{"serverlessConfig": {"maxConcurrency": 5}}]},
    "dataCaptureConfig.initialSamplingPercentage": {"dataCaptureConfig": {"initialSamplingPercentage": 100}},
    "scheduleExpression": {"scheduleExpression": "cron(0 3 * * ? *)"},
}
"""First path of a shape -> inputs of that shape."""

Programs = Callable[[str], Program]


def _of_kind(row: Mapping[str, Any], programs: Programs, forecast: Evidence) -> Evidence:
    recorded = forecast if row["when"].get("mode") == "batch" else programs("aws").evidence
    assert applies_here(row, recorded), row
    return recorded


def _name(row: Mapping[str, Any]) -> str:
    return row.get("id", row.get("because", "")[:30])


@pytest.mark.parametrize("row", [*WANTED, *NEVER], ids=_name)
def test_the_paths_of_a_shape_are_those_of_the_sdk(row: Mapping[str, Any]) -> None:
    pytest.importorskip("pulumi_aws")
    for shape in row["shown_by"]:
        for condition in (*shape.get("all", ()), *([shape["zones"]] if "zones" in shape else ())):
            follow(shape["type"], condition["path"])


@pytest.mark.parametrize("row", WANTED, ids=_name)
def test_without_a_part_it_is_missed(row: Mapping[str, Any], programs: Programs, forecast: Evidence) -> None:
    recorded = _of_kind(row, programs, forecast)
    assert list(MissingPart().check(recorded)) == []
    gone = {found.urn for shape in row["shown_by"] if "type" in shape for found in shown(shape, recorded)}
    kept = tuple(each for each in recorded.up.resources if each.urn not in gone)
    flows = [] if any("flow" in shape for shape in row["shown_by"]) else recorded.flows
    without = dataclasses.replace(
        recorded,
        up=dataclasses.replace(recorded.up, resources=kept),
        coverage={**(recorded.coverage or {}), "flows": flows},
    )
    assert any(row["what"] in found.message for found in MissingPart().check(without))


@pytest.mark.parametrize("row", NEVER, ids=_name)
def test_what_has_no_place_in_such_a_program_is_found(
    row: Mapping[str, Any], programs: Programs, forecast: Evidence
) -> None:
    recorded = _of_kind(row, programs, forecast)
    assert list(Unwanted().check(recorded)) == []
    for shape in row["shown_by"]:
        planted = _planted(shape, recorded)
        more = dataclasses.replace(recorded.up, resources=(*recorded.up.resources, planted))
        found = list(Unwanted().check(dataclasses.replace(recorded, up=more)))
        assert planted.urn in {each.resource for each in found if row["because"] in each.message}


def _planted(shape: Mapping[str, Any], recorded: Evidence) -> Resource:
    places = [each["id"] for each in recorded.components if each["role"] == shape.get("role", each["role"])]
    inputs = PLANTED[shape["all"][0]["path"]] if "all" in shape else {}
    return resource("planted", shape["type"], places[0], **inputs)


def test_a_program_of_another_kind_is_left_alone(forecast: Evidence) -> None:
    other = {
        **(forecast.coverage or {}),
        "design": {"mode": "online", "frameworks": [], "p99_ms": 100.0, "labels": True},
    }
    empty = dataclasses.replace(forecast, coverage=other, up=dataclasses.replace(forecast.up, resources=()))
    assert list(MissingPart().check(empty)) == []
    unsaid = {key: value for key, value in other.items() if key != "design"}
    assert list(MissingPart().check(dataclasses.replace(empty, coverage=unsaid))) == []


def test_the_nightly_forecast_has_no_finding(forecast: Evidence) -> None:
    assert [found for rule in all_rules() for found in rule.check(forecast)] == []


def test_a_scoring_container_without_a_deadline_waits_for_ever(programs: Programs) -> None:
    recorded = programs("aws").evidence
    task = next(each for each in recorded.up.of_type("aws:ecs/taskDefinition:TaskDefinition") if each.name == "scoring")
    text = str(task.inputs["containerDefinitions"]).replace("FALLBACK_AFTER_MS", "OTHER")
    bare = dataclasses.replace(task, inputs={**task.inputs, "containerDefinitions": text})
    resources = tuple(bare if each is task else each for each in recorded.up.resources)
    without = dataclasses.replace(recorded, up=dataclasses.replace(recorded.up, resources=resources))
    assert [found.resource for found in LateFallback().check(without)] == [task.urn]
