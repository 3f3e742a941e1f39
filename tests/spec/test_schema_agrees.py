"""The schema and the models say the same, as far as a schema can tell; where it cannot, it is listed here."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from archgen.errors import SpecError
from archgen.spec import json_schema, parse
from archgen.spec.document import read_document
from archgen.spec.examples import inline
from tests.spec.cases import ASSISTANT, FORECASTING, FRAUD

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)

BEYOND_A_SCHEMA = {
    "out-of-range": "a figure that no such thing can have, such as a share of 120%",
    "reserved-id": "an id that Python or the program gives a meaning",
    "wrong-id": "Python's `$` also matches before a line feed at the end",
    "wrong-text": "characters that cannot be seen, and blanks alone",
    "unknown-word": "a time zone",
    "wrong-unit": "three capitals that are no currency; a number that YAML writes with an exponent",
    "wrong-version": "`1.0` is `1` to a schema",
    "wrong-type": "`3.0` is an integer to a schema",
}
"""Problem of one field -> why a spec that the schema accepts can have it. Each is tested at the end."""

CONTRADICTIONS = frozenset(
    {
        "average-above-peak",
        "batch-without-window",
        "cdc-without-changes",
        "deadline-before-batch",
        "deadline-without-batch",
        "duplicate-id",
        "empty-window",
        "features-without-entities",
        "missing-region",
        "no-production",
        "online-without-latency",
        "online-without-traffic",
        "peak-and-rate-differ",
        "positives-above-rows",
        "private-link-without-caller",
        "relative-baseline",
        "repeated-word",
        "residency-without-subjects",
        "second-request-source",
        "stream-without-rate",
        "target-is-baseline",
        "unlike-levels",
        "unused-field",
    }
)
"""What concerns several fields at once; `tests/spec/test_checks.py` has a case of each."""


def values(text: str) -> dict[str, Any]:
    return dict(read_document(text, "spec.yaml").values)


WHOLE = tuple(values(text) for text in (FRAUD, FORECASTING, ASSISTANT))


def leaves(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a spec, deepest first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*at, key))
    if at:
        yield at


def replaced(spec: dict[str, Any], at: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    changed = copy.deepcopy(spec)
    place: Any = changed
    for part in at[:-1]:
        place = place[part]
    if value is None:
        del place[at[-1]]
    else:
        place[at[-1]] = value
    return changed


def schema_at(at: tuple[str | int, ...]) -> dict[str, Any]:
    """What the schema says of a place, without the alternative that it is left out."""
    schema = resolved(SCHEMA)
    for part in at:
        fields = schema.get("properties", {})
        schema = resolved(
            schema["items"] if isinstance(part, int) else fields[part] if part in fields else entry(schema)
        )
    return schema


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = next(one for one in schema["anyOf"] if one.get("type") != "null")
    return schema


def entry(schema: dict[str, Any]) -> dict[str, Any]:
    (value,) = schema["patternProperties"].values()
    return value


PLACES = [(index, at) for index, spec in enumerate(WHOLE) for at in leaves(spec)]
PATTERNS = sorted(
    {
        str(field["pattern"])
        for section in (SCHEMA, *SCHEMA["$defs"].values())
        for schema in section["properties"].values()
        for field in (schema, *schema.get("anyOf", ()), schema.get("items", {}))
        if "pattern" in field
    }
)
WORDS = sorted(
    {
        str(word)
        for section in (SCHEMA, *SCHEMA["$defs"].values())
        for schema in section["properties"].values()
        for field in (schema, *schema.get("anyOf", ()), schema.get("items", {}))
        for word in field.get("enum", ())
    }
)
NUMBERS = st.one_of(
    st.integers(-(10**16), 10**16),
    st.floats(allow_nan=False, allow_infinity=False),
)
SCALARS = st.one_of(
    st.sampled_from(PATTERNS).flatmap(lambda pattern: st.from_regex(pattern, fullmatch=True)),
    st.sampled_from(WORDS),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=40),
    NUMBERS,
    st.booleans(),
)
VALUES = st.one_of(
    st.none(),
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(["id", "p99", "staging_scale", "event-stream"]), SCALARS, max_size=2),
)


def near(at: tuple[str | int, ...]) -> st.SearchStrategy[Any]:
    """Values that the schema allows at a place, where it is a plain value."""
    schema = schema_at(at)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True)
    return VALUES


CHANGES = st.sampled_from(PLACES).flatmap(
    lambda place: st.tuples(st.just(place[0]), st.just(place[1]), st.one_of(near(place[1]), VALUES))
)


def refused(spec: dict[str, Any]) -> set[str]:
    """The problems that reading this spec finds."""
    try:
        parse(inline(spec), "spec.yaml")
    except SpecError as error:
        return {problem.id for problem in error.problems}
    return set()


@pytest.mark.parametrize("index", range(len(WHOLE)))
def test_the_three_specs_of_the_design_pass_both(index: int) -> None:
    assert VALIDATOR.is_valid(WHOLE[index])
    assert refused(WHOLE[index]) == set()


@settings(max_examples=250, deadline=None, derandomize=True)
@given(change=CHANGES)
def test_what_one_refuses_the_other_refuses_but_for_what_a_schema_cannot_tell(
    change: tuple[int, tuple[str | int, ...], Any],
) -> None:
    index, at, value = change
    spec = replaced(WHOLE[index], at, value)
    found = refused(spec)
    if VALIDATOR.is_valid(spec):
        assert found <= set(BEYOND_A_SCHEMA) | CONTRADICTIONS, found
    else:
        assert found, [error.message for error in VALIDATOR.iter_errors(spec)]


BEYOND = [
    (("workload", "availability"), "100%", "out-of-range"),
    (("sources", 0, "id"), "class", "reserved-id"),
    (("name",), "payments\n", "wrong-id"),
    (("title",), "a\u200eb", "wrong-text"),
    (("workload", "batch"), {"rows": 1, "starts": "01:00", "done_by": "02:00", "time_zone": "x"}, "unknown-word"),
    (("budget", "monthly"), "5 XXX", "wrong-unit"),
    (("objective", "kpi", "baseline"), 1e-7, "wrong-unit"),
    (("archgen",), 1.0, "wrong-version"),
    (("features", "reads"), 3.0, "wrong-type"),
]


def test_every_exception_has_its_case() -> None:
    assert {problem for _, _, problem in BEYOND} == set(BEYOND_A_SCHEMA)


@pytest.mark.parametrize(("at", "value", "problem"), BEYOND)
def test_a_schema_cannot_tell(at: tuple[str | int, ...], value: Any, problem: str) -> None:
    spec = replaced(WHOLE[0], at, value)
    assert VALIDATOR.is_valid(spec)
    assert refused(spec) == {problem}
