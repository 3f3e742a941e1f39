"""The specs of `tests/cases/` with texts put in, as files and as values."""

from __future__ import annotations

import json
from typing import Any

from ruamel.yaml import YAML

from archgen.spec import Spec, parse
from tests.specs import path


def tree(case: str) -> dict[str, Any]:
    return YAML(typ="safe", pure=True).load(path(case).read_text(encoding="utf-8"))


def with_texts(case: str, **texts: str) -> dict[str, Any]:
    """The tree of a case with every field of free text set: title, team, contact, statement, guard."""
    spec = tree(case)
    spec["title"] = texts["title"]
    spec["owner"] = {"team": texts["team"], "contact": texts["contact"]}
    spec["objective"]["statement"] = texts["statement"]
    spec["objective"]["kpi"]["guard"] = texts["guard"]
    return spec


def parsed(spec: dict[str, Any]) -> Spec:
    return parse(json.dumps(spec), "spec.yaml")
