"""Rule `literal-name`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archgen.engine import Resource, ResourceGraph
from archgen.proof.references import LABELS, leaves
from archgen.proof.rule import Evidence, Finding, Rule

NAME = re.compile(r"(?=.*[-_/.]).{6,}")
"""A text that can only be meant as a name: shorter ones, and those of one word, are too often something else."""
NO_REFERENCE = frozenset({*LABELS, "dimensions"})
"""A metric's dimension is none: an alarm may exist before what it watches, as an endpoint's alarms have to."""
OUTSIDE = frozenset({"gcp:dns/recordSet:RecordSet"})
"""Types whose names are those of another system, here of the internet."""


class LiteralName(Rule):
    """A name that the program gave to one resource is not written again for another: its Output is handed on."""

    id = "literal-name"
    title = "a resource is referred to by its output, not by its name written once more"
    source = (
        "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/: an Output carries the dependency, a text does not"
    )
    example = '`LogStream(log_group_name="/payments/scoring")` beside the `LogGroup` of that name'
    family = "inputs"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per input that repeats the name of a resource that it does not depend on."""
        if not evidence.up.completed:
            return
        owners = _named(evidence)
        for resource in evidence.up.resources:
            for key, value in resource.inputs.items() if resource.from_provider else ():
                for text in () if key in NO_REFERENCE or value in resource.identities else leaves(value):
                    owner = owners.get(text)
                    if owner is not None and _stranger(resource, owner, evidence.up):
                        message = f"{key} repeats the name {text!r} of {owner.type} '{owner.name}': give it the output"
                        yield self.at(resource, message)


def _named(evidence: Evidence) -> Mapping[str, Resource]:
    """The texts that exactly one resource is named by, written in the program rather than made by the provider.

    The name of the whole platform, which a budget or a dashboard may have too, is nobody's.
    """
    found: dict[str, list[Resource]] = {}
    for resource in evidence.up.resources:
        for key, value in resource.inputs.items():
            named = isinstance(value, str) and value in resource.identities and key.lower().endswith(("name", "id"))
            if named and resource.type not in OUTSIDE and not resource.property_dependencies.get(key):
                found.setdefault(value, []).append(resource)
    platform = f"{evidence.project.name}-{evidence.stack}"
    return {
        name: owners[0]
        for name, owners in found.items()
        if len(owners) == 1 and NAME.fullmatch(name) and name != platform
    }


def _stranger(resource: Resource, owner: Resource, graph: ResourceGraph) -> bool:
    """Whether neither waits for the other: who waits anyway may say the name, and a circle cannot be closed."""
    return owner.urn not in _reached(resource, graph) and resource.urn not in _reached(owner, graph)


def _reached(resource: Resource, graph: ResourceGraph) -> frozenset[str]:
    """Everything that a resource waits for, itself included."""
    waiting, reached = [resource.urn], set[str]()
    while waiting:
        urn = waiting.pop()
        found = graph.by_urn(urn) if urn not in reached else None
        reached.add(urn)
        if found is not None:
            waiting += [*found.dependencies, *(each for some in found.property_dependencies.values() for each in some)]
    return frozenset(reached)
