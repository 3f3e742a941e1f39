"""Records that an architect can defend: context, decision, what was rejected by which figure, flips, basis."""

from __future__ import annotations

import pytest

from archgen.documents.records import records
from tests.specs import designed

FRONT = ("docs/decisions/README.md", "docs/decisions/0000-feasibility.md")
PAGES = records(designed("fraud-slice"))


def test_there_is_a_record_for_each_decision_and_an_index() -> None:
    assert len(PAGES) == len(designed("fraud-slice").decisions) + 2
    assert set(FRONT) <= set(PAGES)


@pytest.mark.parametrize("path", sorted(set(PAGES) - set(FRONT)))
def test_a_record_has_its_parts(path: str) -> None:
    for heading in ("## Context", "## Decision", "## Rejected", "## It flips when", "## Basis"):
        assert heading in PAGES[path], heading
    assert "Source:" in PAGES[path] and "Confidence:" in PAGES[path]


def test_a_record_shows_values_figures_and_that_a_judgement_is_one() -> None:
    page = next(text for path, text in PAGES.items() if path.endswith("-approach.md"))
    assert "`problem.labels.positives` | 340k" in page
    assert "labels arrive after 90 days" in page
    assert "`problem.labels.positives < 100`" in page
    assert "judgement: our own rule" in page


def test_a_given_choice_says_what_fixes_it() -> None:
    page = next(text for path, text in PAGES.items() if path.endswith("-network.md"))
    assert "state something else there" in page


def test_scores_stand_where_there_are_any() -> None:
    page = next(text for path, text in PAGES.items() if "-service-events" in path)
    assert "| score |" in page
