from __future__ import annotations

import itertools

from archgen.pictures.ranks import ranks
from archgen.pictures.scene import Link


def _links(*pairs: str) -> list[Link]:
    return [Link(id=pair, source=pair[0], target=pair[1], kind="stream") for pair in pairs]


def test_the_longest_way_decides() -> None:
    assert ranks("abcd", _links("ab", "bc", "cd", "ad")) == {"a": 0, "b": 1, "c": 2, "d": 3}


def test_a_circle_ends() -> None:
    assert ranks("abc", _links("ab", "bc", "ca")) == {"a": 0, "b": 1, "c": 2}


def test_a_long_chain_needs_no_deep_stack() -> None:
    nodes = [f"n{i}" for i in range(5000)]
    links = [Link(id=a, source=a, target=b, kind="batch") for a, b in itertools.pairwise(nodes)]
    assert ranks(nodes, links)["n4999"] == 4999
