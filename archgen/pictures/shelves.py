"""Containers, shelves and slots: what an arrangement is made of, and every other one that is a move away.

A container (the page or a frame) keeps its children on shelves, side by side within a shelf and shelf below shelf, or
the other way round. A child is a node, another container, or a `GAP`. All sizes are whole slots, so that nodes of
different frames line up and a connection between them is a straight line.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

PAGE = ""
"""The id of the outermost container."""
FRAME = "#"
"""Begins the id of a container that is a frame."""
CORE = "~"
"""Begins the id of a container that is no frame: the linked children of a container that has others too."""
GAP = "|"
"""An empty slot; it moves what comes after it."""
_MOST_GAPS = 4

Rect = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Where everything lies, in slots: a node's (column, row), a frame's first and last column and row."""

    nodes: Mapping[str, tuple[int, int]]
    frames: Mapping[str, Rect]
    columns: int
    rows: int


@dataclass(frozen=True)
class Shelves:
    """The children of one container. With `upright` the shelves are columns, else rows."""

    lines: tuple[tuple[str, ...], ...]
    upright: bool

    def __iter__(self) -> Iterator[str]:
        return (child for line in self.lines for child in line)


def cells(shelves: Mapping[str, Shelves], order: Sequence[str]) -> Cells:
    """The slots of all children. `order` names the containers, each after those that lie in it."""
    sizes: dict[str, tuple[int, int]] = {}
    for id in order:
        sizes[id] = _size(shelves[id], sizes)
    rects: dict[str, Rect] = {PAGE: (0, 0, *sizes[PAGE])}
    nodes: dict[str, tuple[int, int]] = {}
    for id in reversed(order):
        for child, rect in _placed(shelves[id], rects[id], sizes):
            if child in shelves:
                rects[child] = rect
            elif child != GAP:
                nodes[child] = rect[:2]
    frames = {id[1:]: (x, y, x + w - 1, y + h - 1) for id, (x, y, w, h) in rects.items() if id.startswith(FRAME)}
    return Cells(nodes=nodes, frames=frames, columns=sizes[PAGE][0], rows=sizes[PAGE][1])


def _size(shelves: Shelves, sizes: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    along, across = 0, 0
    a, b = (1, 0) if shelves.upright else (0, 1)
    for line in shelves.lines:
        length, thick = 0, 1
        for child in line:
            size = sizes.get(child, (1, 1))
            length += size[a]
            thick = max(thick, size[b])
        along = max(along, length)
        across += thick
    return (across, along) if shelves.upright else (along, across)


def _placed(shelves: Shelves, rect: Rect, sizes: Mapping[str, tuple[int, int]]) -> Iterator[tuple[str, Rect]]:
    """Each child with its rectangle: as thick as its shelf, and the last shelf takes what is left of the container."""
    column, row, wide, high = rect
    x, y = column, row
    last = len(shelves.lines) - 1
    for number, line in enumerate(shelves.lines):
        inner = [sizes.get(child, (1, 1)) for child in line]
        if shelves.upright:
            thick = column + wide - x if number == last else max(size[0] for size in inner)
            y = row
            for child, size in zip(line, inner, strict=True):
                yield child, (x, y, thick, size[1])
                y += size[1]
            x += thick
        else:
            thick = row + high - y if number == last else max(size[1] for size in inner)
            x = column
            for child, size in zip(line, inner, strict=True):
                yield child, (x, y, size[0], thick)
                x += size[0]
            y += thick


def moves(shelves: Shelves) -> Iterator[Shelves]:
    """Every arrangement of a container that is one move away: turned, two swapped, one elsewhere, a gap more."""
    yield Shelves(shelves.lines, not shelves.upright)
    places = [(i, j) for i, line in enumerate(shelves.lines) for j in range(len(line))]
    for n, one in enumerate(places):
        for other in places[n + 1 :]:
            yield from _swapped(shelves, one, other)
    for i, j in places:
        child = shelves.lines[i][j]
        lines = _replaced(shelves.lines, i, shelves.lines[i][:j] + shelves.lines[i][j + 1 :])
        rest = tuple(line for line in lines if any(one != GAP for one in line))
        yield from ((Shelves(rest, shelves.upright),) if child == GAP else _inserted(rest, child, shelves.upright))
    if sum(child == GAP for child in shelves) < _MOST_GAPS:
        for i, j in places:
            line = shelves.lines[i]
            yield Shelves(_replaced(shelves.lines, i, (*line[:j], GAP, *line[j:])), shelves.upright)


def _swapped(shelves: Shelves, one: tuple[int, int], other: tuple[int, int]) -> Iterator[Shelves]:
    (i, j), (k, m) = one, other
    lines = [list(line) for line in shelves.lines]
    if lines[i][j] != lines[k][m]:
        lines[i][j], lines[k][m] = lines[k][m], lines[i][j]
        yield Shelves(tuple(tuple(line) for line in lines), shelves.upright)


def _inserted(lines: tuple[tuple[str, ...], ...], child: str, upright: bool) -> Iterator[Shelves]:
    for k in range(len(lines) + 1):
        yield Shelves((*lines[:k], (child,), *lines[k:]), upright)
    for k, line in enumerate(lines):
        for m in range(len(line) + 1):
            yield Shelves(_replaced(lines, k, (*line[:m], child, *line[m:])), upright)


def _replaced(lines: tuple[tuple[str, ...], ...], place: int, line: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return (*lines[:place], line, *lines[place + 1 :])


def compressed(found: Cells) -> Cells:
    """Without columns and rows that no node lies in: gaps have moved things, and are no longer needed."""
    columns = sorted({column for column, _ in found.nodes.values()})
    rows = sorted({row for _, row in found.nodes.values()})

    def first(places: list[int], place: int) -> int:
        return bisect.bisect_left(places, place)

    def last(places: list[int], place: int) -> int:
        return bisect.bisect_right(places, place) - 1

    return Cells(
        nodes={id: (first(columns, column), first(rows, row)) for id, (column, row) in found.nodes.items()},
        frames={
            id: (first(columns, c0), first(rows, r0), last(columns, c1), last(rows, r1))
            for id, (c0, r0, c1, r1) in found.frames.items()
        },
        columns=len(columns),
        rows=len(rows),
    )
