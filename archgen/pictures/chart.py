"""A waterfall on a page: one row for each bar, the values that matter as lines through all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archgen.pictures.page import HEADER, MARGIN, Imprint, header, title_block, title_block_width
from archgen.pictures.scene import Chart
from archgen.pictures.sheet import GREY, HAIR, INK, Rectangle, Shape, Sheet, Stroke, Words
from archgen.pictures.style import Style
from archgen.pictures.text import width, wrap

_FULL = 1500.0
_ROW = 46.0
_BAR = 26.0
_SIZE = 13.0
_NAME_LIMIT = 330.0
_FOOT = 130.0
_AXIS = 58.0


def chart_page(chart: Chart, style: Style, imprint: Imprint, proportion: float) -> Sheet:
    """The page of a chart. Its rows spread over the height that `proportion` (width by height) gives."""
    names = {bar.id: wrap(bar.title, _SIZE, _NAME_LIMIT) for bar in chart.bars}
    left = MARGIN + max(width(line, _SIZE) for lines in names.values() for line in lines) + 24
    right = _FULL - MARGIN - 60
    needed = HEADER + _AXIS + _ROW * len(chart.bars) + _FOOT
    height = max(_FULL / proportion, needed)
    row = min((height - HEADER - _AXIS - _FOOT) / len(chart.bars), 104.0)
    top = HEADER + _AXIS
    bottom = top + row * len(chart.bars)

    def at(value: float) -> float:
        return left + (right - left) * value / chart.end

    shapes: list[Shape] = [*header(imprint, chart.question)]
    for value, text in chart.ticks:
        shapes.append(Stroke(points=((at(value), top - 6), (at(value), bottom)), colour="#E4E8EE"))
        shapes.append(Words(x=at(value), y=bottom + 18, text=text, size=11, colour=GREY, anchor="middle"))
    shapes.append(Words(x=right, y=bottom + 36, text=chart.unit, size=11, colour=GREY, anchor="end"))
    for place, bar in enumerate(chart.bars):
        middle = top + row * (place + 0.5)
        shapes += _bar(names[bar.id], bar.text, bar.kind, bar.id, middle, left, at(bar.start), at(bar.end), style)
        if place + 1 < len(chart.bars) and bar.kind == "hop":
            down = ((at(bar.end), middle + _BAR / 2), (at(bar.end), middle + row - _BAR / 2))
            shapes.append(Stroke(points=down, colour="#8A94A3", dash="2 3"))
    shapes += _marks(chart, at, top, bottom, style)
    shapes.append(Words(x=MARGIN, y=height - 30, text=chart.note, size=11.5, colour=GREY))
    shapes += title_block(imprint, chart.title, _FULL - MARGIN - title_block_width(), height - 92)
    return Sheet(
        view=chart.view,
        title=imprint.title,
        description=chart.question,
        width=_FULL,
        height=height,
        layout=None,
        shapes=tuple(shapes),
    )


def _bar(
    name: tuple[str, ...],
    text: str,
    kind: str,
    id: str,
    middle: float,
    left: float,
    start: float,
    end: float,
    style: Style,
) -> Iterator[Shape]:
    base = middle + 4.5 - 8 * (len(name) - 1)
    for n, line in enumerate(name):
        yield Words(x=left - 14, y=base + 16 * n, text=line, size=_SIZE, anchor="end")
    colour = style.lines["stream"].colour
    fill, stroke, dash = (colour, colour, "") if kind == "hop" else ("#EEF1F5", "#8A94A3", "5 4")
    wide = max(end - start, 2.0)
    yield Rectangle(
        x=start, y=middle - _BAR / 2, w=wide, h=_BAR, fill=fill, stroke=stroke, dash=dash, radius=3, id=f"bar-{id}"
    )
    inside = width(text, 12, bold=True) + 14 <= wide
    ink = ("#FFFFFF" if kind == "hop" else INK) if inside else INK
    x = start + wide / 2 if inside else start + wide + 8
    yield Words(x=x, y=middle + 4.3, text=text, size=12, bold=True, colour=ink, anchor="middle" if inside else "start")


def _marks(chart: Chart, at: Callable[[float], float], top: float, bottom: float, style: Style) -> Iterator[Shape]:
    colour = style.lines["request"].colour
    for n, mark in enumerate(chart.marks):
        y = top - 14 - 16 * (len(chart.marks) - 1 - n)
        yield Stroke(points=((at(mark.at), y + 4), (at(mark.at), bottom)), colour=colour, width=1.8, dash="6 3")
        yield Words(x=at(mark.at) - 6, y=y + 2, text=mark.title, size=11.5, bold=True, colour=colour, anchor="end")
    yield Stroke(points=((at(0), bottom), (at(chart.end), bottom)), colour=HAIR)
