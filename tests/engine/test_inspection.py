from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archgen.engine.inspection import inspect
from archgen.engine.monitor import Monitor, Registration
from archgen.engine.recording import UNKNOWN
from archgen.engine.wire import SECRET, SIGNATURE


def kinds(inputs: dict[str, Any], *, preview: bool = False, dependencies: tuple[str, ...] = ()) -> list[str]:
    monitor = Monitor(project="p", stack="dev", preview=preview, root=Path("/p"), settings={})
    monitor.registrations["urn:a"] = Registration(
        urn="urn:a",
        type="aws:s3/bucket:Bucket",
        name="a",
        parent="",
        custom=True,
        inputs=inputs,
        dependencies=dependencies,
        property_dependencies={},
        protect=False,
        provider="",
        position=None,
        identities=(),
    )
    return [problem.kind for problem in inspect(monitor, ["p:key"])]


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"a": "text"}, []),
        ({"a": {"b": [UNKNOWN]}}, ["unknown-in-up"]),
        ({"a": "x [[secret:p:key]] y"}, ["secret-in-clear"]),
        ({"a": {SIGNATURE: SECRET, "value": {"b": "[[secret:p:key]]"}}}, []),
        ({"a": "s3://Calling __str__ on an Output[T] is not supported."}, ["output-in-string"]),
        ({"a": "s3://<pulumi.output.Output object at 0x7f>"}, ["output-in-string"]),
    ],
)
def test_values_are_judged_as_an_update_would_meet_them(inputs: dict[str, Any], expected: list[str]) -> None:
    assert kinds(inputs) == expected


def test_a_preview_may_have_unknown_values() -> None:
    assert kinds({"a": UNKNOWN}, preview=True) == []


def test_a_dependency_on_nothing_is_found() -> None:
    assert kinds({}, dependencies=("urn:gone",)) == ["missing-dependency"]
