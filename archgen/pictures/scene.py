"""What a view shows, before anything has a place: boundaries, components, connections and their table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

LineKind: TypeAlias = Literal["request", "stream", "batch", "control"]

BOUNDARIES = frozenset({"external", "account", "network", "trust"})
"""Kinds of frames that a connection may enter only where one of its ends lies inside."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A box around nodes and other frames. `kind` selects its style and whether it is a boundary of trust."""

    id: str
    title: str
    kind: Literal["external", "account", "network", "trust", "tier", "group"]
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing with an icon, a title and some smaller lines below it.

    `icon` is a path in the icon set, None for a tile with the letters of `tile`. `badges` are keys of the style.
    """

    id: str
    title: str
    lines: tuple[str, ...] = ()
    icon: str | None = None
    tile: str = ""
    frame: str | None = None
    badges: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A connection in the direction in which it is read. A link with a `step` is numbered; the table explains it.

    `also` are the numbers of further connections between the same two ends, which its label names.
    """

    id: str
    source: str
    target: str
    kind: LineKind
    label: str = ""
    step: int | None = None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows beside the picture; the first cell of each is the number of a link."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One view: the question that it answers and everything that is drawn to answer it."""

    view: str
    title: str
    question: str
    frames: tuple[Frame, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    table: Table | None = None
    lines: tuple[tuple[LineKind, str], ...] = ()
    """What each kind of line means in this view, for the legend."""

    def chain(self, frame: str | None) -> tuple[str, ...]:
        """A frame and all frames around it, innermost first."""
        parents = {one.id: one.parent for one in self.frames}
        found: list[str] = []
        while frame is not None:
            found.append(frame)
            frame = parents[frame]
        return tuple(found)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One row of a waterfall, from `start` to `end` in the chart's unit. `kind` selects its style."""

    id: str
    title: str
    start: float
    end: float
    text: str
    kind: Literal["hop", "reserve", "limit"] = "hop"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line at a value that matters: a limit, a deadline."""

    id: str
    title: str
    at: float


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A view over time instead of over places. `ticks` are pairs of value and text."""

    view: str
    title: str
    question: str
    unit: str
    bars: tuple[Bar, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    end: float
    note: str = ""
