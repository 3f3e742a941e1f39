"""Faults planted on the recording of a program that meets every requirement."""

from __future__ import annotations

import dataclasses

import pytest

from archgen.engine import Resource
from archgen.proof import Evidence
from archgen.proof.requirements import Requirement, applies, requirements
from archgen.proof.rules.dead_letters_unwatched import ALARM, QUEUE, DeadLettersUnwatched
from archgen.proof.rules.physical_name import PhysicalName
from archgen.proof.rules.unwanted import Unwanted
from tests.proof.mutations.planting import replaced

PLANTED_HERE = {"account-singleton", "dead-letters-unwatched", "unwanted"}
"""Rules whose fault is no change of one resource: here and in `test_account_singleton.py`."""


@pytest.mark.parametrize("row", requirements(), ids=lambda row: row.id)
def test_without_what_protects_it_each_resource_is_found(fraud: Evidence, row: Requirement) -> None:
    """Every input that a check of the AWS table asks for is taken from every resource of the fraud program in turn."""
    checks = [each for each in row.checks if "given" in each or "is" in each or "protected" in each]
    for check in checks:
        for resource in fraud.up.of_type(check["type"]):
            top = check.get("path", "").partition(".")[0].removesuffix("[]")
            when = check.get("when")
            if not applies(check, resource, fraud) or (when and when["path"].partition(".")[0] == top):
                continue
            kept = {key: value for key, value in resource.inputs.items() if key != top}
            bare = dataclasses.replace(resource, inputs=kept, protect=False)
            assert any(found.resource == resource.urn for found in row.check(replaced(fraud, resource, bare))), (
                check,
                resource.urn,
            )


def _dead_letters(fraud: Evidence) -> Resource:
    return next(each for each in fraud.up.of_type(QUEUE) if "dead-letters" in each.name)


def _wired(fraud: Evidence) -> Evidence:
    """The evidence with a schedule whose dead letters go to the program's queue."""
    queue = _dead_letters(fraud)
    arn = next(each for each in queue.identities if each.startswith("arn:"))
    schedule = dataclasses.replace(
        queue,
        urn="urn::nightly",
        type="aws:scheduler/schedule:Schedule",
        inputs={"target": {"deadLetterConfig": {"arn": arn}}},
    )
    up = dataclasses.replace(fraud.up, resources=(*fraud.up.resources, schedule))
    return dataclasses.replace(fraud, up=up)


def test_dead_letters_that_nobody_watches_are_found(fraud: Evidence) -> None:
    wired, queue = _wired(fraud), _dead_letters(fraud)
    assert list(DeadLettersUnwatched().check(wired)) == []
    watching = [
        each for each in wired.up.of_type(ALARM) if queue.urn in each.dependencies or queue.component == each.component
    ]
    for alarm in watching:
        wired = replaced(wired, alarm, None)
    assert [finding.resource for finding in DeadLettersUnwatched().check(wired)] == [queue.urn]


@pytest.mark.parametrize(("length", "found"), [(24, 0), (25, 1)])
def test_a_name_that_pulumi_makes_has_room_for_eight_characters(fraud: Evidence, length: int, found: int) -> None:
    balancer = fraud.up.of_type("aws:lb/loadBalancer:LoadBalancer")[0]
    inputs = {key: value for key, value in balancer.inputs.items() if key != "namePrefix"}
    named = dataclasses.replace(balancer, name="b" * length, inputs=inputs)
    assert len(list(PhysicalName().check(replaced(fraud, balancer, named)))) == found


def test_what_the_design_rules_out_is_found(fraud: Evidence) -> None:
    coverage = {**(fraud.coverage or {}), "must_not": [{"what": "endpoint", "because": "the workload is a batch"}]}
    found = list(Unwanted().check(dataclasses.replace(fraud, coverage=coverage)))
    assert {finding.file for finding in found} == {"components/sagemaker_endpoint/component.py"}
    assert len(found) == 2
