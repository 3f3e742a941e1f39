from __future__ import annotations

import pytest

from archgen.errors import WrongUse
from archgen.pictures import pictures, unavailable
from archgen.pictures.drawing import drawn
from archgen.pictures.layout import laid_out
from archgen.pictures.page import PAGES
from archgen.pictures.views import Subject


def test_every_view_in_every_format_and_the_program(fraud: Subject) -> None:
    files = pictures(fraud.design, fraud.program, formats=("svg", "drawio", "mmd"))
    views = {"context", "logical", "data-flow", "network", "security", "latency-budget"}
    wanted = {f"diagrams/{view}.{format}" for view in views for format in ("svg", "drawio", "mmd")}
    assert set(files) == wanted | {"diagrams/diagram.py"}
    assert not views & set(unavailable(fraud.design, fraud.program))


def test_the_bytes_are_the_same_each_time(fraud: Subject) -> None:
    once = pictures(fraud.design, fraud.program, views=["data-flow"])
    laid_out.cache_clear()
    assert pictures(fraud.design, fraud.program, views=["data-flow"]) == once


@pytest.mark.parametrize("paper", PAGES)
def test_pages_have_the_shape_of_their_paper(fraud: Subject, paper: str) -> None:
    for view in drawn(fraud.design, fraud.program, views=["logical", "latency-budget"], paper=paper).values():
        assert view.sheet.width / view.sheet.height == pytest.approx(PAGES[paper], rel=0.02)


def test_what_does_not_exist_is_named(fraud: Subject) -> None:
    with pytest.raises(WrongUse, match="no format is called 'gif'"):
        pictures(fraud.design, fraud.program, formats=("gif",))
    with pytest.raises(WrongUse, match="no view is called 'overview'"):
        pictures(fraud.design, fraud.program, views=["overview"])
    with pytest.raises(WrongUse, match="there is no view 'batch-window': there is no batch run"):
        pictures(fraud.design, fraud.program, views=["batch-window"])
    with pytest.raises(WrongUse, match="no paper is called 'letter'"):
        pictures(fraud.design, fraud.program, paper="letter")


def test_pdf_says_what_it_needs(fraud: Subject) -> None:
    try:
        import typst  # noqa: F401
    except ImportError:
        with pytest.raises(WrongUse, match=r"archgen\[pdf\]"):
            pictures(fraud.design, fraud.program, formats=("pdf",), views=["context"])
    else:
        files = pictures(fraud.design, fraud.program, formats=("pdf",), views=["context"])
        assert files["diagrams/context.pdf"].startswith(b"%PDF")
