"""Orthogonal lines between nodes: the cheapest way over a grid of tracks, one link after the other.

Tracks run where a line looks deliberate: through the ports of the icons, and evenly spaced in the gaps between slots and
borders. A way costs its length, its bends, its crossings, and much more for running along a border or another line. Icons,
texts, titles and the boundaries of others are closed.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archgen.pictures.geometry import Box, Places
from archgen.pictures.scene import BOUNDARIES, Link, Scene
from archgen.pictures.tracks import PORT_REACH, Tracks, tracks

Point = tuple[float, float]

_BEND = 70.0
_CROSSING = 45.0
_SHARED = 900.0
_TAKEN_PORT = 1500.0
_OFF_CENTRE = 0.9
_OTHERS_GROUP = 4.0
_ALONG_BORDER = 1.2
_CLOSED = float("inf")
_ORDER = {"request": 0, "stream": 1, "batch": 2, "control": 3}


@dataclass(frozen=True, kw_only=True)
class Port:
    """A place where a line may leave a node: the crossing of two tracks and the side that it leaves to."""

    column: int
    row: int
    dx: int
    dy: int
    cost: float


@dataclass(frozen=True, kw_only=True)
class Routes:
    """The corners of each link's line by link id, and the gaps in which lines had to share a track."""

    lines: Mapping[str, tuple[Point, ...]]
    crowded: frozenset[tuple[str, int]]


def routed(scene: Scene, places: Places) -> Routes:
    """A line for every link. Raises nothing: where all ways are taken, lines share a track and the gap is reported."""
    router = _Router(scene, places)
    order = sorted(scene.links, key=lambda link: (_ORDER[link.kind], router.distance(link), link.id))
    for link in order:
        router.route(link)
    # Those drawn first did not know of the others: each gets a second chance.
    for link in order:
        if router.conflicts(link):
            router.remove(link)
            router.route(link)
    lines = {link.id: router.corners(link) for link in scene.links}
    return Routes(lines=lines, crowded=frozenset(router.crowded()))


class _Router:
    def __init__(self, scene: Scene, places: Places) -> None:
        self.scene, self.places = scene, places
        self.tracks: Tracks = tracks(scene, places)
        self.nx, self.ny = len(self.tracks.xs), len(self.tracks.ys)
        size = self.nx * self.ny
        self.open = self._open()
        self.across, self.along = [0] * size, [0] * size  # lines through a point: horizontally, vertically
        self.paths: dict[str, list[int]] = {}
        self.ports_taken: dict[int, int] = {}
        self.frame_of = {node.id: node.frame for node in scene.nodes}
        self._foreign: dict[tuple[str | None, str | None], list[float]] = {}
        self.ports = {node.id: tuple(self._ports(node.id)) for node in scene.nodes}

    def distance(self, link: Link) -> float:
        (ax, ay), (bx, by) = (self.places.nodes[id].icon.middle for id in (link.source, link.target))
        return abs(ax - bx) + abs(ay - by)

    def _points(self, box: Box) -> Iterator[int]:
        t = self.tracks
        for j in t.rows_between(box.y, box.bottom):
            for i in t.columns_between(box.x, box.right):
                yield j * self.nx + i

    def _open(self) -> bytearray:
        free = bytearray(b"\x01") * (self.nx * self.ny)
        obstacles = [box.grown(2) for p in self.places.nodes.values() for box in (p.icon, p.label)]
        obstacles += [framed.title for framed in self.places.frames.values()]
        for box in obstacles:
            for point in self._points(box):
                free[point] = 0
        return free

    def _ports(self, id: str) -> Iterator[Port]:
        place, t = self.places.nodes[id], self.tracks
        middle_x, middle_y = place.icon.middle
        for offset in t.offsets:
            extra = abs(offset) * _OFF_CENTRE
            x, y = t.column(middle_x + offset), t.row(middle_y + offset)
            sides = (
                (t.column(place.icon.x - PORT_REACH), y, -1, 0, 0.0),
                (t.column(place.icon.right + PORT_REACH), y, 1, 0, 0.0),
                (x, t.row(place.icon.y - PORT_REACH), 0, -1, 6.0),
                (x, t.row(self.tracks.below[id]), 0, 1, 10.0),
            )
            for column, row, dx, dy, cost in sides:
                if self.open[row * self.nx + column]:
                    yield Port(column=column, row=row, dx=dx, dy=dy, cost=cost + extra)

    def _factors(self, link: Link) -> list[float]:
        """What a step onto each point costs for this link: 1, more in others' groups, infinity in others' boundaries."""
        key = (self.frame_of[link.source], self.frame_of[link.target])
        if key not in self._foreign:
            own = set(self.scene.chain(key[0])) | set(self.scene.chain(key[1]))
            factors = [1.0] * (self.nx * self.ny)
            for point in self.tracks.border_points:
                factors[point] = _ALONG_BORDER
            for id, framed in self.places.frames.items():
                if id not in own:
                    worse = _CLOSED if framed.frame.kind in BOUNDARIES else _OTHERS_GROUP
                    for point in self._points(framed.box.grown(3)):
                        factors[point] = max(factors[point], worse)
            self._foreign[key] = factors
        return self._foreign[key]

    def route(self, link: Link) -> None:
        path = self._search(link)
        self.paths[link.id] = path
        self._use(path, 1)

    def remove(self, link: Link) -> None:
        self._use(self.paths.pop(link.id), -1)

    def _use(self, path: Sequence[int], by: int) -> None:
        for a, b in zip(path, path[1:], strict=False):
            counts = self.across if abs(b - a) < self.nx else self.along
            counts[a] += by
            counts[b] += by
        for end in (path[0], path[-1]):
            self.ports_taken[end] = self.ports_taken.get(end, 0) + by

    def conflicts(self, link: Link) -> bool:
        """Whether another line shares a track with this one or crosses it."""
        path = self.paths[link.id]
        own_across: dict[int, int] = {}
        own_along: dict[int, int] = {}
        for a, b in zip(path, path[1:], strict=False):
            counts = own_across if abs(b - a) < self.nx else own_along
            for point in (a, b):
                counts[point] = counts.get(point, 0) + 1
        return any(self.across[p] > own_across.get(p, 0) or self.along[p] > own_along.get(p, 0) for p in path)

    def crowded(self) -> Iterator[tuple[str, int]]:
        """The gaps where a stretch of track carries two lines."""
        seen: dict[tuple[int, int], int] = {}
        for path in self.paths.values():
            for a, b in zip(path, path[1:], strict=False):
                edge = (min(a, b), max(a, b))
                seen[edge] = seen.get(edge, 0) + 1
        for (a, b), count in seen.items():
            if count > 1:
                if b - a == 1:
                    yield "y", _gap(self.places.rows, self.tracks.ys[a // self.nx])
                else:
                    yield "x", _gap(self.places.columns, self.tracks.xs[a % self.nx])

    def corners(self, link: Link) -> tuple[Point, ...]:
        points = [(self.tracks.xs[p % self.nx], self.tracks.ys[p // self.nx]) for p in self.paths[link.id]]
        kept = [points[0]]
        for a, b, c in zip(points, points[1:], points[2:], strict=False):
            if not (a[0] == b[0] == c[0] or a[1] == b[1] == c[1]):
                kept.append(b)
        return (*kept, points[-1])

    def _search(self, link: Link) -> list[int]:
        """A* over (point, direction). Two states a point: arrived horizontally (0) or vertically (1)."""
        nx, xs, ys = self.nx, self.tracks.xs, self.tracks.ys
        goals: dict[int, tuple[int, int, float]] = {}
        for port in self.ports[link.target]:
            point = port.row * nx + port.column
            taken = _TAKEN_PORT * self.ports_taken.get(point, 0)
            goals[point] = (-port.dx, -port.dy, port.cost + taken)
        target = self.places.nodes[link.target]
        left, right = target.icon.x - PORT_REACH, target.icon.right + PORT_REACH
        top, bottom = target.icon.y - PORT_REACH, target.label.bottom
        factors, free = self._factors(link), self.open
        across, along = self.across, self.along

        def ahead(point: int) -> float:
            x, y = xs[point % nx], ys[point // nx]
            return max(left - x, x - right, 0.0) + max(top - y, y - bottom, 0.0)

        heap: list[tuple[float, int, float, int, int]] = []
        came: dict[int, int] = {}
        best: dict[int, float] = {}
        serial = 0
        for port in self.ports[link.source]:
            start = port.row * nx + port.column
            cost = port.cost + _TAKEN_PORT * self.ports_taken.get(start, 0)
            following = start + port.dx + port.dy * nx
            if not self._passable(following, free, factors):
                continue
            length = abs(xs[following % nx] - xs[start % nx]) + abs(ys[following // nx] - ys[start // nx])
            way = 0 if port.dx else 1
            cost += length * factors[following] + self._meeting(following, way, across, along)
            state = following * 2 + way
            if cost < best.get(state, _CLOSED):
                best[state], came[state] = cost, -start - 1
                heapq.heappush(heap, (cost + ahead(following), serial, cost, state, 0))
                serial += 1
        end = -1
        while heap:
            _, _, cost, state, final = heapq.heappop(heap)
            if final:
                end = state
                break
            if cost > best[state]:
                continue
            point, way = state >> 1, state & 1
            before = came[state]
            previous = -before - 1 if before < 0 else before >> 1
            goal = goals.get(point)
            if goal and way == (0 if goal[0] else 1):
                if point - previous == goal[0] + goal[1] * nx:
                    heapq.heappush(heap, (cost + goal[2], serial, cost + goal[2], state, 1))
                    serial += 1
                continue
            column, row = point % nx, point // nx
            for step, fresh_way, inside in (
                (1, 0, column + 1 < nx),
                (-1, 0, column > 0),
                (nx, 1, row + 1 < self.ny),
                (-nx, 1, row > 0),
            ):
                following = point + step
                if not inside or not free[following] or following == previous:
                    continue
                factor = factors[following]
                if factor == _CLOSED:
                    continue
                length = abs(xs[following % nx] - xs[column]) + abs(ys[following // nx] - ys[row])
                fresh = cost + length * factor
                if fresh_way != way:
                    fresh += _BEND + (_SHARED if (along if way == 0 else across)[point] else 0.0)
                fresh += self._meeting(following, fresh_way, across, along)
                known = following * 2 + fresh_way
                if fresh < best.get(known, _CLOSED):
                    best[known], came[known] = fresh, state
                    heapq.heappush(heap, (fresh + ahead(following), serial, fresh, known, 0))
                    serial += 1
        return self._path(came, end)

    def _passable(self, point: int, free: bytearray, factors: Sequence[float]) -> bool:
        return bool(free[point]) and factors[point] != _CLOSED

    @staticmethod
    def _meeting(point: int, way: int, across: Sequence[int], along: Sequence[int]) -> float:
        same, other = (across, along) if way == 0 else (along, across)
        cost = 0.0
        if same[point]:
            cost += _SHARED
        if other[point]:
            cost += _CROSSING
        return cost

    @staticmethod
    def _path(came: Mapping[int, int], end: int) -> list[int]:
        path = []
        state = end
        while state >= 0:
            path.append(state >> 1)
            state = came[state]
        path.append(-state - 1)
        return path[::-1]


def _gap(spans: Sequence[tuple[float, float]], at: float) -> int:
    """The slot before the gap that a track lies in; -1 for the one before the first slot."""
    return sum(end <= at for _, end in spans) - 1
