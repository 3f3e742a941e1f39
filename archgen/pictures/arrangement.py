"""Who lies beside whom: every frame's contents on shelves, found by a search that always ends at the same result.

A container (the page or a frame) keeps its children on shelves, side by side within a shelf and shelf below shelf, or the
other way round. A child is a node, another container, or a `GAP`. All sizes are whole slots, so that nodes of different
frames line up and a connection between them is a straight line.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from archgen.pictures.scene import Link, Scene

PAGE = ""
"""The id of the outermost container."""
_CORE = "~"
"""Begins the id of a container that is no frame: the linked children of a container that has others too."""
GAP = "|"
"""An empty slot; it moves what comes after it."""

_WEIGHT = {"request": 2.4, "stream": 1.0, "batch": 1.0, "control": 0.6}
_BEND = 1.0
_BACKWARD = 1.6
_UPWARD = 0.2
_BETWEEN = 1.5
_CROSSING = 1.2
_AREA = 0.22
_ASPECT = 14.0
_WORK = 320_000
_KICKS = 60
"""Both bound the search by work done, never by the clock: the same scene has the same picture on every machine."""
_HOLLOW = 0.16
_LOOSE_ABOVE = 0.04
_GAP_COST = 0.12
_THROUGH_TITLE = 0.8
_VERTICAL = 1.1


@dataclass(frozen=True, kw_only=True)
class Cells:
    """Where everything lies, in slots: a node's (column, row), a frame's first and last column and row."""

    nodes: Mapping[str, tuple[int, int]]
    frames: Mapping[str, tuple[int, int, int, int]]
    columns: int
    rows: int


@dataclass
class _Shelves:
    """The children of one container. With `upright` the shelves are columns, else rows."""

    lines: list[list[str]]
    upright: bool

    def copy(self) -> _Shelves:
        return _Shelves([list(line) for line in self.lines], self.upright)


@dataclass
class _State:
    shelves: dict[str, _Shelves]
    """Shelves by container id."""


def arrangements(scene: Scene, aspect: float, count: int) -> tuple[Cells, ...]:
    """The best arrangements found for a page of `aspect` (width by height), at most `count`, best first.

    From each start the search takes every move that helps; then it makes some moves that do not and begins again.
    """
    search = _Search(scene, aspect)
    # A pass over the moves of a small scene is over soon: the same work then pays for more of them.
    left = _WORK // (len(scene.nodes) + len(scene.links) + 8)
    found: dict[float, Cells] = {}
    best: tuple[float, _State] | None = None
    for kick in range(_KICKS):
        if left <= 0:
            break
        state = search.start(kick % 2 == 0) if kick < 2 or best is None else search.kicked(best[1], kick)
        cost, cells, left = search.improve(state, left)
        found.setdefault(round(cost, 6), cells)
        if best is None or cost < best[0] - 1e-9:
            best = (cost, state)
    return tuple(_compressed(found[cost]) for cost in sorted(found)[:count])


@dataclass
class _Search:
    scene: Scene
    aspect: float
    children: dict[str, list[str]] = field(init=False)
    links: list[tuple[str, str, float, bool]] = field(init=False)
    loose: tuple[str, ...] = field(init=False)
    frame_of: dict[str, str | None] = field(init=False)

    def __post_init__(self) -> None:
        scene = self.scene
        self.frame_of = {node.id: node.frame for node in scene.nodes}
        linked = {id for one in scene.links for id in (one.source, one.target)}
        self.loose = tuple(node.id for node in scene.nodes if node.id not in linked)
        rank = ranks([node.id for node in scene.nodes], scene.links)
        first: dict[str, float] = {node.id: float(rank[node.id]) for node in scene.nodes}
        members: dict[str, list[float]] = {frame.id: [] for frame in scene.frames}
        for node in scene.nodes:
            for frame in scene.chain(node.frame):
                members[frame].append(rank[node.id])
        for frame, values in members.items():
            first[f"#{frame}"] = sum(values) / len(values) if values else 0.0
        self.children = {PAGE: []} | {f"#{frame.id}": [] for frame in scene.frames}
        for frame_ in scene.frames:
            if members[frame_.id]:
                self.children[_container(frame_.parent)].append(f"#{frame_.id}")
        for node in scene.nodes:
            self.children[_container(node.frame)].append(node.id)
        for ids in self.children.values():
            ids.sort(key=lambda id: first[id])
        self.children = {id: ids for id, ids in self.children.items() if ids}
        self._part_loose()
        self.links = [
            (a.source, a.target, _WEIGHT[a.kind], a.kind != "control") for a in scene.links if a.source != a.target
        ]

    def _part_loose(self) -> None:
        """What no link leads to stands beside the rest as a whole: it would only be in the way within."""
        nodes_in = {f"#{frame.id}": set[str]() for frame in self.scene.frames}
        for node in self.scene.nodes:
            for frame_id in self.scene.chain(node.frame):
                nodes_in[f"#{frame_id}"].add(node.id)
        loose = set(self.loose)
        for id, children in list(self.children.items()):
            apart = [child for child in children if nodes_in.get(child, {child}) <= loose]
            rest = [child for child in children if child not in apart]
            if apart and len(rest) > 1:
                self.children[id] = [f"{_CORE}{id}", *apart]
                self.children[f"{_CORE}{id}"] = rest

    def start(self, upright: bool) -> _State:
        """Children in the order of the flow, the page beginning with its outermost frames side by side."""
        shelves = {}
        for id, children in self.children.items():
            if id == PAGE:
                shelves[id] = _Shelves([[child] for child in children], True)
                continue
            per_line = max(1, math.ceil(math.sqrt(len(children))))
            lines = [children[i : i + per_line] for i in range(0, len(children), per_line)]
            shelves[id] = _Shelves(lines, upright)
        return _State(shelves)

    def kicked(self, state: _State, kick: int) -> _State:
        """A copy with some moves made that nobody asked for: which ones depends on the number of the kick alone."""
        copy = _State({id: shelves.copy() for id, shelves in state.shelves.items()})
        containers = [id for id, children in self.children.items() if len(children) > 1]
        for n in range(1 + kick % 3):
            if not containers:
                break
            container = containers[(kick * 7 + n * 13) % len(containers)]
            moves = list(_moves(copy.shelves[container]))
            copy.shelves[container] = moves[(kick * 31 + n * 17) % len(moves)]
        return copy

    def improve(self, state: _State, evaluations: int) -> tuple[float, Cells, int]:
        """Take every single move that makes it better, until none does or the work is used up; what is left of it."""
        cells = self.cells(state)
        cost = self.cost(cells) + _gaps(state)
        left = evaluations
        better = True
        while better and left > 0:
            better = False
            for container in self.children:
                for candidate in _moves(state.shelves[container]):
                    if left <= 0:
                        break
                    left -= 1
                    kept = state.shelves[container]
                    state.shelves[container] = candidate
                    tried = self.cells(state)
                    tried_cost = self.cost(tried) + _gaps(state)
                    if tried_cost < cost - 1e-9:
                        cost, cells, better = tried_cost, tried, True
                    else:
                        state.shelves[container] = kept
        return cost, cells, left

    def cells(self, state: _State) -> Cells:
        nodes: dict[str, tuple[int, int]] = {}
        frames: dict[str, tuple[int, int, int, int]] = {}
        sizes: dict[str, tuple[int, int]] = {}

        def size(id: str) -> tuple[int, int]:
            shelves = state.shelves.get(id)
            if shelves is None:
                return (1, 1)
            along, across = 0, 0
            for line in shelves.lines:
                inner = [size(child) for child in line]
                a, b = (1, 0) if shelves.upright else (0, 1)
                along = max(along, sum(one[a] for one in inner))
                across += max(one[b] for one in inner)
            sizes[id] = (across, along) if shelves.upright else (along, across)
            return sizes[id]

        def place(id: str, column: int, row: int, wide: int, high: int) -> None:
            shelves = state.shelves.get(id)
            if shelves is None:
                if id != GAP:
                    nodes[id] = (column, row)
                return
            if id.startswith("#"):
                frames[id[1:]] = (column, row, column + wide - 1, row + high - 1)
            x, y = column, row
            for place_in_line, line in enumerate(shelves.lines):
                inner = [sizes.get(child, (1, 1)) for child in line]
                last = place_in_line == len(shelves.lines) - 1
                if shelves.upright:
                    thick = column + wide - x if last else max(one[0] for one in inner)
                    y = row
                    for child, one in zip(line, inner, strict=True):
                        place(child, x, y, thick, one[1])
                        y += one[1]
                    x += thick
                else:
                    thick = row + high - y if last else max(one[1] for one in inner)
                    x = column
                    for child, one in zip(line, inner, strict=True):
                        place(child, x, y, one[0], thick)
                        x += one[0]
                    y += thick

        columns, rows = size(PAGE)
        place(PAGE, 0, 0, columns, rows)
        return Cells(nodes=nodes, frames=frames, columns=columns, rows=rows)

    def cost(self, cells: Cells) -> float:
        """Length, bends, detours and backward runs of all links, weighted; then the area and shape of the page."""
        at, total = cells.nodes, 0.0
        taken = set(at.values())
        lines = []
        for source, target, weight, directed in self.links:
            (x0, y0), (x1, y1) = at[source], at[target]
            dx, dy = x1 - x0, y1 - y0
            cost = abs(dx) + _VERTICAL * abs(dy)
            if dx and dy:
                cost += _BEND
                lines.append((x0, y0, x1, y1))
            elif abs(dx) > 1:
                step = 1 if dx > 0 else -1
                cost += _BETWEEN * sum((x, y0) in taken for x in range(x0 + step, x1, step))
            elif abs(dy) > 1:
                step = 1 if dy > 0 else -1
                cost += _BETWEEN * sum((x0, y) in taken for y in range(y0 + step, y1, step))
            if dy and not dx:
                lower = target if dy > 0 else source
                frame = self.frame_of[lower]
                if frame is not None and frame != self.frame_of[source if dy > 0 else target]:
                    c0, r0, _, _ = cells.frames[frame]
                    cost += _THROUGH_TITLE * ((c0, r0) == at[lower])
            if directed and dx < 0:
                cost += _BACKWARD - 0.3 * dx
            if dy < 0:
                cost += _UPWARD
            total += weight * cost
        wide, high = cells.columns * self.aspect_of_slot, cells.rows
        total += _AREA * cells.columns * cells.rows
        for c0, r0, c1, r1 in cells.frames.values():
            total += _HOLLOW * (c1 - c0 + 1) * (r1 - r0 + 1)
        total += _LOOSE_ABOVE * sum(cells.rows - 1 - at[id][1] for id in self.loose)
        return total + self.aspect_weight * abs(math.log(wide / high / self.aspect)) + _CROSSING * _crossings(lines)

    @property
    def aspect_weight(self) -> float:
        """The shape of the page matters less than straight lines where there is room for all."""
        return _ASPECT * min(1.0, len(self.scene.nodes) / 12)

    aspect_of_slot = 1.0


def _compressed(cells: Cells) -> Cells:
    """Without columns and rows that nothing lies in: gaps have moved things, and are no longer needed."""
    columns = sorted({column for column, _ in cells.nodes.values()})
    rows = sorted({row for _, row in cells.nodes.values()})

    def at_least(places: list[int], place: int) -> int:
        return bisect.bisect_left(places, place)

    def at_most(places: list[int], place: int) -> int:
        return bisect.bisect_right(places, place) - 1

    return Cells(
        nodes={id: (at_least(columns, column), at_least(rows, row)) for id, (column, row) in cells.nodes.items()},
        frames={
            id: (at_least(columns, c0), at_least(rows, r0), at_most(columns, c1), at_most(rows, r1))
            for id, (c0, r0, c1, r1) in cells.frames.items()
        },
        columns=len(columns),
        rows=len(rows),
    )


def ranks(nodes: Sequence[str], links: Sequence[Link]) -> Mapping[str, int]:
    """How many links lead to each node at most, links that close a circle left out."""
    outgoing: dict[str, list[str]] = {id: [] for id in nodes}
    for link in links:
        if link.source != link.target:
            outgoing[link.source].append(link.target)
    rank = dict.fromkeys(nodes, 0)
    done: set[str] = set()
    order: list[str] = []
    open_: set[str] = set()
    for root in nodes:
        stack: list[tuple[str, Iterator[str]]] = []
        if root not in done:
            done.add(root)
            open_.add(root)
            stack.append((root, iter(outgoing[root])))
        while stack:
            id, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                open_.discard(id)
                order.append(id)
            elif following not in done:
                done.add(following)
                open_.add(following)
                stack.append((following, iter(outgoing[following])))
    place = {id: position for position, id in enumerate(reversed(order))}
    for id in reversed(order):
        for following in outgoing[id]:
            if place[following] > place[id]:
                rank[following] = max(rank[following], rank[id] + 1)
    return rank


def _container(frame: str | None) -> str:
    return PAGE if frame is None else f"#{frame}"


def _moves(shelves: _Shelves) -> Iterator[_Shelves]:
    """Every arrangement that one move away: another orientation, place, pair or gap."""
    flipped = shelves.copy()
    flipped.upright = not flipped.upright
    yield flipped
    places = [(i, j) for i, line in enumerate(shelves.lines) for j in range(len(line))]
    for n, (i, j) in enumerate(places):
        for k, m in places[n + 1 :]:
            swapped = shelves.copy()
            lines = swapped.lines
            if lines[i][j] != lines[k][m]:
                lines[i][j], lines[k][m] = lines[k][m], lines[i][j]
                yield swapped
    for i, j in places:
        taken = shelves.copy()
        child = taken.lines[i].pop(j)
        rest = [line for line in taken.lines if any(one != GAP for one in line)]
        if child == GAP:
            yield _Shelves(rest, shelves.upright)
            continue
        yield from _inserted(_Shelves(rest, shelves.upright), child)
    if sum(line.count(GAP) for line in shelves.lines) < 4:
        for i, j in places:
            spaced = shelves.copy()
            spaced.lines[i].insert(j, GAP)
            yield spaced


def _gaps(state: _State) -> float:
    return _GAP_COST * sum(line.count(GAP) for shelves in state.shelves.values() for line in shelves.lines)


def _inserted(shelves: _Shelves, child: str) -> Iterator[_Shelves]:
    for k in range(len(shelves.lines) + 1):
        fresh = shelves.copy()
        fresh.lines.insert(k, [child])
        yield fresh
    for k, line in enumerate(shelves.lines):
        for m in range(len(line) + 1):
            fresh = shelves.copy()
            fresh.lines[k].insert(m, child)
            yield fresh


def _crossings(lines: Sequence[tuple[int, int, int, int]]) -> int:
    """Pairs of straight lines that cross at an inner point."""
    found = 0
    for n, (ax, ay, bx, by) in enumerate(lines):
        for cx, cy, dx, dy in lines[n + 1 :]:
            if (
                max(ax, bx) < min(cx, dx)
                or max(cx, dx) < min(ax, bx)
                or max(ay, by) < min(cy, dy)
                or max(cy, dy) < min(ay, by)
            ):
                continue
            one = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            two = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            three = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
            four = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
            found += one * two < 0 and three * four < 0
    return found
