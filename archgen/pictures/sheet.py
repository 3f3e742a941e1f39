"""A whole page: a layout or a chart with its frame of title, table, legend and title block, as simple shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from archgen.pictures.layout import Layout
from archgen.pictures.routing import Point

INK, GREY, HAIR = "#16202C", "#4A5563", "#C9D0DA"


@dataclass(frozen=True, kw_only=True)
class Words:
    """One line of text; `anchor` is start, middle or end, `y` the baseline. `width` is as measured."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    colour: str = INK
    anchor: str = "start"


@dataclass(frozen=True, kw_only=True)
class Rectangle:
    """A rectangle; an empty `fill` or `stroke` leaves that out. One with an `id` means something and can be found."""

    x: float
    y: float
    w: float
    h: float
    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    dash: str = ""
    radius: float = 0.0
    id: str = ""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A line through some points, with an arrow at its end where `arrow` is set."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.0
    dash: str = ""
    arrow: bool = False


@dataclass(frozen=True, kw_only=True)
class Disc:
    """A filled circle with one or two letters."""

    x: float
    y: float
    radius: float
    fill: str
    text: str


Shape: TypeAlias = Words | Rectangle | Stroke | Disc


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page of `width` by `height` points. `layout` is None for a chart, which is made of shapes alone."""

    view: str
    title: str
    description: str
    width: float
    height: float
    layout: Layout | None
    shapes: tuple[Shape, ...]
