"""The inventory of a recorded program: what a reviewer compares before and after a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from archgen.engine import Resource
from archgen.proof import Proof


def inventory(proof: Proof, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by type, what decides over security, the names of grants and alarms, and the URNs of what holds data.

    `facts` is the cloud's: `grant_types`, `alarm_types`, `stateful_types`, `security_inputs`. A changed URN replaces a
    client's stream or key, so a change here needs an alias in the program.
    """
    grants = {one for kind in facts["grant_types"].values() for one in kind}
    return {
        "counts": dict(sorted(proof.counts.items())),
        "security": security(proof.resources, frozenset(facts["security_inputs"])),
        "grants": sorted({r.name for r in proof.resources if r.type in grants}),
        "alarms": sorted(r.name for r in proof.resources if r.type in facts["alarm_types"]),
        "stateful": stateful(proof.resources, facts["stateful_types"]),
    }


def stateful(resources: Iterable[Resource], types: Collection[str]) -> list[str]:
    """The URNs of what holds data, sorted: of the resources of these types."""
    return sorted(resource.urn for resource in resources if resource.type in types)


def security(resources: Sequence[Resource], inputs: Collection[str]) -> dict[str, dict[str, dict[str, int]]]:
    """Type -> input -> value -> how many, of the inputs that decide over security, at whatever depth they lie.

    What refers to another resource is shown by that resource's name, so that a reader sees which key it is.
    """
    names = {identity: each.name for each in resources for identity in each.identities}
    found: dict[str, dict[str, Counter[str]]] = {}
    for resource in resources:
        if resource.from_provider:
            for key, value in _leaves(resource.inputs):
                if key in inputs:
                    shown = names.get(value, value) if isinstance(value, str) else str(value).lower()
                    found.setdefault(resource.type, {}).setdefault(key, Counter())[shown] += 1
    return {
        kind: {key: dict(sorted(values.items())) for key, values in sorted(rows.items())}
        for kind, rows in sorted(found.items())
    }


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _leaves(item, name)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(item, key)
    else:
        yield key, value
