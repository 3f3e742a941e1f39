"""The five cases that generate in the end, written from `archgen init` with few edits by hand."""

from __future__ import annotations

import difflib
import pathlib
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from archgen.cli import main
from archgen.spec import load
from tests.spec.cases import changed
from tests.specs import CASES, spec

MOST_EDITS = 39
WRITTEN = sorted((CASES / "init").glob("*.yaml"))


def edited_lines(before: str, after: str) -> int:
    """Lines that a person typed, changed or deleted: of a replaced passage, the longer of its two sides."""
    steps = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for step, i1, i2, j1, j2 in steps if step != "equal")


def test_edits_are_counted_by_line() -> None:
    assert edited_lines("a\nb\nc", "a\nx\ny\nc\nd") == 3


def test_all_five_cases_are_here() -> None:
    assert {path.stem for path in WRITTEN} == {
        "churn-scoring",
        "demand-forecasting",
        "document-processing",
        "payments-fraud",
        "service-assistant",
    }


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_a_case_is_written_in_under_forty_lines_of_edits(path: pathlib.Path, tmp_path: pathlib.Path) -> None:
    case: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    made = CliRunner().invoke(main, ["init", "--no-ask", "-o", str(tmp_path), *case["options"]])
    assert made.exit_code == 0, made.output
    target = tmp_path / "spec.yaml"
    text = target.read_text(encoding="utf-8")
    after = changed(text, *((old, new) for old, new in case["edits"]))
    assert 0 < edited_lines(text, after) <= MOST_EDITS
    target.write_text(after, encoding="utf-8")
    for command in ("validate", "plan"):
        result = CliRunner().invoke(main, [command, str(target), "--json"])
        assert result.exit_code == 0, result.output
    # Nothing is left of the examples, and nothing of the case is missing.
    assert load(target) == spec(case["case"])
