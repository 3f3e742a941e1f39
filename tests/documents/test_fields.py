"""The page of fields, the JSON Schema and the three specs of the design, held against each other."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archgen.documents.fields import KINDS, FieldRow, field_rows, fields_page
from archgen.spec import json_schema
from archgen.spec.document import read_document
from tests.spec.cases import ASSISTANT, FORECASTING, FRAUD

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "spec.md"
SCHEMA = json_schema()
ROWS = {row.path: row for row in field_rows()}


def schema_of(path: str) -> dict[str, Any]:
    """What the schema says of a path of the page."""
    schema = SCHEMA
    for part in path.replace("[]", ".[]").split("."):
        schema = plain(schema)
        if part == "[]":
            schema = schema["items"]
        elif part == "<name>":
            (schema,) = schema["patternProperties"].values()
        else:
            schema = schema["properties"][part]
    return schema


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" in schema:
        return plain(next(one for one in schema["anyOf"] if one.get("type") != "null"))
    return plain(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]) if "$ref" in schema else schema


def paths_of(schema: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The paths of the schema, as the page writes them."""
    for name, field in schema.get("properties", {}).items():
        found, path = plain(field), f"{prefix}{name}"
        if "patternProperties" in found:
            yield f"{path}.<name>"
            continue
        yield path
        inner = plain(found["items"]) if "items" in found else found
        yield from paths_of(inner, f"{path}[]." if "items" in found else f"{path}.")


def used(values: Any, prefix: str = "") -> Iterator[str]:
    """The paths that a spec uses, as the page writes them."""
    for name, value in values.items():
        path = f"{prefix}{name}"
        if f"{path}.<name>" in ROWS:
            yield f"{path}.<name>"
            continue
        yield path
        if isinstance(value, dict):
            yield from used(value, f"{path}.")
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from used(item, f"{path}[].")


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == fields_page(), "run `python -m scripts.write_fields`"


def test_page_and_schema_have_the_same_fields() -> None:
    assert set(ROWS) == set(paths_of(SCHEMA))
    assert len(ROWS) > 90
    page = fields_page()
    assert all(f"| `{path}` |" in page for path in ROWS)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.path)
def test_a_row_says_what_the_schema_says(row: FieldRow) -> None:
    schema = schema_of(row.path.removesuffix(".<name>"))
    assert row.meaning == schema["description"]
    assert row.holds
    value = read_document(f"a: {row.example.strip('`')}", "example").values["a"]
    here = schema_of(row.path)
    assert Draft202012Validator({**here, "$defs": SCHEMA["$defs"]}).is_valid(value)
    section, _, name = row.path.removesuffix(".<name>").rpartition(".")
    holder = plain(schema_of(section)) if section else SCHEMA
    assert (row.default == "required") == (name in holder.get("required", ()))


@pytest.mark.parametrize("text", [FRAUD, FORECASTING, ASSISTANT], ids=["fraud", "forecasting", "assistant"])
def test_each_spec_of_the_design_uses_fields_of_the_page(text: str) -> None:
    values = read_document(text, "spec.yaml").values
    assert Draft202012Validator(SCHEMA).is_valid(values)
    assert set(used(values)) <= set(ROWS)


def test_the_three_specs_together_show_most_of_the_format() -> None:
    together = {path for text in (FRAUD, FORECASTING, ASSISTANT) for path in used(read_document(text, "s").values)}
    assert len(together) > 0.8 * len(ROWS)


@pytest.mark.parametrize(
    ("path", "holds", "default"),
    [
        ("archgen", "`1`", "required"),
        ("workload.traffic.peak", "rate", "required"),
        ("workload.traffic.growth", "growth", "`0%/year`"),
        ("workload.recovery.rpo", "duration or zero", "required"),
        ("workload.availability", "availability", "`99.9%`"),
        ("workload.models.count", "count", "`1`"),
        ("workload.mode", "`online`, `batch`", "required"),
        ("workload.batch.time_zone", "time zone", "`UTC`"),
        ("governance.residency", "list of: territory", "left out"),
        ("sources[].id", "id", "required"),
        ("title", "line", "left out"),
        ("features.reads", "whole number", "left out"),
        ("platform.services.<name>", "name", "left out"),
        ("platform.environments", "list of: `dev`, `staging`, `prod`", "`[dev, staging, prod]`"),
        ("objective.kpi.inputs.<name>", "any quantity", "left out"),
        ("assumptions.<name>", "number or line", "left out"),
    ],
)
def test_what_a_field_holds(path: str, holds: str, default: str) -> None:
    assert (ROWS[path].holds, ROWS[path].default) == (holds, default)


def test_every_quantity_is_explained_on_the_page() -> None:
    page = fields_page()
    assert all(f"| {name} | {kind.expected} |" in page for name, kind in KINDS.items())
