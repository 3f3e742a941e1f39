"""The grid of tracks that lines may run on."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archgen.pictures.geometry import ICON, TITLE_STEP, Places
from archgen.pictures.scene import Scene

PORT_REACH = 7.0
"""How far a line ends before an icon."""
SPACING = 12.0
_OFFSETS = (0.0, -15.0, 15.0)
_CLEAR = 7.0
"""Between a track and a border that runs beside it."""


@dataclass(frozen=True, kw_only=True)
class Tracks:
    """Positions of the vertical (`xs`) and horizontal (`ys`) tracks, ascending.

    `offsets` are the places of ports from the middle of a side; `below` is where lines leave a node downwards, by id;
    `border_points` are the points (row * len(xs) + column) that lie near a border that runs along.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    offsets: tuple[float, ...]
    below: Mapping[str, float]
    border_points: frozenset[int]

    def column(self, x: float) -> int:
        """The number of the upright track nearest to `x`."""
        return _nearest(self.xs, x)

    def row(self, y: float) -> int:
        """The number of the level track nearest to `y`."""
        return _nearest(self.ys, y)

    def columns_between(self, low: float, high: float) -> range:
        """The upright tracks from `low` to `high`."""
        return range(bisect.bisect_left(self.xs, low), bisect.bisect_right(self.xs, high))

    def rows_between(self, low: float, high: float) -> range:
        """The level tracks from `low` to `high`."""
        return range(bisect.bisect_left(self.ys, low), bisect.bisect_right(self.ys, high))


def tracks(scene: Scene, places: Places) -> Tracks:
    """The tracks of a placed scene."""
    boxes = [framed.box for framed in places.frames.values()]
    below_row = [end + PORT_REACH for _, end in places.rows]
    below, xs, ys = {}, set[float](), set[float]()
    for place in places.nodes.values():
        middle_x, middle_y = place.icon.middle
        xs |= {middle_x + offset for offset in _OFFSETS}
        xs |= {middle_x - ICON / 2 - PORT_REACH, middle_x + ICON / 2 + PORT_REACH}
        ys |= {middle_y + offset for offset in _OFFSETS}
        ys.add(place.icon.y - PORT_REACH)
        # A step from track to track must not leap over a text: one track runs through each.
        ys.add(place.label.y + TITLE_STEP / 2)
        row = bisect.bisect_right([start for start, _ in places.rows], place.icon.y) - 1
        below[place.node.id] = below_row[row]
        ys.add(below_row[row])
    xs |= _in_gaps(places.columns, places.width, {edge for box in boxes for edge in (box.x, box.right)}, PORT_REACH)
    ys |= _in_gaps(places.rows, places.height, {edge for box in boxes for edge in (box.y, box.bottom)}, 2 * PORT_REACH)
    sorted_xs, sorted_ys = tuple(sorted(xs)), tuple(sorted(ys))
    near = set()
    for box in boxes:
        for edge in (box.x, box.right):
            for i in _close(sorted_xs, edge):
                for j in range(bisect.bisect_left(sorted_ys, box.y), bisect.bisect_right(sorted_ys, box.bottom)):
                    near.add(j * len(sorted_xs) + i)
        for edge in (box.y, box.bottom):
            for j in _close(sorted_ys, edge):
                for i in range(bisect.bisect_left(sorted_xs, box.x), bisect.bisect_right(sorted_xs, box.right)):
                    near.add(j * len(sorted_xs) + i)
    return Tracks(xs=sorted_xs, ys=sorted_ys, offsets=_OFFSETS, below=below, border_points=frozenset(near))


def _in_gaps(spans: Sequence[tuple[float, float]], end: float, borders: Iterable[float], clear: float) -> set[float]:
    """Evenly spaced positions between the slots, in each part of a gap that borders leave."""
    found: set[float] = set()
    edges = sorted(borders)
    gaps = [(0.0, spans[0][0])]
    gaps += [(a[1], b[0]) for a, b in itertools.pairwise(spans)]
    gaps += [(spans[-1][1], end)]
    for low, high in gaps:
        cuts = [low, *(edge for edge in edges if low < edge < high), high]
        for number, (a, b) in enumerate(itertools.pairwise(cuts)):
            start = a + (clear + 5 if number == 0 else _CLEAR)
            stop = b - (clear + 5 if number == len(cuts) - 2 else _CLEAR)
            if stop < start:
                if b - a >= 2 * _CLEAR:
                    found.add(round((a + b) / 2, 1))
                continue
            count = int((stop - start) // SPACING) + 1
            step = (stop - start) / (count - 1) if count > 1 else 0.0
            found |= {round(start + step * n if count > 1 else (start + stop) / 2, 1) for n in range(count)}
    return found


def _close(positions: Sequence[float], edge: float) -> range:
    return range(bisect.bisect_left(positions, edge - _CLEAR + 1), bisect.bisect_right(positions, edge + _CLEAR - 1))


def _nearest(positions: Sequence[float], value: float) -> int:
    place = bisect.bisect_left(positions, value)
    if place == len(positions) or (place and value - positions[place - 1] < positions[place] - value):
        return place - 1
    return place
