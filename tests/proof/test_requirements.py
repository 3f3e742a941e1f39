"""The tables of requirements: their paths are the SDKs', and each check finds its fault and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from archgen.engine import sdk
from archgen.proof.requirements import Requirement, requirements
from tests.proof.recordings import evidence, nested, resource
from tests.proof.sdk_paths import follow

CHECKS = [(row, check) for row in requirements() for check in row.checks]
PACKAGES = {"aws": "pulumi_aws", "gcp": "pulumi_gcp", "azure-native": "pulumi_azure_native"}


def _id(value: Any) -> str:
    if isinstance(value, Requirement):
        return value.id
    return f"{value['type'].rpartition(':')[2]}-{value.get('path', 'whole')}"


@pytest.mark.parametrize("row", requirements(), ids=_id)
def test_the_paths_of_a_row_are_those_of_the_sdk(row: Requirement) -> None:
    for check in row.checks:
        pytest.importorskip(PACKAGES[check["type"].partition(":")[0]])
        assert sdk.arguments_class(check["type"]) is not None, check["type"]
        for place in (check, check.get("when") or {}):
            if "path" in place:
                follow(check["type"], place["path"])
        if "partner" in check:
            follow(check["partner"]["type"], check["partner"]["input"])


def _merged(one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return one | {key: _merged(one[key], value) if key in one else value for key, value in other.items()}
    if isinstance(one, list) and isinstance(other, list) and one and other:
        return [_merged(one[0], other[0])]
    return other


def _good(check: Mapping[str, Any]) -> Any:
    for name, value in (("is", check.get("is")), ("at_least", check.get("at_least"))):
        if name in check:
            return value
    if "one_of" in check:
        return check["one_of"][0]
    if "fewest" in check:
        return [str(number) for number in range(check["fewest"])]
    if "like" in check or "unlike" in check or "none_of" in check or "given" in check:
        return "own"
    return None


def _bad(check: Mapping[str, Any]) -> Any:
    if "none_of" in check:
        return check["none_of"][0]
    if "unlike" in check:
        candidates = (check["unlike"].partition("|")[0], "/subscriptions/1")
        return next(each for each in candidates if re.search(check["unlike"], each))
    return None if "given" in check else 0 if "at_least" in check else "planted"


def _inputs(check: Mapping[str, Any], value: Any) -> dict[str, Any]:
    when = check.get("when")
    inputs = nested(when["path"], _good(when)) if when and not check["path"].startswith(when["path"] + ".") else {}
    if when and check["path"].startswith(when["path"] + ".") and value is None:
        inputs = nested(when["path"], {"other": True})
    return _merged(inputs, nested(check["path"], value)) if value is not None else inputs


@pytest.mark.parametrize(("row", "check"), CHECKS, ids=_id)
def test_a_check_finds_its_fault_and_passes_what_is_right(row: Requirement, check: Mapping[str, Any]) -> None:
    stack = check.get("stacks", ["dev"])[0]
    only = Requirement({**vars(row), "checks": [check]})
    if "path" in check:
        right = resource("it", check["type"], "lake", **_inputs(check, _good(check)))
        wrong = resource("it", check["type"], "lake", **_inputs(check, _bad(check)))
        assert list(only.check(evidence(right, stack=stack))) == []
        assert [found.rule for found in only.check(evidence(wrong, stack=stack))] == [row.id]
        return
    bare = resource("it", check["type"], "lake", identities=("it-1",))
    assert [found.rule for found in only.check(evidence(bare, stack=stack))] == [row.id]
    if "partner" in check:
        partner = resource("p", check["partner"]["type"], "lake", **nested(check["partner"]["input"], "it-1"))
        assert list(only.check(evidence(bare, partner, stack=stack))) == []


def test_a_check_of_production_leaves_the_other_stacks_alone() -> None:
    row = next(each for each in requirements() if each.id == "aws-deletion")
    bucket = resource("b", "aws:s3/bucket:Bucket", "lake", forceDestroy=True)
    assert list(row.check(evidence(bucket, stack="dev"))) == []
    assert list(row.check(evidence(bucket, stack="prod"))) != []


@pytest.mark.parametrize(("classes", "found"), [(["public"], 0), (["pii"], 1), (["pii", "public"], 1), ([], 1)])
def test_a_key_is_asked_for_unless_all_data_is_public(classes: list[str], found: int) -> None:
    row = next(each for each in requirements() if each.id == "gcp-customer-key")
    topic = resource("t", "gcp:pubsub/topic:Topic", "events")
    coverage = {"components": [{"id": "events", "data_classes": classes}]}
    assert len(list(row.check(evidence(topic, coverage=coverage)))) == found
