"""Which resource is made after which: what the engine of Pulumi reads from dependencies."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import Resource, ResourceGraph


class Order:
    """The order in which a deployment of one recording makes its resources."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._needs = {each.urn: each.dependencies for each in graph.resources}
        self._all: dict[str, frozenset[str]] = {}

    def follows(self, later: Resource, earlier: Resource) -> bool:
        """Whether `later` waits for `earlier`, directly or through others."""
        if later.urn not in self._all:
            self._all[later.urn] = frozenset(self._reached(later.urn))
        return earlier.urn in self._all[later.urn]

    def _reached(self, urn: str) -> Iterator[str]:
        seen, todo = set[str](), list(self._needs.get(urn, ()))
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo += self._needs.get(each, ())
                yield each
