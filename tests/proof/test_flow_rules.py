"""When a flow is permitted and reachable, and when it only looks so."""

from __future__ import annotations

from typing import Any

import pytest

from archgen.engine import Resource
from archgen.proof.rules.flow_without_grant import FlowWithoutGrant
from archgen.proof.rules.flow_without_path import FlowWithoutPath
from tests.proof.recordings import EGRESS, INGRESS, ROLE_POLICY, evidence, flow, resource

STREAM = resource("s", "aws:kinesis/stream:Stream", "stream", identities=("arn:aws:kinesis:r:1:stream/s-1", "s-1"))
EXTERNAL = {"components": [{"id": "partner", "external": True}, {"id": "app"}]}
OPEN: dict[str, Any] = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443}


def grants(*resources: Resource, phase: str = "live", coverage: dict[str, Any] | None = None, **values: Any) -> int:
    told = {"components": [{"id": "app"}, {"id": "stream"}], "flows": [flow("app", "stream")], **(coverage or {})}
    return len(list(FlowWithoutGrant().check(evidence(*resources, coverage=told, phase=phase, **values))))


def paths(path: dict[str, Any], *resources: Resource, **values: Any) -> list[str]:
    told = {"flows": [flow("app", "cache", path=path, grant={"settings": ["range"]})]}
    found = FlowWithoutPath().check(evidence(*resources, coverage=told, **values))
    return [finding.message.partition(": ")[2] for finding in found]


def policy(name: str = "app-uses-stream", component: str = "app", **more: Any) -> Resource:
    return resource(name, ROLE_POLICY, component, policy=more.pop("policy", "{}"), **more)


@pytest.mark.parametrize(
    ("grant", "missing"),
    [
        (policy(sources={"policy": (STREAM.urn,)}), 0),
        (policy(policy='{"Resource": "arn:aws:kinesis:r:1:stream/s-1"}'), 0),
        (policy(policy='{"Resource": "arn:aws:kinesis:r:1:stream/s-12"}'), 1),
        (policy(), 1),
        (policy(name="app-reads-stream", sources={"policy": (STREAM.urn,)}), 1),
        (policy(component="stream", sources={"policy": (STREAM.urn,)}), 1),
        (policy(description="for s-1", tags={"for": "s-1"}, sources={"name": (STREAM.urn,)}), 1),
        (resource("app-uses-stream", "aws:sns/topicSubscription:TopicSubscription", "app", topic="s-1"), 1),
    ],
    ids=["depends", "contains", "longer-name", "refers-to-nothing", "name", "owner", "labels-only", "no-grant-type"],
)
def test_a_grant_refers_to_the_other_end(grant: Resource, missing: int) -> None:
    assert grants(STREAM, grant) == missing


def test_before_the_first_model_a_fixed_name_is_enough_and_later_it_is_not() -> None:
    grant = policy(policy='{"Resource": "arn:aws:sagemaker:r:1:endpoint/fraud-stream"}')
    other = policy(policy='{"Resource": "arn:aws:sagemaker:r:1:endpoint/fraud-stream-old"}')
    assert grants(grant, phase="foundation") == 0
    assert grants(grant, phase="live") == 1
    assert grants(other, phase="foundation") == 1


def test_what_lies_outside_is_referred_to_by_its_settings() -> None:
    coverage = {**EXTERNAL, "flows": [flow("app", "partner", grant={"settings": ["address"]})]}
    grant = policy(name="app-uses-partner", policy='{"Resource": "arn:aws:iam::9:role/x"}')
    assert grants(grant, coverage=coverage, address="arn:aws:iam::9:role/x") == 0
    assert grants(grant, coverage=coverage, address="arn:aws:iam::9:role/y") == 1


def test_a_flow_of_the_live_phase_is_not_expected_before() -> None:
    coverage = {"flows": [flow("app", "stream", phase="live")]}
    assert grants(coverage=coverage, phase="foundation") == 0
    assert grants(coverage=coverage, phase="live") == 1


def opening(type: str, component: str, group: str, other: str, **more: Any) -> Resource:
    inputs: dict[str, Any] = {**OPEN, "securityGroupId": group, "referencedSecurityGroupId": other, **more}
    return resource("app-uses-cache", type, component, **inputs)


@pytest.mark.parametrize(
    ("inward", "said"),
    [
        (opening(INGRESS, "app", "sg-cache", "sg-app"), []),
        (opening(INGRESS, "app", "sg-cache", "sg-app", toPort=444), ["do not meet"]),
        (opening(INGRESS, "app", "sg-cache", "sg-else"), ["do not meet"]),
        (opening(EGRESS, "app", "sg-cache", "sg-app"), ["no ingress rule"]),
    ],
)
def test_two_groups_meet_when_both_rules_mirror_each_other(inward: Resource, said: list[str]) -> None:
    found = paths({"kind": "inside"}, opening(EGRESS, "app", "sg-app", "sg-cache"), inward)
    assert [any(part in message for message in found) for part in said] == [True] * len(found)


def test_an_existing_network_needs_the_egress_rule_alone() -> None:
    path = {"kind": "endpoint", "service": "kinesis-streams", "network": "existing"}
    assert paths(path, opening(EGRESS, "app", "sg-app", "sg-endpoints")) == []
    assert paths(path) == ["no egress rule of component 'app' to the network's endpoints"]


def test_a_gateway_endpoint_is_reached_through_its_prefix_list() -> None:
    endpoint = resource(
        "s3", "aws:ec2/vpcEndpoint:VpcEndpoint", "network", identities=("pl-1",), serviceName="com.amazonaws.r.s3"
    )
    rule = resource("x", EGRESS, "app", **OPEN, securityGroupId="sg-app", prefixListId="pl-1")
    other = resource("x", EGRESS, "app", **OPEN, securityGroupId="sg-app", prefixListId="pl-2")
    assert paths({"kind": "endpoint", "service": "s3"}, endpoint, rule) == []
    assert paths({"kind": "endpoint", "service": "s3"}, endpoint, other) != []
    assert paths({"kind": "endpoint", "service": "sqs"}, endpoint, rule) != []


def test_an_address_comes_from_its_setting() -> None:
    rule = resource("app-uses-cache", EGRESS, "app", **OPEN, securityGroupId="sg-app", cidrIpv4="10.1.0.0/16")
    assert paths({"kind": "address"}, rule, range=["10.1.0.0/16"]) == []
    assert paths({"kind": "address"}, rule, range=["10.2.0.0/16"]) != []


def test_the_providers_own_backbone_needs_nothing_and_an_unknown_kind_is_said() -> None:
    assert paths({"kind": "provider"}) == []
    assert "which is none of" in paths({"kind": "tunnel"})[0]
