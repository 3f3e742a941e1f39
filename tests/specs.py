"""The specs of `tests/cases/` and `examples/`, and small changes of them."""

from __future__ import annotations

import pathlib
from functools import cache

from archgen.design import Design, design
from archgen.program import Program, wire
from archgen.spec import Spec, load, parse

ROOT = pathlib.Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"


def path(case: str) -> pathlib.Path:
    return CASES / f"{case}.yaml"


@cache
def spec(case: str) -> Spec:
    return load(path(case))


def changed(case: str, *replacements: tuple[str, str]) -> Spec:
    """The spec of a case with each text replaced; the old text has to be there."""
    text = path(case).read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, f"'{old}' is not in {case}"
        text = text.replace(old, new)
    return parse(text, f"{case}.yaml")


@cache
def designed(case: str, cloud: str | None = None, region: str | None = None) -> Design:
    return design(spec(case), cloud, region)


@cache
def wired(case: str) -> Program:
    return wire(designed(case))
