"""The page before the decisions: arithmetic, success, rubric, gates."""

from __future__ import annotations

from archgen.documents.feasibility_page import feasibility_page
from tests.specs import designed

PAGE = feasibility_page(designed("fraud-slice")).replace("\\", "")


def test_the_arithmetic_is_shown_with_inputs_and_what_was_assumed() -> None:
    assert "| value recall | 1 - target / baseline | target = 0.0006, baseline = 0.0012 | 0.5 fraction |" in PAGE
    assert "| `kpi_dispute_fee` | 20 money |" in PAGE and "judgement" in PAGE


def test_success_has_every_layer() -> None:
    for layer in ("business", "decision", "data", "service", "model operations", "cost", "risk"):
        assert f"| {layer} |" in PAGE


def test_the_rubric_and_the_gates_stand_with_their_verdict() -> None:
    assert "**go**, 91.25 of 100" in PAGE
    assert "| Enough labels | 4 of 4 | 15 | 340,000 positives |" in PAGE
    assert "| prohibited-practice | pass |" in PAGE
