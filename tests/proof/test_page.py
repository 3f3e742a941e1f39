from __future__ import annotations

from pathlib import Path

from archgen.proof import all_rules
from archgen.proof.page import rules_page
from tests.proof.mutations import CLOUDS, MUTATIONS, NotHere

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
CAUGHT = PAGE.with_name("caught.md")


def test_the_page_is_the_one_that_the_rules_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(), "python scripts/write_rules.py"


def test_every_rule_is_on_the_page_once() -> None:
    page = rules_page()
    assert all(page.count(f"| `{rule.id}` |") == 1 for rule in all_rules())


def test_the_page_of_what_was_caught_has_the_table_as_it_stands() -> None:
    """Its lines of files change with the templates: what is compared is the fault, its words and the rule."""
    page = CAUGHT.read_text(encoding="utf-8")
    tables = page.partition("## Where a fault")[0]
    rows = {line.split(" | ")[0].removeprefix("| "): line.split(" | ") for line in tables.splitlines()}
    for mutation in MUTATIONS:
        _, fault, *cells = rows[mutation.id]
        assert fault == mutation.fault
        for cloud, cell in zip(CLOUDS, cells, strict=True):
            plant = mutation.on(cloud)
            expected = "-" if isinstance(plant, NotHere) else f"`{plant.rule}`"
            assert cell.removesuffix(" |").partition(",")[0] == expected, "python -m scripts.write_caught"
            if isinstance(plant, NotHere):
                assert plant.why in page
