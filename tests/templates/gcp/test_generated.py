"""The fraud slice as it is generated for Google Cloud: proved, and each planted fault found where it was planted.

Faults that any program can have are those of `tests/proof/mutations/`.
"""

from __future__ import annotations

import dataclasses
import pathlib

import pytest

from archgen.design import design
from archgen.engine import load_project, record_all
from archgen.errors import NotFeasible
from archgen.proof import Evidence, prove
from archgen.proof.coverage import load_coverage
from archgen.proof.rules.component_without_resources import ComponentWithoutResources
from archgen.proof.rules.flow_without_grant import FlowWithoutGrant
from archgen.proof.rules.flow_without_path import FlowWithoutPath
from tests.planting import Fault, findings_in_up, plant
from tests.specs import spec
from tests.templates.gcp.conftest import REGION

PROD = "infra/Pulumi.prod.yaml"
STREAM = "infra/components/pubsub_stream/component.py"
SCORING = "infra/components/scoring_service/component.py"
CONNECTIONS = "infra/components/hardened/connections.py"
NETWORK = "infra/components/private_network/component.py"


def _fault(id: str, file: str, old: str, new: str, rule: str, found_in: str | None) -> Fault:
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=found_in)


FAULTS = (
    _fault(
        "grant-under-another-name",
        STREAM,
        'f"{writer.name}-writes-{self._name}"',
        'f"{writer.name}-write-{self._name}"',
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
    _fault(
        "grant-for-another",
        STREAM,
        "topic=self._topic_made.name,\n                role=",
        'topic="another",\n                role=',
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
    _fault(
        "rule-for-nobody",
        CONNECTIONS,
        "target_tags=[workload.network_tag]",
        'target_tags=["somebody-else"]',
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
    _fault(
        "entrance-to-another-service",
        NETWORK,
        'GOOGLE_DOMAIN = "googleapis.com."',
        'GOOGLE_DOMAIN = "example.com."',
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
    _fault(
        "address-invented",
        SCORING,
        "cidrs=args.caller_cidrs",
        'cidrs=["10.0.0.0/8"]',
        "flow-without-path",
        None,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_found_at_its_place(
    slice_project: pathlib.Path, fault: Fault, tmp_path: pathlib.Path
) -> None:
    of_rule = findings_in_up(plant(slice_project, tmp_path / "project", fault), "prod", "live", fault.rule)
    assert of_rule
    assert fault.found_in in {finding.file for finding in of_rule}


def test_every_stack_passes_in_both_phases(slice_project: pathlib.Path) -> None:
    proofs = list(prove(load_project(slice_project), ("dev", "staging", "prod"), ("foundation", "live")))
    assert len(proofs) == 6
    assert [str(finding) for proof in proofs for finding in proof.findings] == []


@pytest.fixture(scope="module")
def evidence(slice_project: pathlib.Path) -> Evidence:
    loaded = load_project(slice_project)
    (stack, phase, preview, up) = next(iter(record_all(loaded, ["prod"], ["live"])))
    return Evidence(loaded, stack, phase, preview, up, load_coverage(loaded), "gcp")


def without(evidence: Evidence, *gone: str) -> Evidence:
    kept = tuple(resource for resource in evidence.up.resources if resource.urn not in gone)
    return dataclasses.replace(evidence, up=dataclasses.replace(evidence.up, resources=kept))


def test_without_its_grant_every_flow_is_found(evidence: Evidence) -> None:
    assert len(evidence.flows) >= 12
    for flow in evidence.flows:
        grant = flow["grant"]
        gone = [r.urn for r in evidence.up.resources if r.name == grant["name"] and r.type in grant["types"]]
        assert gone, flow["id"]
        found = list(FlowWithoutGrant().check(without(evidence, *gone)))
        assert [flow["id"] in finding.message for finding in found] == [True], flow["id"]


def test_without_its_rules_every_path_is_found(evidence: Evidence) -> None:
    checked = 0
    for flow in evidence.flows:
        if flow["path"]["kind"] == "provider":
            continue
        owner = flow["grant"]["owner"]
        rules = ("gcp:compute/firewall:Firewall", "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy")
        gone = [r.urn for r in evidence.up.resources if r.component == owner and r.type in rules]
        found = list(FlowWithoutPath().check(without(evidence, *gone)))
        assert any(flow["id"] in finding.message for finding in found), flow["id"]
        checked += 1
    assert checked >= 8


def test_a_component_that_makes_nothing_is_found(evidence: Evidence) -> None:
    for component in (evidence.coverage or {})["components"]:
        if component["external"]:
            continue
        gone = [r.urn for r in evidence.up.resources if r.component == component["id"] and r.from_provider]
        assert gone
        found = list(ComponentWithoutResources().check(without(evidence, *gone)))
        assert [component["id"] in finding.message for finding in found] == [True]


def test_every_resource_is_in_the_region_or_global(evidence: Evidence) -> None:
    for resource in evidence.up.resources:
        for key in ("location", "region"):
            value = resource.inputs.get(key)
            assert value is None or str(value).lower() in (REGION, "global"), resource.name


def test_labels_are_what_google_cloud_takes(slice_project: pathlib.Path) -> None:
    text = (slice_project / PROD).read_text()
    assert "owner: risk-platform" in text


def test_the_whole_fraud_case_is_refused_naming_every_component_without_a_home() -> None:
    with pytest.raises(NotFeasible) as refused:
        design(spec("payments-fraud"), "gcp", REGION)
    told = "\n".join(problem.message for problem in refused.value.problems)
    for id in ("core-banking-capture", "chargebacks-intake", "case-management-routing", "training", "audit"):
        assert f"'{id}'" in told
