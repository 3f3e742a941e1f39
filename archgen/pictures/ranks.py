"""How far along the flow each node lies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archgen.pictures.scene import Link


def ranks(nodes: Sequence[str], links: Sequence[Link]) -> Mapping[str, int]:
    """The most links that lead to each node in a row; links that close a circle are left out."""
    following: dict[str, list[str]] = {id: [] for id in nodes}
    for link in links:
        if link.source != link.target:
            following[link.source].append(link.target)
    order = _finished_last_first(nodes, following)
    place = {id: position for position, id in enumerate(order)}
    rank = dict.fromkeys(nodes, 0)
    for id in order:
        for target in following[id]:
            if place[target] > place[id]:
                rank[target] = max(rank[target], rank[id] + 1)
    return rank


def _finished_last_first(nodes: Sequence[str], following: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Depth first; a chain may be longer than Python's stack is deep, so without recursion."""
    seen: set[str] = set()
    finished: list[str] = []
    for root in nodes:
        stack: list[tuple[str, Iterator[str]]] = []
        if root not in seen:
            seen.add(root)
            stack.append((root, iter(following[root])))
        while stack:
            id, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                finished.append(id)
            elif target not in seen:
                seen.add(target)
                stack.append((target, iter(following[target])))
    return finished[::-1]
