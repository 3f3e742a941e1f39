"""Names by which a scanner's report refers to resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from archgen.engine import Resource


def addressed(resources: Sequence[Resource], address_of: Callable[[Resource], str | None]) -> Mapping[str, Resource]:
    """Each resource that has an address by it, in the order given; of equal ones the later are numbered."""
    found: dict[str, Resource] = {}
    for resource in resources:
        address = first = address_of(resource) if resource.from_provider else None
        number = 1
        while address in found:
            number += 1
            address = f"{first}-{number}"
        if address is not None:
            found[address] = resource
    return found
