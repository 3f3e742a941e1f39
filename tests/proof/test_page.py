from __future__ import annotations

from pathlib import Path

from archgen.proof import all_rules
from archgen.proof.page import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_is_the_one_that_the_rules_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(), "python scripts/write_rules.py"


def test_every_rule_is_on_the_page_once() -> None:
    page = rules_page()
    assert all(page.count(f"| `{rule.id}` |") == 1 for rule in all_rules())
