"""Who lies beside whom: every frame's contents on shelves, found by a search that always ends at the same result."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from archgen.pictures.arrangement_cost import ArrangementCost
from archgen.pictures.ranks import ranks
from archgen.pictures.scene import Scene
from archgen.pictures.shelves import CORE, FRAME, PAGE, Cells, Shelves, cells, compressed, moves

_WORK = 480_000
_KICKS = 80
"""Both bound the search by work done, never by the clock: the same scene has the same picture on every machine."""
_PAIRS = 60
"""Pairs of links that are looked at in the time of one link: crossings are counted pair by pair."""
_BETTER = 1e-9

State = dict[str, Shelves]
"""The shelves of every container, by its id."""


def arrangements(scene: Scene, aspect: float, count: int) -> tuple[Cells, ...]:
    """The best arrangements found for a page of `aspect` (width by height), at most `count`, best first.

    From each start the search takes every move that helps; then it makes some moves that do not and begins again.
    """
    search = _Search(scene, aspect)
    # A pass over the moves of a small scene is over soon: the same work then pays for more of them.
    left = _WORK // (len(scene.nodes) + len(scene.links) + len(scene.links) ** 2 // _PAIRS + 8)
    found: dict[float, Cells] = {}
    best: tuple[float, State] | None = None
    for kick in range(_KICKS):
        state = search.start(kick == 0) if kick < 2 or best is None else search.kicked(best[1], kick)
        cost, placed, left = search.improve(state, left)
        found.setdefault(round(cost, 6), placed)
        if best is None or cost < best[0] - _BETTER:
            best = (cost, state)
        if left <= 0:
            break
    return tuple(compressed(found[cost]) for cost in sorted(found)[:count])


class _Search:
    """The containers of a scene, and the moves from one arrangement of them to a better one."""

    def __init__(self, scene: Scene, aspect: float) -> None:
        self.cost = ArrangementCost(scene, aspect)
        self.children = _parted(_children(scene), scene, set(self.cost.loose))
        self.order = _innermost_first(self.children)

    def start(self, upright: bool) -> State:
        """Children in the order of the flow, the page beginning with its outermost frames side by side."""
        state = {}
        for id, children in self.children.items():
            per_line = 1 if id == PAGE else math.ceil(math.sqrt(len(children)))
            lines = tuple(tuple(children[i : i + per_line]) for i in range(0, len(children), per_line))
            state[id] = Shelves(lines, upright or id == PAGE)
        return state

    def kicked(self, state: State, kick: int) -> State:
        """A copy with some moves made that nobody asked for: which ones depends on the number of the kick alone."""
        copy = dict(state)
        containers = [id for id, children in self.children.items() if len(children) > 1]
        for n in range(min(1 + kick % 3, len(containers))):
            container = containers[(kick * 7 + n * 13) % len(containers)]
            possible = list(moves(copy[container]))
            copy[container] = possible[(kick * 31 + n * 17) % len(possible)]
        return copy

    def improve(self, state: State, evaluations: int) -> tuple[float, Cells, int]:
        """Change `state` by every move that helps, until none does or the work is used up; what is left of the work."""
        placed = cells(state, self.order)
        cost = self.cost.of(placed, state)
        left = evaluations
        better = True
        while better and left > 0:
            better = False
            for container in self.children:
                for candidate in moves(state[container]):
                    if left <= 0:
                        break
                    left -= 1
                    kept, state[container] = state[container], candidate
                    tried = cells(state, self.order)
                    tried_cost = self.cost.of(tried, state)
                    if tried_cost < cost - _BETTER:
                        cost, placed, better = tried_cost, tried, True
                    else:
                        state[container] = kept
        return cost, placed, left


def _children(scene: Scene) -> dict[str, list[str]]:
    """What lies directly in each container, in the order of the flow. Frames without a node are left out."""
    rank = ranks([node.id for node in scene.nodes], scene.links)
    inside: dict[str, list[int]] = {frame.id: [] for frame in scene.frames}
    for node in scene.nodes:
        for around in scene.chain(node.frame):
            inside[around].append(rank[node.id])
    place = {node.id: float(rank[node.id]) for node in scene.nodes}
    place |= {f"{FRAME}{id}": sum(values) / len(values) for id, values in inside.items() if values}
    children: dict[str, list[str]] = {PAGE: []} | {f"{FRAME}{id}": [] for id, values in inside.items() if values}
    for frame in scene.frames:
        if inside[frame.id]:
            children[_container(frame.parent)].append(f"{FRAME}{frame.id}")
    for node in scene.nodes:
        children[_container(node.frame)].append(node.id)
    return {id: sorted(ids, key=place.__getitem__) for id, ids in children.items()}


def _parted(children: Mapping[str, list[str]], scene: Scene, loose: set[str]) -> dict[str, list[str]]:
    """What no link leads to stands beside the rest as a whole: it would only be in the way within."""
    nodes_in: dict[str, set[str]] = {f"{FRAME}{frame.id}": set() for frame in scene.frames}
    for node in scene.nodes:
        for around in scene.chain(node.frame):
            nodes_in[f"{FRAME}{around}"].add(node.id)
    parted = {}
    for id, ids in children.items():
        apart = [child for child in ids if nodes_in.get(child, {child}) <= loose]
        rest = [child for child in ids if child not in apart]
        parted[id] = [f"{CORE}{id}", *apart] if apart and len(rest) > 1 else ids
        if parted[id] is not ids:
            parted[f"{CORE}{id}"] = rest
    return parted


def _innermost_first(children: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    order: list[str] = []
    waiting = [PAGE]
    while waiting:
        id = waiting.pop()
        order.append(id)
        waiting += [child for child in children[id] if child in children]
    return tuple(reversed(order))


def _container(frame: str | None) -> str:
    return PAGE if frame is None else f"{FRAME}{frame}"
