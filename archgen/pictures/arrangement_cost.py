"""What is wrong with an arrangement, before a single line is drawn. Weights are judgement, tuned on pictures seen."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from archgen.pictures.scene import Scene
from archgen.pictures.shelves import GAP, Cells, Shelves

_WEIGHT = {"request": 2.4, "stream": 1.0, "batch": 1.0, "control": 0.6}
_VERTICAL = 1.1
_BEND = 1.0
_BACKWARD, _FURTHER_BACK = 1.6, 0.3
_UPWARD = 0.2
_BETWEEN = 1.5
_THROUGH_TITLE = 0.8
_CROSSING = 1.2
_AREA = 0.22
_HOLLOW = 0.16
_LOOSE_ABOVE = 0.04
_GAP = 0.12
_ASPECT = 14.0
_MANY = 12
"""From so many nodes on, the shape of the page counts in full."""

Straight = tuple[int, int, int, int]


class ArrangementCost:
    """The cost of one scene's arrangements for a page of `aspect` (width by height)."""

    def __init__(self, scene: Scene, aspect: float) -> None:
        self._aspect = aspect
        self._frame_of = {node.id: node.frame for node in scene.nodes}
        self._links = [(a.source, a.target, _WEIGHT[a.kind], a.kind != "control") for a in scene.links]
        self._aspect_weight = _ASPECT * min(1.0, len(scene.nodes) / _MANY)
        linked = {id for link in scene.links for id in (link.source, link.target)}
        self.loose = tuple(node.id for node in scene.nodes if node.id not in linked)
        """Nodes that no link leads to."""

    def of(self, cells: Cells, shelves: Mapping[str, Shelves]) -> float:
        """Length, bends, detours and backward runs of all links; then the area and shape of the page."""
        taken = set(cells.nodes.values())
        total, leaning = 0.0, []
        for source, target, weight, directed in self._links:
            (x0, y0), (x1, y1) = cells.nodes[source], cells.nodes[target]
            dx, dy = x1 - x0, y1 - y0
            cost = abs(dx) + _VERTICAL * abs(dy)
            if dx and dy:
                cost += _BEND
                leaning.append((x0, y0, x1, y1))
            else:
                cost += _BETWEEN * _between(x0, y0, x1, y1, taken)
            if dy and not dx and self._through_title(source, target, dy, cells):
                cost += _THROUGH_TITLE
            if directed and dx < 0:
                cost += _BACKWARD - _FURTHER_BACK * dx
            if dy < 0:
                cost += _UPWARD
            total += weight * cost
        return total + _CROSSING * _crossings(leaning) + self._page(cells, shelves)

    def _page(self, cells: Cells, shelves: Mapping[str, Shelves]) -> float:
        area = _AREA * cells.columns * cells.rows
        area += _HOLLOW * sum((c1 - c0 + 1) * (r1 - r0 + 1) for c0, r0, c1, r1 in cells.frames.values())
        gaps = sum(line.count(GAP) for one in shelves.values() for line in one.lines)
        above = sum(cells.rows - 1 - cells.nodes[id][1] for id in self.loose)
        shape = abs(math.log(cells.columns / cells.rows / self._aspect))
        return area + _GAP * gaps + _LOOSE_ABOVE * above + self._aspect_weight * shape

    def _through_title(self, source: str, target: str, dy: int, cells: Cells) -> bool:
        """Whether an upright line enters the frame of its lower end where that frame's title stands."""
        lower, upper = (target, source) if dy > 0 else (source, target)
        frame = self._frame_of[lower]
        if frame is None or frame == self._frame_of[upper]:
            return False
        return cells.frames[frame][:2] == cells.nodes[lower]


def _between(x0: int, y0: int, x1: int, y1: int, taken: set[tuple[int, int]]) -> int:
    """How many nodes stand in the way of a level or upright line."""
    if y0 == y1:
        step = 1 if x1 > x0 else -1
        return sum((x, y0) in taken for x in range(x0 + step, x1, step))
    step = 1 if y1 > y0 else -1
    return sum((x0, y) in taken for y in range(y0 + step, y1, step))


def _crossings(lines: Sequence[Straight]) -> int:
    """Pairs of straight lines that cross at an inner point; a sweep from left to right, since most are far apart."""
    found = 0
    swept = sorted((min(ax, bx), max(ax, bx), min(ay, by), max(ay, by), ax, ay, bx, by) for ax, ay, bx, by in lines)
    for n, (_, right, top, bottom, ax, ay, bx, by) in enumerate(swept, start=1):
        for left, _, upper, lower, cx, cy, dx, dy in swept[n:]:
            if left > right:
                break
            if lower < top or bottom < upper:
                continue
            one = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            two = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            if one * two < 0:
                three = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
                four = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
                found += three * four < 0
    return found
