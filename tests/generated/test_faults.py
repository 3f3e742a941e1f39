"""Faults planted in the fraud program: each is found, by the rule that should, where it was planted."""

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
from tests.planting import Fault, findings_of, plant

Project = Callable[..., pathlib.Path]
MAIN = "infra/__main__.py"
PROD = "infra/Pulumi.prod.yaml"
STREAM = "infra/components/kinesis_stream/component.py"
DELIVERY = "infra/components/firehose_delivery/component.py"
STREAM_MADE = '        self.register_outputs({"stream_arn": stream.arn})'
MADE = "# Network\n"


def _before(line: str, code: str) -> str:
    return f"        {code}\n{line}"


def _fault(id: str, file: str, old: str, new: str, rule: str, found_in: str | None = "") -> Fault:
    where = file.removeprefix("infra/") if found_in == "" else found_in
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=where)


STREAM_KEY = '        aws.kms.Key("twin", enable_key_rotation=True, opts=pulumi.ResourceOptions(parent=self))\n'
FAULTS = (
    _fault(
        "B01-duplicate-urn",
        STREAM,
        STREAM_MADE,
        STREAM_KEY + STREAM_KEY + STREAM_MADE,
        "duplicate-urn",
    ),
    _fault("B02-missing-configuration", PROD, "payments-fraud:eventsShards:", "payments-fraud:otherShards:", "config"),
    _fault(
        "B03-word-for-integer", PROD, "payments-fraud:eventsShards: 15", "payments-fraud:eventsShards: six", "config"
    ),
    _fault("B04-unknown-argument", STREAM, "retention_period=args", "retention_perod=args", "crash"),
    _fault(
        "B05-missing-argument",
        STREAM,
        STREAM_MADE,
        _before(
            STREAM_MADE,
            "aws.appautoscaling.Target(name, min_capacity=1, opts=pulumi.ResourceOptions(parent=self))",
        ),
        "crash",
    ),
    _fault("B06-text-for-number", STREAM, "shard_count=args.shards", 'shard_count=f"{args.shards}h"', "sdk-types"),
    _fault(
        "B09-output-in-string",
        STREAM,
        STREAM_MADE,
        _before(
            STREAM_MADE,
            'aws.ssm.Parameter(name, type="String", value=f"{stream.arn}/x", opts=pulumi.ResourceOptions(parent=self))',
        ),
        "output-in-string",
    ),
    _fault(
        "B20-secret-exported",
        MAIN,
        MADE,
        'pulumi.export("login", pulumi.Output.unsecret(config.require_secret("authorisationsPassword")))\n\n' + MADE,
        "secret-in-clear",
        None,
    ),
    _fault(
        "B22-no-parent",
        STREAM,
        STREAM_MADE,
        _before(STREAM_MADE, 'aws.kms.Key(f"{name}-orphan", enable_key_rotation=True)'),
        "outside-component",
    ),
    _fault("B23-wrong-attribute", MAIN, "keys=foundation.keys", "keys=foundation.keyz", "crash"),
    _fault(
        "B31-apply-fails-on-a-computed-value",
        STREAM,
        STREAM_MADE,
        _before(STREAM_MADE, 'self.part = stream.arn.apply(lambda arn: arn.split(":")[42])')
        + "\n        aws.kms.Key(name, description=self.part, opts=pulumi.ResourceOptions(parent=self))",
        "crash",
    ),
    _fault(
        "B32-resource-in-apply",
        STREAM,
        STREAM_MADE,
        _before(
            STREAM_MADE,
            "stream.arn.apply(lambda arn: aws.kms.Key(name, opts=pulumi.ResourceOptions(parent=self)))",
        ),
        "preview-and-up-differ",
    ),
    _fault(
        "two-policies-on-one-target",
        STREAM,
        STREAM_MADE,
        _before(
            STREAM_MADE,
            'aws.sns.TopicPolicy(name, arn=args.platform.alarm_topic_arn, policy="{}", '
            "opts=pulumi.ResourceOptions(parent=self))",
        ),
        "two-policies-on-one-target",
    ),
    _fault(
        "duplicate-security-group-rule",
        "infra/components/hardened/connections.py",
        "    options = pulumi.ResourceOptions(parent=opener)\n    return [",
        "    options = pulumi.ResourceOptions(parent=opener)\n"
        '    aws.vpc.SecurityGroupEgressRule(f"{name}-again", security_group_id=source_group_id, '
        'referenced_security_group_id=target_group_id, ip_protocol="tcp", from_port=port, to_port=port, opts=options)\n'
        "    return [",
        "duplicate-security-group-rule",
        "components/scoring_service/component.py",
    ),
    _fault(
        "flow-without-grant",
        STREAM,
        'f"{writer.name}-writes-{self._name}"',
        'f"{writer.name}-write-{self._name}"',
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_found_at_its_place(project: Project, fault: Fault, tmp_path: pathlib.Path) -> None:
    found = findings_of(plant(project("fraud-slice"), tmp_path / "project", fault), "prod", "live")
    of_rule = [finding for finding in found if finding.rule == fault.rule]
    assert of_rule, f"found only {found}"
    assert fault.found_in in {finding.file for finding in of_rule}


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
