"""Rule `dependency-edge`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archgen.engine import Resource
from archgen.proof.order import Order
from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table


class DependencyEdge(Rule):
    """What a service needs at creation is there by then, although no input leads from one to the other."""

    id = "dependency-edge"
    title = "what a service needs when it is made is made before it"
    source = "the pages of the resource types: archgen/proof/tables/dependency_edges.yaml"
    example = "a `FirehoseDeliveryStream` that does not depend on the policies of its role"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per resource and what it should wait for."""
        if not evidence.up.completed:
            return
        order = Order(evidence.up)
        owners = {name: each.urn for each in evidence.up.resources for name in each.identities}
        for edge in table("dependency_edges")["edges"]:
            earlier = [
                (each, _things(each, edge.get("earlier_of"), owners)) for each in evidence.up.of_type(edge["earlier"])
            ]
            for later in evidence.up.of_type(edge["later"]) if earlier else ():
                things = _things(later, edge.get("later_of"), owners)
                wanted = [each for each, own in earlier if edge.get("anywhere") or things & own]
                yield from (self.at(later, message) for message in _missing(edge, later, wanted, order))


def _missing(edge: Mapping[str, Any], later: Resource, wanted: Sequence[Resource], order: Order) -> Iterator[str]:
    early = [each for each in wanted if order.follows(later, each)]
    if edge.get("some") and early:
        return
    # What itself waits for the later one was meant to come after it.
    for each in wanted:
        if each not in early and not order.follows(each, later):
            yield f"it does not wait for {each.type.rpartition(':')[2]} '{each.name}': add it to depends_on"
            if edge.get("some"):
                return


def _things(resource: Resource, paths: str | Sequence[str] | None, owners: Mapping[str, str]) -> frozenset[str]:
    """What the values at the paths name, as URNs where they are known; the resource itself without a path.

    An id of scaling (`endpoint/<name>/variant/<variant>`, `service/<cluster>/<name>`) names its second part or third.
    """
    if paths is None:
        return frozenset({resource.urn})
    listed = [paths] if isinstance(paths, str) else paths
    texts = {text for path in listed for text in values(resource.inputs, path) if isinstance(text, str)}
    parts = {part for text in texts if text.startswith(("endpoint/", "service/")) for part in text.split("/")}
    return frozenset({owners.get(text, text) for text in texts} | {owners[part] for part in parts if part in owners})
