"""The one value that every writer draws from: places, lines and labels of a scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.pictures.arrangement import arranged
from archgen.pictures.geometry import Box, Framed, Placed, placed
from archgen.pictures.labelling import Label, labelled
from archgen.pictures.routing import Point, routed
from archgen.pictures.scene import Link, Scene
from archgen.pictures.tracks import SPACING

_ATTEMPTS = 3
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
    width: float
    height: float
    frames: tuple[Framed, ...]
    nodes: tuple[Placed, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]

    @property
    def box(self) -> Box:
        return Box(x=0, y=0, w=self.width, h=self.height)

    def node(self, id: str) -> Placed:
        return next(place for place in self.nodes if place.node.id == id)


def laid_out(scene: Scene, aspect: float) -> Layout:
    """The layout of a scene for a space of `aspect` (width by height).

    Where lines have to share a track or a label finds no place, the gaps concerned are widened and it is done again. Frames
    come outermost first, so that drawing them in order leaves the inner ones on top.
    """
    cells = arranged(scene, aspect)
    extra: dict[tuple[str, int], float] = {}
    for attempt in range(_ATTEMPTS):
        places = placed(scene, cells, extra)
        routes = routed(scene, places)
        labels, homeless = labelled(scene, places, routes.lines)
        if not routes.crowded and not homeless:
            break
        if attempt < _ATTEMPTS - 1:
            _widen(extra, routes.crowded, homeless, cells.columns, cells.rows)
    frames = [places.frames[frame.id] for frame in scene.frames if frame.id in places.frames]
    return Layout(
        scene=scene,
        width=places.width,
        height=places.height,
        frames=tuple(sorted(frames, key=lambda framed: len(scene.chain(framed.frame.id)))),
        nodes=tuple(places.nodes[node.id] for node in scene.nodes),
        lines=tuple(Line(link=link, points=_tightened(routes.lines[link.id], link, places.nodes)) for link in scene.links),
        labels=labels,
    )


def _widen(
    extra: dict[tuple[str, int], float],
    crowded: frozenset[tuple[str, int]],
    homeless: tuple[str, ...],
    columns: int,
    rows: int,
) -> None:
    for gap in crowded:
        extra[gap] = extra.get(gap, 0.0) + _WIDER
    if homeless:
        for gap in [("x", i) for i in range(columns)] + [("y", i) for i in range(rows)]:
            extra[gap] = extra.get(gap, 0.0) + SPACING


def _tightened(points: tuple[Point, ...], link: Link, nodes: Mapping[str, Placed]) -> tuple[Point, ...]:
    """With the end below a node moved up to its own text: the tracks leave room for the longest text of the row."""
    return (_up(points[0], points[1], nodes[link.source]), *points[1:-1], _up(points[-1], points[-2], nodes[link.target]))


def _up(end: Point, other: Point, place: Placed) -> Point:
    below = end[0] == other[0] and end[1] > place.icon.bottom
    return (end[0], place.label.bottom + 5) if below else end
