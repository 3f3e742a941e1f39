from __future__ import annotations

from pathlib import Path

from archgen.engine import positions
from archgen.engine.positions import Position

ROOT = Path("/p/infra")
HELPER = ("/p/infra/components/hardened/bucket.py", 9)
COMPONENT = ("/p/infra/components/lake/component.py", 14)
MAIN = ("/p/infra/__main__.py", 20)
LIBRARY = ("/usr/lib/python3/asyncio/events.py", 80)


def test_the_component_is_shown_rather_than_the_helper_that_it_shares() -> None:
    assert positions.choose(ROOT, [LIBRARY, HELPER, COMPONENT, MAIN]) == Position("components/lake/component.py", 14)


def test_a_helper_is_shown_where_nothing_else_is() -> None:
    assert positions.choose(ROOT, [LIBRARY, HELPER]) == Position("components/hardened/bucket.py", 9)


def test_what_is_outside_the_project_or_in_its_packages_is_not_shown() -> None:
    assert positions.choose(ROOT, [LIBRARY, ("/p/infra/.venv/lib/site-packages/x/component.py", 1)]) is None


def test_uris_are_read_with_their_escapes() -> None:
    found = positions.of_stack_trace(Path("/p q"), [("file:///p%20q/__main__.py", 3)])
    assert found == Position("__main__.py", 3)


def test_an_exception_is_placed_at_the_innermost_line_of_the_project() -> None:
    try:
        raise ValueError("x")
    except ValueError as error:
        found = positions.of_exception(Path(__file__).parent, error)
    assert found is not None
    assert found.file == Path(__file__).name


def test_an_exception_without_a_line_in_the_project_is_placed_where_its_cause_arose() -> None:
    outer = RuntimeError("outer")
    try:
        raise ValueError("inner")
    except ValueError as inner:
        outer.__cause__ = inner
    assert positions.of_exception(Path(__file__).parent, outer) is not None
    assert positions.of_exception(Path("/elsewhere"), outer) is None
