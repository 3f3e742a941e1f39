from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from archgen.pictures.drawing import Drawn
from archgen.pictures.style import style
from archgen.pictures.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def logical(sheets: dict[str, Drawn]) -> str:
    return svg(sheets["logical"].sheet, sheets["logical"].style).decode()


def test_it_asks_for_nothing_from_outside(logical: str) -> None:
    references = re.findall(r"(?:href=\"|url\()([^\")]+)", logical)
    assert references
    assert all(reference.startswith(("data:", "#")) for reference in references)
    assert set(re.findall(r"https?://[^\"]+", logical)) == {"http://www.w3.org/2000/svg"}


def test_everything_that_means_something_can_be_found(logical: str, sheets: dict[str, Drawn]) -> None:
    root = ElementTree.fromstring(logical)
    layout = sheets["logical"].sheet.layout
    assert layout is not None
    assert {e.get("data-node") for e in root.iter() if e.get("data-node")} == {p.node.id for p in layout.nodes}
    assert {e.get("data-link") for e in root.iter() if e.get("data-link")} == {n.link.id for n in layout.lines}
    assert {e.get("data-frame") for e in root.iter() if e.get("data-frame")} == {f.frame.id for f in layout.frames}
    assert root.findtext(f"{SVG}title") == sheets["logical"].sheet.title
    assert root.findtext(f"{SVG}desc")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_free_text_is_text(sheets: dict[str, Drawn]) -> None:
    from dataclasses import replace

    sheet = replace(sheets["logical"].sheet, title='<script>"&', description="</svg>")
    root = ElementTree.fromstring(svg(sheet, sheets["logical"].style))
    assert root.findtext(f"{SVG}title") == '<script>"&'
    assert root.findtext(f"{SVG}desc") == "</svg>"


def test_nothing_that_is_written_leaves_the_page(sheets: dict[str, Drawn]) -> None:
    from archgen.pictures.sheet import Words
    from archgen.pictures.text import width

    for name, view in sheets.items():
        for shape in view.sheet.shapes:
            if isinstance(shape, Words):
                wide = width(shape.text, shape.size, bold=shape.bold)
                left = shape.x - {"start": 0, "middle": wide / 2, "end": wide}[shape.anchor]
                assert left >= 0 and left + wide <= view.sheet.width, f"{name}: {shape.text}"
                assert 0 <= shape.y <= view.sheet.height


def test_lines_differ_without_their_colour() -> None:
    for cloud in ("aws", "gcp", "azure"):
        lines = style(cloud).lines.values()
        assert len({(line.width, line.dash) for line in lines}) == len(lines)


def test_the_page_says_whose_it_is_and_what_it_was_made_from(logical: str) -> None:
    for text in ("Risk Platform", "2 of 6 · Logical view", "Draft for review", "AWS · eu-west-1", "Card tokens"):
        assert f">{text}<" in logical
