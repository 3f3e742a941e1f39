"""The cheapest way over a grid of tracks: A* whose states are a point and the direction it was reached in."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BEND = 70.0
CROSSING = 45.0
SHARED = 900.0
CLOSED = float("inf")
"""Costs in points of length. `SHARED` is for a step along another line, and for a bend on one."""

_LEVEL, _UPRIGHT = 0, 1


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Tracks and what is open of their crossings. Point `row * len(xs) + column` lies at `xs[column]`, `ys[row]`."""

    xs: Sequence[float]
    ys: Sequence[float]
    open: bytearray

    def place(self, point: int) -> tuple[float, float]:
        """Where a point lies on the page."""
        row, column = divmod(point, len(self.xs))
        return self.xs[column], self.ys[row]

    def length(self, a: int, b: int) -> float:
        """The distance between two points that share a track."""
        (ax, ay), (bx, by) = self.place(a), self.place(b)
        return abs(ax - bx) + abs(ay - by)


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """How many lines run through each point, level and upright."""

    level: list[int]
    upright: list[int]

    def use(self, path: Sequence[int], columns: int, by: int) -> None:
        """Count a line in (`by` 1) or out (-1)."""
        for a, b in pairwise(path):
            counts = self.level if abs(b - a) < columns else self.upright
            counts[a] += by
            counts[b] += by


@dataclass(frozen=True, kw_only=True)
class End:
    """A place where a line may begin or end: a point, the step that leads away from the node, and a cost."""

    point: int
    step: int
    cost: float


class Search:
    """One search: from any start to any goal, for a line to which a step onto a point costs `factors` of its length.

    `around` is the box (left, top, right, bottom) that holds all goals: the way still to go is at least the way to it.
    """

    def __init__(
        self,
        grid: Grid,
        traffic: Traffic,
        factors: Sequence[float],
        goals: Sequence[End],
        around: tuple[float, float, float, float],
    ) -> None:
        self._grid, self._traffic, self._factors, self._around = grid, traffic, factors, around
        self._goals = {goal.point: goal for goal in goals}
        self._columns = len(grid.xs)
        self._heap: list[tuple[float, int, float, int, bool]] = []
        self._came: dict[int, int] = {}
        self._best: dict[int, float] = {}

    def way(self, starts: Sequence[End]) -> Sequence[int] | None:
        """The points of the cheapest way, ends included; None where there is none."""
        for start in starts:
            following = start.point + start.step
            if self._grid.open[following] and self._factors[following] != CLOSED:
                direction = self._direction(start.step)
                cost = start.cost + self._step_cost(start.point, following, direction)
                # A start is noted as a negative number, so that it is told from a state.
                self._reach(following * 2 + direction, cost, -start.point - 1)
        while self._heap:
            _, _, cost, state, final = heapq.heappop(self._heap)
            if final:
                return self._path(state)
            if cost <= self._best[state]:
                self._extend(state, cost)
        return None

    def _extend(self, state: int, cost: float) -> None:
        point, direction = state >> 1, state & 1
        came = self._came[state]
        previous = -came - 1 if came < 0 else came >> 1
        goal = self._goals.get(point)
        if goal is not None and self._direction(goal.step) == direction:
            if previous - point == goal.step:
                heapq.heappush(self._heap, (cost + goal.cost, len(self._came), cost + goal.cost, state, True))
            return
        bend = BEND
        if (self._traffic.upright if direction == _LEVEL else self._traffic.level)[point]:
            bend += SHARED
        for following, turned in self._neighbours(point):
            if following != previous:
                fresh = cost + self._step_cost(point, following, turned)
                self._reach(following * 2 + turned, fresh if turned == direction else fresh + bend, state)

    def _neighbours(self, point: int) -> Iterator[tuple[int, int]]:
        columns, open_, factors = self._columns, self._grid.open, self._factors
        column = point % columns
        for step, direction, inside in (
            (1, _LEVEL, column + 1 < columns),
            (-1, _LEVEL, column > 0),
            (columns, _UPRIGHT, point + columns < len(open_)),
            (-columns, _UPRIGHT, point >= columns),
        ):
            if inside and open_[point + step] and factors[point + step] != CLOSED:
                yield point + step, direction

    def _step_cost(self, point: int, following: int, direction: int) -> float:
        cost = self._grid.length(point, following) * self._factors[following]
        same, other = self._traffic.level, self._traffic.upright
        if direction == _UPRIGHT:
            same, other = other, same
        if same[following]:
            cost += SHARED
        if other[following]:
            cost += CROSSING
        return cost

    def _reach(self, state: int, cost: float, came: int) -> None:
        if cost < self._best.get(state, CLOSED):
            self._best[state], self._came[state] = cost, came
            heapq.heappush(self._heap, (cost + self._ahead(state >> 1), len(self._came), cost, state, False))

    def _ahead(self, point: int) -> float:
        x, y = self._grid.place(point)
        left, top, right, bottom = self._around
        return max(left - x, x - right, 0.0) + max(top - y, y - bottom, 0.0)

    def _direction(self, step: int) -> int:
        return _LEVEL if abs(step) == 1 else _UPRIGHT

    def _path(self, state: int) -> Sequence[int]:
        path = []
        while state >= 0:
            path.append(state >> 1)
            state = self._came[state]
        path.append(-state - 1)
        return path[::-1]


def occupied(paths: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The stretches between neighbouring points, the lower one first, that more than one line runs along."""
    seen: dict[tuple[int, int], int] = {}
    for path in paths.values():
        for a, b in pairwise(path):
            stretch = (min(a, b), max(a, b))
            seen[stretch] = seen.get(stretch, 0) + 1
    return (stretch for stretch, count in seen.items() if count > 1)
