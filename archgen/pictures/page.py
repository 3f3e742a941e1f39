"""The frame of every page: title and figures above, the table of numbered flows, legend and title block below."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archgen.pictures.layout import Layout
from archgen.pictures.scene import Scene, Table
from archgen.pictures.sheet import GREY, HAIR, INK, Disc, Rectangle, Shape, Sheet, Stroke, Words
from archgen.pictures.style import Style
from archgen.pictures.text import drawable, width

MARGIN = 36.0
HEADER = 98.0
PAGES = {"a3": 420 / 297, "wide": 16 / 9}
"""Width by height: A3 landscape for print, 16:9 for slides."""
_NARROWEST = 1000.0
_STEP = 16.0
_ROW = 15.5
_CELL = 9.5
_BLOCK = (150.0, 33.0)
_BLOCK_COLUMNS = 3
_CELL_SIZES = (9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Sizes of a value in the title block, the usual one first."""


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """What the title block says beside the view: whose it is, which one of how many, and from what it was made."""

    title: str
    subtitle: str
    client: str
    status: str
    number: int
    count: int
    spec_hash: str
    version: str
    place: str


def page(layout: Layout, style: Style, imprint: Imprint, proportion: float) -> Sheet:
    """The page of a layout. It is as large as its content asks for, and then extended to `proportion`."""
    scene = layout.scene
    inner = max(layout.width, _NARROWEST)
    inner, height = _extended(inner, layout.height, scene, style, proportion)
    footer = _footer_height(scene, style, inner)
    free = height - HEADER - footer
    x = MARGIN + (inner - layout.width) / 2
    y = HEADER + (free - layout.height) / 2
    placed = layout.moved(round(x), round(y))
    full = inner + 2 * MARGIN
    shapes = [*header(imprint, scene.question), *_footer(scene, style, imprint, full, height - footer)]
    return Sheet(
        view=scene.view,
        title=imprint.title,
        description=scene.question,
        width=full,
        height=height,
        layout=placed,
        shapes=tuple(shapes),
    )


def _extended(inner: float, high: float, scene: Scene, style: Style, proportion: float) -> tuple[float, float]:
    """The narrowest page of that proportion: wider, its table is lower, so it is looked for in small steps."""
    while True:
        height = HEADER + high + _footer_height(scene, style, inner)
        full = inner + 2 * MARGIN
        if full >= height * proportion:
            return inner, full / proportion
        inner += min(_STEP, height * proportion - full)


def header(imprint: Imprint, question: str) -> Iterator[Shape]:
    """Title, the question that the view answers, and the figures of the requirement."""
    yield Words(x=MARGIN, y=44, text=imprint.title, size=25, bold=True)
    yield Words(x=MARGIN, y=67, text=question, size=13.5, bold=True, colour=GREY)
    yield Words(x=MARGIN, y=87, text=imprint.subtitle, size=12, colour=GREY)


def _footer_height(scene: Scene, style: Style, inner: float) -> float:
    table = 0.0
    if scene.table and scene.table.rows:
        _columns, rows = _table_shape(scene.table, inner)
        table = _ROW * (rows + 1) + 18
    return 14 + table + _below_height(scene, style, inner) + 20


def _below_height(scene: Scene, style: Style, inner: float) -> float:
    rows = len(_legend_rows(scene, style, inner - title_block_width() - 40))
    return max(2 * _BLOCK[1], 24.0 * rows)


def _footer(scene: Scene, style: Style, imprint: Imprint, full: float, top: float) -> Iterator[Shape]:
    inner = full - 2 * MARGIN
    y = top + 10
    yield Stroke(points=((MARGIN, y), (full - MARGIN, y)), colour=HAIR)
    if scene.table and scene.table.rows:
        columns, rows = _table_shape(scene.table, inner)
        yield from _table(scene, style, MARGIN, y + 8, inner, columns, rows)
        y += _ROW * (rows + 1) + 18
        yield Stroke(points=((MARGIN, y), (full - MARGIN, y)), colour=HAIR)
    y += 14
    yield from _legend(_legend_rows(scene, style, inner - title_block_width() - 40), style, MARGIN, y)
    yield from title_block(imprint, scene.title, full - MARGIN - title_block_width(), y)


def _cell_widths(table: Table) -> list[float]:
    cells = [table.head, *table.rows]
    return [max(width(row[i], _CELL, bold=True) for row in cells) + 12 for i in range(len(table.head))]


def _table_shape(table: Table, inner: float) -> tuple[int, int]:
    """How many blocks of rows fit side by side, and the rows of each."""
    block = sum(_cell_widths(table)) + 24
    columns = max(1, min(int((inner + 24) // block), math.ceil(len(table.rows) / 3)))
    rows = math.ceil(len(table.rows) / columns)
    return math.ceil(len(table.rows) / rows), rows


def _table(scene: Scene, style: Style, x: float, y: float, inner: float, columns: int, rows: int) -> Iterator[Shape]:
    table = scene.table
    assert table is not None  # asked by the caller
    widths = _cell_widths(table)
    block = max(sum(widths) + 24, inner / columns)
    colours = {
        str(step): style.lines[link.kind].colour for link in scene.links for step in (link.step, *link.also) if step
    }
    for column in range(columns):
        left = x + column * block
        at = left + 22
        for cell, wide in zip(table.head[1:], widths[1:], strict=True):
            yield Words(x=at, y=y + 11, text=cell, size=_CELL, bold=True, colour=GREY)
            at += wide
        for n, row in enumerate(table.rows[column * rows : (column + 1) * rows]):
            base = y + _ROW * (n + 1)
            yield Disc(x=left + 8, y=base + 7.5, radius=6.8, fill=colours.get(row[0], GREY), text=row[0])
            at = left + 22
            for place, (cell, wide) in enumerate(zip(row[1:], widths[1:], strict=True)):
                yield Words(x=at, y=base + 11, text=cell, size=_CELL, colour=INK if place == 0 else GREY)
                at += wide


@dataclass(frozen=True, kw_only=True)
class _Entry:
    kind: str
    key: str
    text: str
    wide: float


def _legend_rows(scene: Scene, style: Style, limit: float) -> list[list[_Entry]]:
    meant = dict(scene.lines)
    kinds = [kind for kind in style.lines if any(link.kind == kind for link in scene.links)]
    entries = [_entry("line", kind, meant.get(kind, style.lines[kind].text), 46) for kind in kinds]
    shown = [kind for kind in style.frames if any(frame.kind == kind for frame in scene.frames)]
    entries += [_entry("frame", kind, style.frames[kind].text, 34) for kind in shown]
    badges = [key for key in style.badges if any(key in node.badges for node in scene.nodes)]
    entries += [_entry("badge", key, style.badges[key].text, 22) for key in badges]
    rows: list[list[_Entry]] = [[]]
    used = 0.0
    for entry in entries:
        if used + entry.wide > limit and rows[-1]:
            rows.append([])
            used = 0.0
        rows[-1].append(entry)
        used += entry.wide
    return rows if entries else []


def _entry(kind: str, key: str, text: str, sample: float) -> _Entry:
    return _Entry(kind=kind, key=key, text=text, wide=sample + width(text, 10.5) + 22)


def _legend(rows: Sequence[Sequence[_Entry]], style: Style, x: float, y: float) -> Iterator[Shape]:
    for n, row in enumerate(rows):
        left, middle = x, y + 12 + 24 * n
        for entry in row:
            yield from _sample(entry, style, left, middle)
            sample = {"line": 46, "frame": 34, "badge": 22}[entry.kind]
            yield Words(x=left + sample, y=middle + 3.7, text=entry.text, size=10.5)
            left += entry.wide


def _sample(entry: _Entry, style: Style, x: float, middle: float) -> Iterator[Shape]:
    if entry.kind == "line":
        line = style.lines[entry.key]
        points = ((x, middle), (x + 38, middle))
        yield Stroke(points=points, colour=line.colour, width=line.width, dash=line.dash, arrow=True)
    elif entry.kind == "frame":
        frame = style.frames[entry.key]
        yield Rectangle(
            x=x,
            y=middle - 8,
            w=26,
            h=16,
            fill=frame.fill,
            stroke=frame.stroke,
            width=frame.width,
            dash=frame.dash,
            radius=3,
        )
    else:
        badge = style.badges[entry.key]
        yield Disc(x=x + 8, y=middle, radius=7, fill=badge.colour, text=badge.letter)


def title_block_width() -> float:
    """Width of the whole block."""
    return _BLOCK[0] * _BLOCK_COLUMNS


def title_block(imprint: Imprint, view: str, x: float, y: float) -> Iterator[Shape]:
    """Six cells: client, view, status, place, spec and tool."""
    cells = (
        ("CLIENT", imprint.client),
        ("VIEW", f"{imprint.number} of {imprint.count} · {view}"),
        ("STATUS", imprint.status),
        ("PLACE", imprint.place),
        ("SPEC", imprint.spec_hash),
        ("GENERATED BY", imprint.version),
    )
    wide, high = title_block_width() / _BLOCK_COLUMNS, _BLOCK[1]
    limit = wide - 12
    for n, (name, value) in enumerate(cells):
        left, top = x + wide * (n % _BLOCK_COLUMNS), y + high * (n // _BLOCK_COLUMNS)
        yield Rectangle(x=left, y=top, w=wide, h=high, stroke=HAIR, fill="#FFFFFF")
        yield Words(x=left + 7, y=top + 12, text=name, size=7.5, colour=GREY)
        size = _fitting(drawable(value), limit)
        yield Words(x=left + 7, y=top + 26, text=_shortened(drawable(value), limit, size), size=size, bold=True)


def _fitting(text: str, limit: float) -> float:
    """The largest size of a cell's text at which all of it is said, down to what can still be read in print."""
    return next((size for size in _CELL_SIZES if width(text, size, bold=True) <= limit), _CELL_SIZES[-1])


def _shortened(text: str, limit: float, size: float) -> str:
    """What fits into one line: a title block has one line a cell, and the title above says all of it."""
    cut = text
    while cut and width(cut if cut == text else cut + "…", size, bold=True) > limit:
        cut = cut[:-1].rstrip()
    return cut if cut == text else cut + "…"
