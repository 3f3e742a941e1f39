"""A sheet as SVG: icons and font inside, an id and `data-` attributes on whatever means something."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from functools import cache
from xml.sax.saxutils import escape, quoteattr

from archgen.pictures.geometry import FRAME_SIZE, LINE_SIZE, LINE_STEP, TITLE_SIZE, TITLE_STEP, Box, Framed, Placed
from archgen.pictures.icons import icon_uri
from archgen.pictures.labelling import LABEL_SIZE, RADIUS, STEP_SIZE, Label
from archgen.pictures.layout import Layout, Line
from archgen.pictures.routing import Point
from archgen.pictures.sheet import GREY, INK, Disc, Rectangle, Shape, Sheet, Words
from archgen.pictures.style import Style
from archgen.pictures.text import FAMILY, FILES

_CORNER = 7.0
_ARROW = 9.0


def svg(sheet: Sheet, style: Style) -> bytes:
    """The file. It asks for nothing from outside."""
    parts = [*_head(sheet), *_definitions(sheet)]
    parts.append(f'<rect width="{_n(sheet.width)}" height="{_n(sheet.height)}" fill="#FFFFFF"/>')
    if sheet.layout:
        parts += _drawn(sheet.layout, style)
    parts += [_shape(shape) for shape in sheet.shapes]
    return ("\n".join([*parts, "</svg>"]) + "\n").encode()


def _head(sheet: Sheet) -> Iterator[str]:
    wide, high = _n(sheet.width), _n(sheet.height)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" '
        f'font-family="{FAMILY}, sans-serif" role="img" aria-labelledby="title description" data-view={_a(sheet.view)}>'
    )
    yield f'<title id="title">{escape(sheet.title)}</title>'
    yield f'<desc id="description">{escape(sheet.description)}</desc>'


def _definitions(sheet: Sheet) -> Iterator[str]:
    yield f"<style>{_font_faces()}</style>"
    icons = sorted({p.node.icon for p in sheet.layout.nodes if p.node.icon}) if sheet.layout else []
    if icons:
        yield "<defs>"
        yield from (f'<image id="icon-{_key(icon)}" width="48" height="48" href="{icon_uri(icon)}"/>' for icon in icons)
        yield "</defs>"


@cache
def _font_faces() -> str:
    faces = []
    for path, weight in zip(FILES, (400, 600), strict=True):
        data = base64.b64encode(path.read_bytes()).decode()
        faces.append(
            f"@font-face{{font-family:{FAMILY};font-weight:{weight};"
            f"src:url(data:font/otf;base64,{data}) format('opentype')}}"
        )
    return "".join(faces)


def _drawn(layout: Layout, style: Style) -> Iterator[str]:
    yield from (_frame(framed, style) for framed in layout.frames)
    yield from (_line(line, style) for line in layout.lines)
    yield from (_frame_title(framed, style) for framed in layout.frames)
    yield from (_node(place, style) for place in layout.nodes)
    kinds = {line.link.id: line.link.kind for line in layout.lines}
    yield from (_label(label, style.lines[kinds[label.link]].colour) for label in layout.labels)


def _frame(framed: Framed, style: Style) -> str:
    look, box = style.frames[framed.frame.kind], framed.box
    return (
        f'<rect id="frame-{framed.frame.id}" data-frame={_a(framed.frame.id)} data-kind="{framed.frame.kind}" '
        f'{_at(box)} rx="7" fill="{look.fill}" stroke="{look.stroke}" '
        f'stroke-width="{_n(look.width)}"{_dash(look.dash)}/>'
    )


def _frame_title(framed: Framed, style: Style) -> str:
    look = style.frames[framed.frame.kind]
    return _text(framed.title.x + 5, framed.title.y + 14, framed.frame.title, FRAME_SIZE, look.ink, bold=True)


def _line(line: Line, style: Style) -> str:
    look, link = style.lines[line.link.kind], line.link
    tip, arrow = arrow_head(line.points, look.width)
    return (
        f'<g id="link-{link.id}" data-link={_a(link.id)} data-source={_a(link.source)} data-target={_a(link.target)} '
        f'data-kind="{link.kind}"><path d="{_path((*line.points[:-1], tip))}" fill="none" stroke="{look.colour}" '
        f'stroke-width="{_n(look.width)}"{_dash(look.dash)}/><path d="{arrow}" fill="{look.colour}"/></g>'
    )


def arrow_head(points: Sequence[Point], width: float) -> tuple[Point, str]:
    """Where the line ends, and the triangle from there to the last point."""
    (ax, ay), (bx, by) = points[-2], points[-1]
    length = math.dist((ax, ay), (bx, by)) or 1.0
    dx, dy = (bx - ax) / length, (by - ay) / length
    size, half = _ARROW + width, (_ARROW + width) * 0.42
    tx, ty = bx - dx * size, by - dy * size
    corners = ((bx, by), (tx - dy * half, ty + dx * half), (tx + dy * half, ty - dx * half))
    return (tx + dx, ty + dy), "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in corners) + "Z"


def _path(points: Sequence[Point]) -> str:
    """The line with rounded corners."""
    said = f"M{_n(points[0][0])} {_n(points[0][1])}"
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        before, after = math.dist(a, b), math.dist(b, c)
        r = min(_CORNER, before / 2, after / 2)
        if not r:
            continue
        start = (b[0] + (a[0] - b[0]) * r / before, b[1] + (a[1] - b[1]) * r / before)
        end = (b[0] + (c[0] - b[0]) * r / after, b[1] + (c[1] - b[1]) * r / after)
        said += f"L{_n(start[0])} {_n(start[1])}Q{_n(b[0])} {_n(b[1])} {_n(end[0])} {_n(end[1])}"
    return said + f"L{_n(points[-1][0])} {_n(points[-1][1])}"


def _node(place: Placed, style: Style) -> str:
    node, icon = place.node, place.icon
    middle = icon.x + icon.w / 2
    parts = [
        f'<g id="node-{node.id}" data-node={_a(node.id)}><title>{escape(" · ".join((node.title, *node.lines)))}</title>'
    ]
    if node.icon:
        parts.append(f'<use href="#icon-{_key(node.icon)}" x="{_n(icon.x)}" y="{_n(icon.y)}"/>')
    else:
        tile = style.tile
        parts.append(f'<rect {_at(icon.grown(-1))} rx="6" fill="{tile["fill"]}" stroke="{tile["stroke"]}"/>')
        parts.append(_text(middle, icon.y + icon.h / 2 + 6, node.tile, 16, tile["ink"], bold=True, anchor="middle"))
    for n, badge in enumerate(node.badges):
        look = style.badges[badge]
        parts.append(
            _disc(
                Disc(x=icon.right - 1 - 15 * n, y=icon.y + 1, radius=7, fill=look.colour, text=look.letter), ring=True
            )
        )
    y = place.label.y
    for line in place.title:
        y += TITLE_STEP
        parts.append(_text(middle, y - 3, line, TITLE_SIZE, INK, bold=True, anchor="middle"))
    for line in place.lines:
        y += LINE_STEP
        parts.append(_text(middle, y - 3, line, LINE_SIZE, GREY, anchor="middle"))
    return "".join([*parts, "</g>"])


def _label(label: Label, colour: str) -> str:
    box = label.box
    middle = box.y + box.h / 2
    parts = [f"<g data-label={_a(label.link)}>"]
    parts.append(f'<rect {_at(box)} rx="9" fill="#FFFFFF" fill-opacity="0.94"/>')
    start = box.x + 3
    if label.step is not None:
        parts.append(_disc(Disc(x=box.x + RADIUS, y=middle, radius=RADIUS - 0.5, fill=colour, text=str(label.step))))
        start = box.x + 2 * RADIUS + 4
    if label.text:
        parts.append(_text(start, middle + 3.6, label.text, LABEL_SIZE, "#2A3441"))
    return "".join([*parts, "</g>"])


def _shape(shape: Shape) -> str:
    if isinstance(shape, Words):
        return _text(shape.x, shape.y, shape.text, shape.size, shape.colour, bold=shape.bold, anchor=shape.anchor)
    if isinstance(shape, Disc):
        return _disc(shape)
    if isinstance(shape, Rectangle):
        fill, stroke = shape.fill or "none", shape.stroke or "none"
        id = f" id={_a(shape.id)}" if shape.id else ""
        box = Box(x=shape.x, y=shape.y, w=shape.w, h=shape.h)
        look = f'stroke="{stroke}" stroke-width="{_n(shape.width)}"{_dash(shape.dash)}'
        return f'<rect{id} {_at(box)} rx="{_n(shape.radius)}" fill="{fill}" {look}/>'
    points, head = shape.points, ""
    if shape.arrow:
        tip, arrow = arrow_head(points, shape.width)
        points, head = (*points[:-1], tip), f'<path d="{arrow}" fill="{shape.colour}"/>'
    look = f'stroke="{shape.colour}" stroke-width="{_n(shape.width)}"{_dash(shape.dash)}'
    return f'<path d="{_path(points)}" fill="none" {look}/>{head}'


def _disc(disc: Disc, *, ring: bool = False) -> str:
    size = STEP_SIZE * disc.radius / 8.5
    border = ' stroke="#FFFFFF" stroke-width="1.5"' if ring else ""
    return f'<circle cx="{_n(disc.x)}" cy="{_n(disc.y)}" r="{_n(disc.radius)}" fill="{disc.fill}"{border}/>' + _text(
        disc.x, disc.y + size * 0.36, disc.text, size, "#FFFFFF", bold=True, anchor="middle"
    )


def _text(x: float, y: float, text: str, size: float, colour: str, *, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="600"' if bold else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{weight}{place}>{escape(text)}</text>'


def _at(box: Box) -> str:
    return f'x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.w)}" height="{_n(box.h)}"'


def _dash(dash: str) -> str:
    return f' stroke-dasharray="{dash}"' if dash else ""


def _key(icon: str) -> str:
    return icon.removesuffix(".png").replace("/", "-")


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _a(value: str) -> str:
    return quoteattr(value)
