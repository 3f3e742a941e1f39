"""A scene too large for a page, drawn with one node for many that are alike; its table still has a row for each link.

Two nodes are alike when they look alike, lie in the same frame, and are linked to nodes that are alike in turn (colour
refinement). Where that leaves too many, fewer rounds are made: in the end it is the frame alone that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from archgen.pictures.scene import Link, Node, Scene

MOST_NODES, MOST_LINKS, MOST_AT_A_NODE = 45, 60, 14
"""Judgement: what an A3 page holds at a size that can be read, and the lines that can be told apart at one icon.
Measured: a third more links takes ten times as long to draw, and leaves some without a track of their own."""
_ROUNDS = (3, 2, 1, 0)
_RANGES = 3
"""Ranges of numbers that a label names."""


def merged(scene: Scene) -> Scene:
    """The scene itself, or with so many alike nodes made one that the page holds it, at worst one for each frame."""
    if _fits(scene):
        return scene
    looks = {node.id: _look(node) for node in scene.nodes}
    for rounds in _ROUNDS:
        smaller = _of_kinds(scene, _refined(scene, looks, rounds))
        if _fits(smaller):
            return smaller
    return _of_kinds(scene, {node.id: node.frame for node in scene.nodes})


def _fits(scene: Scene) -> bool:
    ends = Counter(id for link in scene.links for id in (link.source, link.target))
    busiest = max(ends.values(), default=0)
    return len(scene.nodes) <= MOST_NODES and len(scene.links) <= MOST_LINKS and busiest <= MOST_AT_A_NODE


def _look(node: Node) -> Hashable:
    return (node.frame, node.icon, node.tile, _product(node), node.badges)


def _product(node: Node) -> str:
    return node.lines[0] if node.lines else node.title


def _refined(scene: Scene, looks: Mapping[str, Hashable], rounds: int) -> Mapping[str, Hashable]:
    """A kind for each node: how it looks, and the kinds, a round earlier, of the nodes that it is linked to."""
    kinds: dict[str, Hashable] = dict(looks)
    for _ in range(rounds):
        around: dict[str, set[Hashable]] = {id: set() for id in kinds}
        for link in scene.links:
            around[link.source].add(("to", link.kind, kinds[link.target]))
            around[link.target].add(("from", link.kind, kinds[link.source]))
        said = {id: (kinds[id], frozenset(around[id])) for id in kinds}
        # Numbered, since kinds within kinds would double in size with every round.
        numbers = {kind: number for number, kind in enumerate(dict.fromkeys(said.values()))}
        kinds = {id: numbers[kind] for id, kind in said.items()}
    return kinds


def _of_kinds(scene: Scene, kinds: Mapping[str, Hashable]) -> Scene:
    members: dict[Hashable, list[Node]] = {}
    for node in scene.nodes:
        members.setdefault(kinds[node.id], []).append(node)
    stands_for = {node.id: alike[0].id for alike in members.values() for node in alike}
    bundles: dict[tuple[str, str, str], list[Link]] = {}
    for link in scene.links:
        ends = (stands_for[link.source], stands_for[link.target])
        # Between two that are one node now there is nothing to draw; the table names it.
        if ends[0] != ends[1]:
            bundles.setdefault((*ends, link.kind), []).append(link)
    nodes = tuple(_one(alike) for alike in members.values())
    links = tuple(_bundled(links, *ends) for (*ends, _), links in bundles.items())
    return replace(scene, nodes=nodes, links=links)


def _one(alike: Sequence[Node]) -> Node:
    first = alike[0]
    if len(alike) == 1:
        return first
    same = len({_product(node) for node in alike}) == 1
    badges = tuple(dict.fromkeys(badge for node in alike for badge in node.badges))
    title = f"{len(alike)} × {_product(first)}" if same else f"{len(alike)} parts"
    return replace(first, title=title, lines=(first.title, f"and {len(alike) - 1} more"), badges=badges)


def _bundled(links: Sequence[Link], source: str, target: str) -> Link:
    first = links[0]
    steps = sorted({step for link in links for step in (link.step, *link.also) if step is not None})
    labels = tuple(dict.fromkeys(link.label for link in links if link.label))
    label = labels[0] if len(labels) == 1 else ""
    if len(steps) > 1:
        label = " ".join(part for part in (label, f"({ranges(steps)})") if part)
    return replace(
        first, source=source, target=target, label=label, step=steps[0] if steps else None, also=tuple(steps[1:])
    )


def ranges(steps: Sequence[int]) -> str:
    """Sorted numbers as people write them: `3–7, 9`; of many ranges the first, and that there are more."""
    found: list[tuple[int, int]] = []
    for step in steps:
        if found and step == found[-1][1] + 1:
            found[-1] = (found[-1][0], step)
        else:
            found.append((step, step))
    said = [str(low) if low == high else f"{low}–{high}" for low, high in found[:_RANGES]]
    return ", ".join([*said, "..."] if len(found) > _RANGES else said)
