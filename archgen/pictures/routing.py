"""Orthogonal lines between nodes: the cheapest way over a grid of tracks, one link after the other.

Tracks run where a line looks deliberate: through the ports of the icons, and evenly spaced in the gaps between slots
and borders. A way costs its length, its bends, its crossings, and much more for running along a border or another line.
Icons, texts, titles and the boundaries of others are closed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archgen.pictures.geometry import Box, Places
from archgen.pictures.scene import BOUNDARIES, Link, Scene
from archgen.pictures.tracks import PORT_REACH, tracks
from archgen.pictures.ways import CLOSED, End, Grid, Search, Traffic, occupied

Point = tuple[float, float]

_TAKEN_PORT = 1500.0
_OFF_CENTRE = 0.9
_TOP, _BOTTOM = 6.0, 10.0
_OTHERS_GROUP = 4.0
_ALONG_BORDER = 1.2
_OUT_OF_OWN = 100.0
"""For a step outside the boundary that holds both ends: sharing a track, which widens the gap, comes first."""
_ORDER = {"request": 0, "stream": 1, "batch": 2, "control": 3}


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The corners of each line by link id, and the gaps ("x" or "y", slot before) in which lines share a track."""

    lines: Mapping[str, tuple[Point, ...]]
    crowded: frozenset[tuple[str, int]]


def routed(scene: Scene, places: Places) -> Routes:
    """A line for every link. Where all ways are taken, lines share a track, and the gap is reported."""
    router = _Router(scene, places)
    order = sorted(scene.links, key=lambda link: (_ORDER[link.kind], router.distance(link), link.id))
    for link in order:
        router.route(link)
    # Those drawn first did not know of the others: each that meets another gets a second chance.
    for link in order:
        if router.meets_others(link):
            router.remove(link)
            router.route(link)
    lines = {link.id: router.corners(link) for link in scene.links}
    return Routes(lines=lines, crowded=frozenset(router.crowded()))


class _Router:
    def __init__(self, scene: Scene, places: Places) -> None:
        self._scene, self._places = scene, places
        self._tracks = tracks(scene, places)
        size = len(self._tracks.xs) * len(self._tracks.ys)
        self._columns = len(self._tracks.xs)
        self._grid = Grid(xs=self._tracks.xs, ys=self._tracks.ys, open=bytearray(b"\x01") * size)
        self._close()
        self._traffic = Traffic(level=[0] * size, upright=[0] * size)
        self._paths: dict[str, Sequence[int]] = {}
        self._taken: dict[int, int] = {}
        self._frame_of = {node.id: node.frame for node in scene.nodes}
        self._known_factors: dict[frozenset[str | None], list[float]] = {}
        self._ends = {node.id: tuple(self._ends_of(node.id)) for node in scene.nodes}

    def distance(self, link: Link) -> float:
        """Between the two icons, along the axes."""
        (ax, ay), (bx, by) = (self._places.nodes[id].icon.middle for id in (link.source, link.target))
        return abs(ax - bx) + abs(ay - by)

    def route(self, link: Link) -> None:
        """Draw a link's line over what is drawn already."""
        place = self._places.nodes[link.target]
        around = (
            place.icon.x - PORT_REACH,
            place.icon.y - PORT_REACH,
            place.icon.right + PORT_REACH,
            max(place.label.bottom, self._tracks.below[link.target]),
        )
        goals = self._priced(link.target)
        path = Search(self._grid, self._traffic, self._factors(link), goals, around).way(self._priced(link.source))
        # Gaps run between all slots and frames and are never closed to a line whose own frames they lie in.
        assert path is not None, f"no way from {link.source} to {link.target}"
        self._paths[link.id] = path
        self._count(path, 1)

    def remove(self, link: Link) -> None:
        """Take a link's line away again."""
        self._count(self._paths.pop(link.id), -1)

    def _count(self, path: Sequence[int], by: int) -> None:
        self._traffic.use(path, self._columns, by)
        for end in (path[0], path[-1]):
            self._taken[end] = self._taken.get(end, 0) + by

    def _priced(self, id: str) -> list[End]:
        """The ends of a node; one that another line has already is a last resort."""
        return [
            End(point=end.point, step=end.step, cost=end.cost + _TAKEN_PORT * self._taken.get(end.point, 0))
            for end in self._ends[id]
        ]

    def meets_others(self, link: Link) -> bool:
        """Whether another line shares a track with this one or crosses it."""
        path = self._paths[link.id]
        self._traffic.use(path, self._columns, -1)
        met = any(self._traffic.level[point] or self._traffic.upright[point] for point in path)
        self._traffic.use(path, self._columns, 1)
        return met

    def crowded(self) -> Iterator[tuple[str, int]]:
        """The gaps in which a stretch of track carries two lines."""
        for a, b in occupied(self._paths):
            x, y = self._grid.place(a)
            if b - a == 1:
                yield "y", _gap(self._places.rows, y)
            else:
                yield "x", _gap(self._places.columns, x)

    def corners(self, link: Link) -> tuple[Point, ...]:
        """Both ends of a line and every point in which it turns."""
        points = [self._grid.place(point) for point in self._paths[link.id]]
        turns = [
            b for (a, b), (_, c) in pairwise(pairwise(points)) if not (a[0] == b[0] == c[0] or a[1] == b[1] == c[1])
        ]
        return (points[0], *turns, points[-1])

    def _points(self, box: Box) -> Iterator[int]:
        columns = self._tracks.columns_between(box.x, box.right)
        for row in self._tracks.rows_between(box.y, box.bottom):
            yield from range(row * self._columns + columns.start, row * self._columns + columns.stop)

    def _close(self) -> None:
        obstacles = [box.grown(2) for p in self._places.nodes.values() for box in (p.icon, p.label)]
        obstacles += [framed.title for framed in self._places.frames.values()]
        for box in obstacles:
            for point in self._points(box):
                self._grid.open[point] = 0

    def _ends_of(self, id: str) -> Iterator[End]:
        place, t = self._places.nodes[id], self._tracks
        middle_x, middle_y = place.icon.middle
        for offset in t.offsets:
            extra = abs(offset) * _OFF_CENTRE
            column, row = t.column(middle_x + offset), t.row(middle_y + offset)
            for x, y, step, cost in (
                (t.column(place.icon.x - PORT_REACH), row, -1, 0.0),
                (t.column(place.icon.right + PORT_REACH), row, 1, 0.0),
                (column, t.row(place.icon.y - PORT_REACH), -self._columns, _TOP),
                (column, t.row(t.below[id]), self._columns, _BOTTOM),
            ):
                point = y * self._columns + x
                if self._grid.open[point]:
                    yield End(point=point, step=step, cost=cost + extra)

    def _factors(self, link: Link) -> list[float]:
        """What a step onto each point costs: more in groups of others, and their boundaries are closed. A line between
        two parts inside a boundary does not leave it: it would say that their data does."""
        ends = frozenset((self._frame_of[link.source], self._frame_of[link.target]))
        if ends not in self._known_factors:
            chains = [self._scene.chain(end) for end in ends]
            own = {frame for chain in chains for frame in chain}
            factors = self._within(set.intersection(*map(set, chains)))
            for point in self._tracks.border_points:
                factors[point] = max(factors[point], _ALONG_BORDER)
            for id, framed in self._places.frames.items():
                if id not in own:
                    worse = CLOSED if framed.frame.kind in BOUNDARIES else _OTHERS_GROUP
                    for point in self._points(framed.box.grown(3)):
                        factors[point] = max(factors[point], worse)
            self._known_factors[ends] = factors
        return self._known_factors[ends]

    def _within(self, shared: Collection[str]) -> list[float]:
        """The cost of a step by whether it stays inside the boundaries that both ends lie in."""
        boundaries = [f.box for id, f in self._places.frames.items() if id in shared and f.frame.kind in BOUNDARIES]
        if not boundaries:
            return [1.0] * len(self._grid.open)
        factors = [_OUT_OF_OWN] * len(self._grid.open)
        for point in self._points(min(boundaries, key=lambda box: box.w * box.h)):
            factors[point] = 1.0
        return factors


def _gap(spans: Sequence[tuple[float, float]], at: float) -> int:
    """The slot before the gap that a track lies in; -1 for the one before the first slot."""
    return sum(end <= at for _, end in spans) - 1
