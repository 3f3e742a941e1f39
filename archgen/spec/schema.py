"""The JSON Schema of the spec, for editors and for readers."""

from __future__ import annotations

import json
from typing import Any

from archgen.spec.examples import examples_of
from archgen.spec.model import Spec
from archgen.spec.paths import section_of
from archgen.spec.section import Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_FILE = ".archgen/spec.schema.json"
"""Where the JSON Schema lies, as seen from the spec: beside it, so that it is of the release that wrote the spec."""


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a spec file, with a title, a description and examples for every field.

    What concerns several fields at once is not in it: `archgen.spec.parse` is the authority.
    """
    schema = Spec.model_json_schema(mode="validation")
    definitions = schema["$defs"]
    for section in _sections(Spec):
        written = schema if section is Spec else definitions[section.__name__]
        for name, field in section.model_fields.items():
            described = written["properties"][name]
            described.setdefault("title", name.replace("_", " ").title())
            described["examples"] = examples_of(field)
            if "patternProperties" in described:
                described["additionalProperties"] = False
            for alternative in described.get("anyOf", ()):
                alternative.pop("examples", None)
    return {"$schema": DIALECT, **schema}


def schema_text() -> str:
    """The JSON Schema as the text of a file."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


def _sections(section: type[Section]) -> list[type[Section]]:
    inner = [found for field in section.model_fields.values() if (found := section_of(field.annotation))]
    return [section, *(nested for found in inner for nested in _sections(found))]
