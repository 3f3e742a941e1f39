"""Where choices turn: every threshold has a source or says that it is ours, and is used by some rule."""

from __future__ import annotations

import pathlib
import re

import pytest

from archgen.decisions import decide
from archgen.knowledge import Assumption, assumptions, thresholds
from archgen.knowledge.rubric import criteria
from tests.specs import ROOT, changed

CODE = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "archgen").rglob("*.py")))
OWN = re.compile(r"\b(own|no public source|no primary source)\b")


@pytest.mark.parametrize("row", thresholds().values(), ids=lambda row: row.id)
def test_a_threshold_has_a_source_or_is_a_judgement(row: Assumption) -> None:
    assert row.text and row.unit and row.source and row.date.startswith("20")
    assert row.confidence in ("verified", "documented", "judgement")
    if OWN.search(row.source):
        assert row.confidence == "judgement", "what is our own must not pose as documented"


@pytest.mark.parametrize("id", sorted(thresholds()))
def test_a_threshold_is_used(id: str) -> None:
    assert re.search(rf"[\"']{id}[\"']", CODE)


def test_a_threshold_shares_no_id_with_a_default() -> None:
    from archgen.knowledge.rows import rows

    ids = [row["id"] for name in ("assumptions.yaml", "thresholds.yaml") for row in rows(name)]
    assert len(ids) == len(set(ids))


def test_the_weights_of_the_rubric_add_up_to_a_hundred() -> None:
    assert sum(criterion.weight for criterion in criteria().values()) == 100
    for criterion in criteria().values():
        assert criterion.way and (criterion.confidence == "judgement" or not OWN.search(criterion.source))


def test_a_spec_overrides_a_threshold_and_the_choice_follows() -> None:
    spec = changed("fraud-slice", ("assumptions: {}", "assumptions: {streaming_freshness: 1}"))
    made = decide(spec, assumptions().overridden(spec.assumptions))
    assert made["processing"].choice.startswith("micro-batches")
    assert made["processing"].confidence == "judgement"


def test_no_question_holds_a_number_of_its_own_to_compare_with() -> None:
    """Thresholds stand in the knowledge: a comparison with a bare figure above one would be a hidden one."""
    folder = ROOT / "archgen" / "decisions" / "questions"
    hidden = [
        f"{path.name}: {line.strip()}"
        for path in sorted([*folder.glob("*.py"), *(folder.parent / "approaches").glob("*.py")], key=pathlib.Path)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"[<>]=? *\d[\d_]{1,}\b", line)
    ]
    assert hidden == []
