from __future__ import annotations

import re
from typing import Any

import pytest

from archgen.spec import Spec, json_schema
from archgen.spec.document import read_document
from tests.spec.cases import CASES

SCHEMA = json_schema()
SECTIONS = {"Spec": SCHEMA, **SCHEMA["$defs"]}
TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict,
}
FIELDS = [(section, field) for section, schema in SECTIONS.items() for field in schema["properties"]]


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Whether `value` satisfies the keywords that the schema of the spec uses."""
    if "$ref" in schema:
        return fits(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value)
    if "anyOf" in schema:
        return any(fits(alternative, value) for alternative in schema["anyOf"])
    wanted = schema.get("type", [])
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if wanted and not any(isinstance(value, TYPES[name]) for name in wanted):
        return False
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", ""), value) is not None
    if isinstance(value, list):
        return len(value) >= schema.get("minItems", 0) and all(fits(schema["items"], item) for item in value)
    if isinstance(value, dict):
        assert schema["additionalProperties"] is False
        fields = {f"^{key}$": field for key, field in schema.get("properties", {}).items()}
        fields |= schema.get("patternProperties", {})
        return set(schema.get("required", ())) <= set(value) and all(
            any(re.search(key, name) and fits(field, item) for key, field in fields.items())
            for name, item in value.items()
        )
    return True


def test_the_dialect_is_named() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"] == "Spec"


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


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.glob("*.yaml")))
def test_the_schema_accepts_what_the_model_accepts(case: str) -> None:
    values = read_document((CASES / case).read_text(encoding="utf-8"), case).values
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
