"""A sheet as a draw.io file: native shapes, frames that hold what lies in them, attached edges on the routed ways."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from html import escape
from xml.etree import ElementTree

from archgen.pictures.geometry import FRAME_SIZE, LINE_SIZE, TITLE_SIZE, Box, Framed, Placed
from archgen.pictures.icons import icon_uri
from archgen.pictures.labelling import LABEL_SIZE, Label
from archgen.pictures.layout import Layout, Line
from archgen.pictures.routing import Point
from archgen.pictures.sheet import GREY, INK, Disc, Rectangle, Shape, Sheet, Stroke, Words
from archgen.pictures.style import Style
from archgen.pictures.text import FAMILY, width

_LAYER = "1"
_FONT = f"{FAMILY},Arial,Helvetica"
"""draw.io takes the first that the reader's machine has; none of them is much wider than the one that was measured."""
_BELOW = "verticalLabelPosition=bottom;verticalAlign=top;align=center;html=1;aspect=fixed;spacingTop=2;"


def drawio(sheet: Sheet, style: Style) -> bytes:
    """The file, uncompressed: it can be read, compared and merged."""
    file = ElementTree.Element("mxfile", host="archgen", type="device")
    diagram = ElementTree.SubElement(file, "diagram", name=sheet.title, id=sheet.view)
    size = {"pageWidth": _n(sheet.width), "pageHeight": _n(sheet.height)}
    flags = {"grid": "1", "gridSize": "10", "page": "1", "math": "0", "shadow": "0"}
    model = ElementTree.SubElement(diagram, "mxGraphModel", {**flags, **size})
    root = ElementTree.SubElement(model, "root")
    ElementTree.SubElement(root, "mxCell", {"id": "0"})
    ElementTree.SubElement(root, "mxCell", {"id": _LAYER, "parent": "0"})
    for number, shape in enumerate(sheet.shapes):
        _shape(root, f"page-{number}", shape)
    if sheet.layout:
        _layout(root, sheet.layout, style)
    ElementTree.indent(file)
    return ElementTree.tostring(file, encoding="utf-8", xml_declaration=True) + b"\n"


def _layout(root: ElementTree.Element, layout: Layout, style: Style) -> None:
    boxes = {framed.frame.id: framed.box for framed in layout.frames}
    for framed in layout.frames:
        _frame(root, framed, boxes, style)
    for place in layout.nodes:
        _node(root, place, boxes, style)
    icons = {place.node.id: place.icon for place in layout.nodes}
    for line in layout.lines:
        _edge(root, line, icons, style)
    lines = {line.link.id: line for line in layout.lines}
    for label in layout.labels:
        _label(root, label, lines[label.link], style)


def _frame(root: ElementTree.Element, framed: Framed, boxes: Mapping[str, Box], style: Style) -> None:
    look, frame = style.frames[framed.frame.kind], framed.frame
    inset = 30 if "grIcon" in look.drawio else 8
    said = (
        f"{look.drawio}container=1;collapsible=0;recursiveResize=0;html=1;verticalAlign=top;align=left;"
        f"spacingLeft={inset};fontStyle=1;fontSize={FRAME_SIZE:g};fontFamily={_FONT};fontColor={look.ink};"
        f"fillColor={look.fill};strokeColor={look.stroke};strokeWidth={look.width:g};{_dashed(look.dash)}"
    )
    _vertex(root, f"frame-{frame.id}", escape(frame.title), said, framed.box, frame.parent, boxes)


def _node(root: ElementTree.Element, place: Placed, boxes: Mapping[str, Box], style: Style) -> None:
    node = place.node
    native = style.native(node.icon) if node.icon else None
    font = f"fontSize={TITLE_SIZE:g};fontFamily={_FONT};fontColor={INK};"
    if native:
        said = native + _BELOW + font
    elif node.icon:
        uri = icon_uri(node.icon).replace(";base64", "")
        said = f"shape=image;imageAspect=1;image={uri};{_BELOW}{font}"
    else:
        tile = style.tile
        said = f"rounded=1;arcSize=12;fillColor={tile['fill']};strokeColor={tile['stroke']};{_BELOW}{font}"
    small = f'<span style="font-size:{LINE_SIZE:g}px;color:{GREY}">'
    title = "<br>".join(escape(line) for line in place.title)
    lines = "".join(f"<br>{small}{escape(line)}</span>" for line in place.lines)
    _vertex(root, f"node-{node.id}", f"<b>{title}</b>{lines}", said, place.icon, node.frame, boxes)
    for number, badge in enumerate(node.badges):
        look = style.badges[badge]
        spot = Box(x=place.icon.right - 8 - 15 * number, y=place.icon.y - 6, w=14, h=14)
        said = f"ellipse;html=1;fontSize=9;fontStyle=1;fontColor=#FFFFFF;fillColor={look.colour};strokeColor=#FFFFFF;"
        _vertex(root, f"badge-{node.id}-{badge}", look.letter, said, spot, node.frame, boxes)


def _edge(root: ElementTree.Element, line: Line, icons: Mapping[str, Box], style: Style) -> None:
    link, look = line.link, style.lines[line.link.kind]
    said = (
        "edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;endArrow=block;endFill=1;jettySize=auto;orthogonalLoop=1;"
        f"strokeColor={look.colour};strokeWidth={look.width:g};{_dashed(look.dash)}"
        + _anchor("exit", line.points[0], icons[link.source])
        + _anchor("entry", line.points[-1], icons[link.target])
    )
    ends = {"source": f"node-{link.source}", "target": f"node-{link.target}"}
    cell = ElementTree.SubElement(
        root, "mxCell", {"id": f"link-{link.id}", "style": said, "edge": "1", "parent": _LAYER, **ends}
    )
    geometry = ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    if len(line.points) > 2:
        array = ElementTree.SubElement(geometry, "Array", {"as": "points"})
        for x, y in line.points[1:-1]:
            ElementTree.SubElement(array, "mxPoint", x=_n(x), y=_n(y))


def _anchor(end: str, point: Point, icon: Box) -> str:
    """Where an edge touches its icon. Below, it begins under the text: as far from the icon's edge as the line does."""
    x, y = (point[0] - icon.x) / icon.w, (point[1] - icon.y) / icon.h
    inside_x, inside_y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
    dx, dy = (x - inside_x) * icon.w, (y - inside_y) * icon.h
    return f"{end}X={inside_x:.4g};{end}Y={inside_y:.4g};{end}Dx={dx:.4g};{end}Dy={dy:.4g};{end}Perimeter=0;"


def _label(root: ElementTree.Element, label: Label, line: Line, style: Style) -> None:
    """A label as a child of its edge: at a share of the way, moved by what is left to where it stands."""
    colour = style.lines[line.link.kind].colour
    number = f'<b style="color:{colour}">{label.step}</b>' if label.step is not None else ""
    text = " ".join(part for part in (number, escape(label.text)) if part)
    share, nearest = _along(line.points, label.box.middle)
    said = (
        f"edgeLabel;html=1;align=center;verticalAlign=middle;fontSize={LABEL_SIZE:g};fontFamily={_FONT};"
        "labelBackgroundColor=#FFFFFF;"
    )
    cell = ElementTree.SubElement(
        root,
        "mxCell",
        {
            "id": f"label-{label.link}",
            "value": text,
            "style": said,
            "vertex": "1",
            "connectable": "0",
            "parent": f"link-{label.link}",
        },
    )
    geometry = ElementTree.SubElement(
        cell, "mxGeometry", {"x": f"{2 * share - 1:.4g}", "relative": "1", "as": "geometry"}
    )
    x, y = label.box.middle
    ElementTree.SubElement(geometry, "mxPoint", {"x": _n(x - nearest[0]), "y": _n(y - nearest[1]), "as": "offset"})


def _along(points: Sequence[Point], at: Point) -> tuple[float, Point]:
    """The point of a line that is nearest to `at`, and the share of the line's length before it."""
    total = sum(math.dist(a, b) for a, b in itertools.pairwise(points)) or 1.0
    best, walked = (math.inf, 0.0, points[0]), 0.0
    for a, b in itertools.pairwise(points):
        near = (min(max(at[0], min(a[0], b[0])), max(a[0], b[0])), min(max(at[1], min(a[1], b[1])), max(a[1], b[1])))
        best = min(best, (math.dist(near, at), walked + math.dist(a, near), near))
        walked += math.dist(a, b)
    return best[1] / total, best[2]


def _shape(root: ElementTree.Element, id: str, shape: Shape) -> None:
    if isinstance(shape, Words):
        wide = width(shape.text, shape.size, bold=shape.bold) + 8
        x = {"start": shape.x, "middle": shape.x - wide / 2, "end": shape.x - wide}[shape.anchor]
        align = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
        said = (
            f"text;html=1;align={align};verticalAlign=middle;spacing=0;fontSize={shape.size:g};fontFamily={_FONT};"
            f"fontColor={shape.colour};fontStyle={int(shape.bold)};"
        )
        box = Box(x=x, y=shape.y - shape.size, w=wide, h=shape.size * 1.3)
        _vertex(root, id, escape(shape.text), said, box, None, {})
    elif isinstance(shape, Rectangle):
        rounded = f"rounded=1;absoluteArcSize=1;arcSize={2 * shape.radius:g};" if shape.radius else ""
        said = (
            f"{rounded}html=1;fillColor={shape.fill or 'none'};strokeColor={shape.stroke or 'none'};"
            f"strokeWidth={shape.width:g};{_dashed(shape.dash)}"
        )
        _vertex(root, shape.id or id, "", said, Box(x=shape.x, y=shape.y, w=shape.w, h=shape.h), None, {})
    elif isinstance(shape, Disc):
        box = Box(x=shape.x - shape.radius, y=shape.y - shape.radius, w=2 * shape.radius, h=2 * shape.radius)
        said = f"ellipse;html=1;fontSize=8;fontStyle=1;fontColor=#FFFFFF;fillColor={shape.fill};strokeColor=none;"
        _vertex(root, id, escape(shape.text), said, box, None, {})
    else:
        _stroke(root, id, shape)


def _stroke(root: ElementTree.Element, id: str, stroke: Stroke) -> None:
    arrow = "endArrow=block;endFill=1;" if stroke.arrow else "endArrow=none;"
    said = f"{arrow}html=1;strokeColor={stroke.colour};strokeWidth={stroke.width:g};{_dashed(stroke.dash)}"
    cell = ElementTree.SubElement(root, "mxCell", {"id": id, "style": said, "edge": "1", "parent": _LAYER})
    geometry = ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    for end, (x, y) in (("sourcePoint", stroke.points[0]), ("targetPoint", stroke.points[-1])):
        ElementTree.SubElement(geometry, "mxPoint", {"x": _n(x), "y": _n(y), "as": end})


def _vertex(
    root: ElementTree.Element, id: str, value: str, said: str, box: Box, frame: str | None, boxes: Mapping[str, Box]
) -> None:
    """A cell; within a frame, its place counts from the frame's corner."""
    around = boxes.get(frame) if frame is not None else None
    left, top = (around.x, around.y) if around else (0.0, 0.0)
    parent = f"frame-{frame}" if around else _LAYER
    cell = ElementTree.SubElement(
        root, "mxCell", {"id": id, "value": value, "style": said, "vertex": "1", "parent": parent}
    )
    place = {"x": _n(box.x - left), "y": _n(box.y - top), "width": _n(box.w), "height": _n(box.h)}
    ElementTree.SubElement(cell, "mxGeometry", {**place, "as": "geometry"})


def _dashed(dash: str) -> str:
    return f"dashed=1;dashPattern={dash};" if dash else ""


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
