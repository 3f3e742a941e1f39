"""The one value that every writer draws from: places, lines and labels of a scene."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from archgen.pictures.arrangement import arrangements
from archgen.pictures.geometry import Box, Framed, Placed, placed
from archgen.pictures.labelling import Label, labelled
from archgen.pictures.routing import Point, routed
from archgen.pictures.scene import Link, Scene
from archgen.pictures.shelves import Cells
from archgen.pictures.tracks import SPACING

Gap = tuple[str, int]
"""Between two slots: "x" or "y", and the slot before it (-1 for the one before the first)."""

_ATTEMPTS = 3
_DRAWN = 110
"""Nodes drawn while choosing among arrangements."""
_WEIGHT = {"request": 2.0, "stream": 1.0, "batch": 1.0, "control": 0.6}
_WIDER = 26.0


@dataclass(frozen=True, kw_only=True)
class Line:
    """A link and its corners, from the source's port to the target's."""

    link: Link
    points: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A scene with a place for everything, in points from the upper left corner."""

    scene: Scene
    box: Box
    frames: tuple[Framed, ...]
    nodes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    faults: int = 0
    """Gaps in which lines share a track, and labels without a place: 0 unless the scene is too large for one view."""

    @property
    def width(self) -> float:
        """The width of all of it."""
        return self.box.w

    @property
    def height(self) -> float:
        """The height of all of it."""
        return self.box.h

    def node(self, id: str) -> Placed:
        """Raises `StopIteration` for an id that the scene does not have."""
        return next(place for place in self.nodes if place.node.id == id)

    def moved(self, dx: float, dy: float) -> Layout:
        """The same layout elsewhere on the page."""
        return replace(
            self,
            box=self.box.moved(dx, dy),
            frames=tuple(replace(f, box=f.box.moved(dx, dy), title=f.title.moved(dx, dy)) for f in self.frames),
            nodes=tuple(replace(n, icon=n.icon.moved(dx, dy), label=n.label.moved(dx, dy)) for n in self.nodes),
            lines=tuple(replace(n, points=tuple((x + dx, y + dy) for x, y in n.points)) for n in self.lines),
            labels=tuple(replace(n, box=n.box.moved(dx, dy)) for n in self.labels),
        )


@lru_cache(maxsize=32)
def laid_out(scene: Scene, aspect: float) -> Layout:
    """The layout of a scene for a space of `aspect` (width by height): the best arrangement is the one that draws best.

    Where its lines have to share a track or a label finds no place, the gaps concerned are widened and it is drawn
    again.
    """
    candidates = arrangements(scene, aspect, max(2, min(8, _DRAWN // (len(scene.nodes) + 1))))
    drawn = [_Attempt.of(scene, cells, {}) for cells in candidates]
    best = min(drawn, key=lambda attempt: _cost(attempt.layout, aspect))
    extra: dict[Gap, float] = {}
    for _ in range(_ATTEMPTS):
        if not best.layout.faults:
            break
        _widen(extra, best)
        best = min(best, _Attempt.of(scene, best.cells, dict(extra)), key=lambda attempt: attempt.layout.faults)
    return best.layout


@dataclass(frozen=True, kw_only=True)
class _Attempt:
    """One drawing of an arrangement, and what was too narrow in it."""

    cells: Cells
    layout: Layout
    crowded: frozenset[Gap]
    homeless: tuple[str, ...]

    @staticmethod
    def of(scene: Scene, cells: Cells, extra: Mapping[Gap, float]) -> _Attempt:
        """Frames come outermost first, so that drawing them in order leaves the inner ones on top."""
        places = placed(scene, cells, extra)
        routes = routed(scene, places)
        labels, homeless = labelled(scene, places, routes.lines)
        frames = [places.frames[frame.id] for frame in scene.frames if frame.id in places.frames]
        layout = Layout(
            scene=scene,
            box=Box(x=0, y=0, w=places.width, h=places.height),
            frames=tuple(sorted(frames, key=lambda framed: len(scene.chain(framed.frame.id)))),
            nodes=tuple(places.nodes[node.id] for node in scene.nodes),
            lines=tuple(
                Line(link=link, points=_tightened(routes.lines[link.id], link, places.nodes)) for link in scene.links
            ),
            labels=labels,
            faults=len(routes.crowded) + 2 * len(homeless),
        )
        return _Attempt(cells=cells, layout=layout, crowded=routes.crowded, homeless=homeless)


def _cost(layout: Layout, aspect: float) -> float:
    """What a reader minds: small print, long ways, bends, crossings, numbers without their words."""
    scale = max(layout.width, layout.height * aspect) / 60
    lines = sum(
        _WEIGHT[line.link.kind] * (_length(line.points) / 300 + 0.45 * (len(line.points) - 2)) for line in layout.lines
    )
    labels = {label.link: label for label in layout.labels}
    wordless = sum(
        bool(link.label) and (link.id not in labels or not labels[link.id].text) for link in layout.scene.links
    )
    return scale + lines + 1.1 * crossings(layout) + wordless + 6.0 * layout.faults


def crossings(layout: Layout) -> int:
    """Pairs of segments of different lines that cross."""
    level, upright = [], []
    for n, line in enumerate(layout.lines):
        for (ax, ay), (bx, by) in zip(line.points, line.points[1:], strict=False):
            if ay == by:
                level.append((n, ay, min(ax, bx), max(ax, bx)))
            else:
                upright.append((n, ax, min(ay, by), max(ay, by)))
    return sum(n != m and x0 < x < x1 and y0 < y < y1 for n, y, x0, x1 in level for m, x, y0, y1 in upright)


def _length(points: tuple[Point, ...]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(points))


def _widen(extra: dict[Gap, float], attempt: _Attempt) -> None:
    for gap in attempt.crowded:
        extra[gap] = extra.get(gap, 0.0) + _WIDER
    if attempt.homeless:
        cells = attempt.cells
        for gap in [("x", i) for i in range(cells.columns)] + [("y", i) for i in range(cells.rows)]:
            extra[gap] = extra.get(gap, 0.0) + SPACING


def _tightened(points: tuple[Point, ...], link: Link, nodes: Mapping[str, Placed]) -> tuple[Point, ...]:
    """With the end below a node moved up to its own text: the tracks leave room for the longest text of the row."""
    return (
        _up(points[0], points[1], nodes[link.source]),
        *points[1:-1],
        _up(points[-1], points[-2], nodes[link.target]),
    )


def _up(end: Point, other: Point, place: Placed) -> Point:
    below = end[0] == other[0] and end[1] > place.icon.bottom
    return (end[0], place.label.bottom + 5) if below else end
