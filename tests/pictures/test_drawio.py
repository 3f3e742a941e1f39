from __future__ import annotations

from xml.etree import ElementTree

import pytest

from archgen.pictures.drawing import Drawn
from archgen.pictures.drawio import drawio


@pytest.fixture(scope="module")
def cells(sheets: dict[str, Drawn]) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(drawio(sheets["logical"].sheet, sheets["logical"].style))
    found = list(root.iter("mxCell"))
    assert len({cell.get("id") for cell in found}) == len(found)
    return {str(cell.get("id")): cell for cell in found}


def test_every_node_and_frame_lies_in_its_frame(
    cells: dict[str, ElementTree.Element], sheets: dict[str, Drawn]
) -> None:
    layout = sheets["logical"].sheet.layout
    assert layout is not None
    for place in layout.nodes:
        assert cells[f"node-{place.node.id}"].get("parent") == f"frame-{place.node.frame}"
    for framed in layout.frames:
        parent = f"frame-{framed.frame.parent}" if framed.frame.parent else "1"
        assert cells[f"frame-{framed.frame.id}"].get("parent") == parent


def test_products_are_native_shapes(cells: dict[str, ElementTree.Element]) -> None:
    assert "resIcon=mxgraph.aws4.kinesis_data_streams;fillColor=#8C4FFF" in str(cells["node-events"].get("style"))
    assert "shape=image;" in str(cells["node-authorisations"].get("style"))


def test_edges_are_attached_and_keep_their_way(cells: dict[str, ElementTree.Element], sheets: dict[str, Drawn]) -> None:
    layout = sheets["logical"].sheet.layout
    assert layout is not None
    for line in layout.lines:
        cell = cells[f"link-{line.link.id}"]
        assert cell.get("source") == f"node-{line.link.source}" and cell.get("target") == f"node-{line.link.target}"
        corners = [(float(p.get("x", "")), float(p.get("y", ""))) for p in cell.iterfind(".//Array/mxPoint")]
        assert corners == [pytest.approx(point, abs=0.06) for point in line.points[1:-1]]
        assert "exitX=" in str(cell.get("style")) and "entryX=" in str(cell.get("style"))


def test_charts_become_shapes(sheets: dict[str, Drawn]) -> None:
    root = ElementTree.fromstring(drawio(sheets["latency-budget"].sheet, sheets["latency-budget"].style))
    ids = {cell.get("id") for cell in root.iter("mxCell")}
    assert {"bar-hop-1", "bar-hop-7", "bar-reserve"} <= ids
