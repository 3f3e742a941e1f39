"""Every flow, path and component of the fraud program is missed when it is taken away."""

from __future__ import annotations

import dataclasses
import pathlib
from collections.abc import Callable

import pytest

from archgen.engine import load_project, record_all
from archgen.proof import Evidence
from archgen.proof.coverage import load_coverage
from archgen.proof.rules.component_without_resources import ComponentWithoutResources
from archgen.proof.rules.flow_without_grant import FlowWithoutGrant
from archgen.proof.rules.flow_without_path import FlowWithoutPath

Project = Callable[..., pathlib.Path]


@pytest.fixture(scope="module")
def evidence(project: Project) -> Evidence:
    loaded = load_project(project("fraud-slice"))
    (stack, phase, preview, up) = next(iter(record_all(loaded, ["prod"], ["live"])))
    return Evidence(loaded, stack, phase, preview, up, load_coverage(loaded), "aws")


def without(evidence: Evidence, *gone: str) -> Evidence:
    kept = tuple(resource for resource in evidence.up.resources if resource.urn not in gone)
    return dataclasses.replace(evidence, up=dataclasses.replace(evidence.up, resources=kept))


def test_without_its_grant_every_flow_is_found(evidence: Evidence) -> None:
    flows = evidence.flows
    assert len(flows) >= 12
    for flow in flows:
        grant = flow["grant"]
        gone = [r.urn for r in evidence.up.resources if r.name == grant["name"] and r.type in grant["types"]]
        assert gone, flow["id"]
        found = list(FlowWithoutGrant().check(without(evidence, *gone)))
        assert [flow["id"] in finding.message for finding in found] == [True]


def test_without_its_rules_every_path_is_found(evidence: Evidence) -> None:
    for flow in evidence.flows:
        if flow["path"]["kind"] == "provider":
            continue
        owner = flow["grant"]["owner"]
        rules = [r.urn for r in evidence.up.resources if r.component == owner and "securityGroup" in r.type]
        gone = [urn for urn in rules if "EgressRule" in urn or "IngressRule" in urn]
        found = list(FlowWithoutPath().check(without(evidence, *gone)))
        assert any(flow["id"] in finding.message for finding in found), flow["id"]


def test_a_component_that_makes_nothing_is_found(evidence: Evidence) -> None:
    for component in (evidence.coverage or {})["components"]:
        if component["external"]:
            continue
        gone = [r.urn for r in evidence.up.resources if r.component == component["id"] and r.from_provider]
        assert gone
        found = list(ComponentWithoutResources().check(without(evidence, *gone)))
        assert [component["id"] in finding.message for finding in found] == [True]
