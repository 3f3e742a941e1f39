"""The tables of requirements: their paths are the SDKs', and each check finds its fault and nothing else."""

from __future__ import annotations

import collections.abc as abc
import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import pytest

from archgen.engine import sdk
from archgen.proof.requirements import Requirement, requirements
from tests.proof.recordings import evidence, resource

CHECKS = [(row, check) for row in requirements() for check in row.checks]
PACKAGES = {"aws": "pulumi_aws", "gcp": "pulumi_gcp", "azure-native": "pulumi_azure_native"}


def _id(value: Any) -> str:
    if isinstance(value, Requirement):
        return value.id
    return f"{value['type'].rpartition(':')[2]}-{value.get('path', 'whole')}"


def _member(declared: Any) -> Any:
    """The type of the members of a list or a mapping, Input and Optional taken off."""
    declared = sdk.without_input(declared)
    if get_origin(declared) in (list, abc.Sequence, dict, abc.Mapping):
        return get_args(declared)[-1]
    return next((_member(each) for each in get_args(declared) if _member(each) is not None), None)


def _object(declared: Any) -> type | None:
    declared = sdk.without_input(declared)
    if sdk.is_input_type(declared):
        return declared
    return next((found for each in get_args(declared) if (found := _object(each)) is not None), None)


def _follow(type: str, path: str) -> None:
    arguments: Any = sdk.arguments_class(type)
    assert arguments is not None, type
    for part in path.split("."):
        name = part.removesuffix("[]")
        assert arguments is not None, f"{type}: {path} goes too deep"
        fields = sdk.fields_of(arguments).types
        assert name in fields, f"{type}: {arguments.__name__} has no {name}"
        declared = _member(fields[name]) if part.endswith("[]") else fields[name]
        assert declared is not None, f"{type}: {name} has no members"
        arguments = _object(declared)


@pytest.mark.parametrize("row", requirements(), ids=_id)
def test_the_paths_of_a_row_are_those_of_the_sdk(row: Requirement) -> None:
    for check in row.checks:
        pytest.importorskip(PACKAGES[check["type"].partition(":")[0]])
        assert sdk.arguments_class(check["type"]) is not None, check["type"]
        for place in (check, check.get("when") or {}):
            if "path" in place:
                _follow(check["type"], place["path"])
        if "partner" in check:
            _follow(check["partner"]["type"], check["partner"]["input"])


def _nested(path: str, value: Any) -> dict[str, Any]:
    head, _, rest = path.partition(".")
    inner = _nested(rest, value) if rest else value
    return {head.removesuffix("[]"): [inner] if head.endswith("[]") else inner}


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
    inputs = _nested(when["path"], _good(when)) if when and not check["path"].startswith(when["path"] + ".") else {}
    if when and check["path"].startswith(when["path"] + ".") and value is None:
        inputs = _nested(when["path"], {"other": True})
    return _merged(inputs, _nested(check["path"], value)) if value is not None else inputs


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
        partner = resource("p", check["partner"]["type"], "lake", **_nested(check["partner"]["input"], "it-1"))
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
