from __future__ import annotations

import pathlib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from archgen.spec import Spec, json_schema
from archgen.spec.document import read_document
from tests.spec.cases import CASES

SCHEMA = json_schema()
SECTIONS = {"Spec": SCHEMA, **SCHEMA["$defs"]}
SPECS = sorted([*CASES.glob("*.yaml"), *CASES.parents[1].glob("examples/*/spec.yaml")])
FIELDS = [(section, field) for section, schema in SECTIONS.items() for field in schema["properties"]]


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether `value` satisfies a part of the schema."""
    return Draft202012Validator({**schema, "$defs": SCHEMA["$defs"]}).is_valid(value)


def test_the_dialect_is_named() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "Spec"
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("section", "field"), FIELDS)
def test_every_field_has_a_title_a_description_and_examples_that_fit(section: str, field: str) -> None:
    schema = SECTIONS[section]["properties"][field]
    assert schema["title"]
    assert schema["description"].endswith(".")
    assert schema["examples"]
    assert all(fits(schema, example) for example in schema["examples"])


def test_every_section_forbids_unknown_fields() -> None:
    assert len(SECTIONS) > 20
    assert all(schema["additionalProperties"] is False for schema in SECTIONS.values())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_schema_accepts_every_spec_that_there_is(path: pathlib.Path) -> None:
    values = read_document(path.read_text(encoding="utf-8"), path.name).values
    Spec.model_validate(values)
    assert fits(SCHEMA, values)


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("Traffic", "peak", "10000"),
        ("Traffic", "peak", 10_000),
        ("Workload", "mode", "streaming"),
        ("Source", "id", "Core Banking"),
        ("Source", "data", []),
        ("Batch", "starts", "1 am"),
        ("Budget", "monthly", "much"),
        ("Spec", "archgen", 2),
        ("Spec", "assumptions", {"Staging scale": 1}),
    ],
)
def test_the_schema_refuses_what_the_model_refuses(section: str, field: str, value: object) -> None:
    assert not fits(SECTIONS[section]["properties"][field], value)
