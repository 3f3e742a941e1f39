from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from archgen.engine import sdk
from archgen.proof import Rule, all_rules
from archgen.proof.requirements import Requirement
from archgen.proof.rules.component_without_resources import ComponentWithoutResources
from archgen.proof.rules.duplicate_security_group_rule import DuplicateSecurityGroupRule
from archgen.proof.rules.two_policies_on_one_target import TwoPoliciesOnOneTarget, kinds
from archgen.proof.tables import table
from tests.proof.recordings import EGRESS, evidence, resource


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_it_is_and_stands_in_the_file_of_its_id(rule: Rule) -> None:
    assert all((rule.title, rule.source, rule.example))
    if isinstance(rule, Requirement):
        assert rule.checks, "a row of a table has no file of its own"
        return
    assert Path(inspect.getfile(type(rule))).stem == rule.id.replace("-", "_")


def test_ids_are_unique() -> None:
    assert len({rule.id for rule in all_rules()}) == len(all_rules()) >= 20


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_the_table_of_what_a_target_has_once_is_about_inputs_that_the_sdk_has(kind: str) -> None:
    row = kinds()[kind]
    for type, named_by in {**row["types"], **row.get("inline", {})}.items():
        arguments = sdk.arguments_class(type)
        assert arguments is not None, type
        assert named_by in sdk.fields_of(arguments).types


def test_the_deny_list_is_about_inputs_that_the_sdk_has() -> None:
    for type, inputs in table("deprecated")["inputs"].items():
        if not type.startswith("aws:"):
            continue
        arguments = sdk.arguments_class(type)
        assert arguments is not None, type
        names = {path.partition(".")[0].removesuffix("[]") for path in inputs}
        assert names <= set(sdk.fields_of(arguments).types), type


def test_one_bucket_is_the_same_target_by_name_and_by_arn() -> None:
    bucket = resource("b", "aws:s3/bucket:Bucket", "lake", identities=("b-1", "arn:aws:s3:::b-1"))
    policies = [
        resource(name, "aws:s3/bucketPolicy:BucketPolicy", "lake", bucket=target)
        for name, target in (("p1", "b-1"), ("p2", "arn:aws:s3:::b-1"), ("p3", "other"))
    ]
    found = list(TwoPoliciesOnOneTarget().check(evidence(bucket, *policies)))
    assert [finding.resource for finding in found] == ["lake/p2/BucketPolicy"]


def test_rules_to_two_ends_or_on_two_ports_are_no_duplicates() -> None:
    base: dict[str, Any] = {
        "securityGroupId": "sg-1",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.0.0.0/16",
    }
    variants: list[dict[str, Any]] = [
        base,
        {**base, "toPort": 444},
        {**base, "cidrIpv4": "10.1.0.0/16"},
        {**base, "securityGroupId": "sg-2"},
    ]
    rules = [resource(f"r{number}", EGRESS, "app", **inputs) for number, inputs in enumerate(variants)]
    again = resource("again", EGRESS, "app", **base)
    assert list(DuplicateSecurityGroupRule().check(evidence(*rules))) == []
    assert len(list(DuplicateSecurityGroupRule().check(evidence(*rules, again)))) == 1


@pytest.mark.parametrize(
    ("component", "phase", "expected"),
    [
        ({"id": "lake"}, "foundation", 1),
        ({"id": "lake", "external": True}, "foundation", 0),
        ({"id": "lake", "existing": True}, "foundation", 0),
        ({"id": "lake", "phase": "live"}, "foundation", 0),
        ({"id": "lake", "phase": "live"}, "live", 1),
    ],
)
def test_a_component_needs_resources_unless_it_lies_outside_exists_or_comes_later(
    component: dict[str, object], phase: str, expected: int
) -> None:
    found = ComponentWithoutResources().check(evidence(coverage={"components": [component]}, phase=phase))
    assert len(list(found)) == expected
