"""The URNs that a resource had before, which the engine works out from the aliases of a program.

Rules: https://www.pulumi.com/docs/iac/concepts/options/aliases/. A child inherits its parent's aliases, and where its
name begins with the parent's the earlier name begins with the parent's earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any


def earlier_urns(request: Any, urn: str, of_parent: Iterable[str]) -> tuple[str, ...]:
    """Every URN that a registration names or inherits, sorted, without its own.

    `request` is a `RegisterResourceRequest`; `of_parent` are the earlier URNs of its parent.
    """
    earlier = tuple(of_parent)
    found = {each.urn for each in request.aliases if each.urn}
    found |= {each for alias in request.aliases if not alias.urn for each in _named(alias.spec, request, urn, earlier)}
    found |= {_inherited(request.name, request.type, request.parent, each, urn) for each in earlier}
    return tuple(sorted(found - {urn}))


def _named(spec: Any, request: Any, urn: str, of_parent: Iterable[str]) -> Iterator[str]:
    """What one alias stands for: what it leaves out is the resource's own."""
    name, type = spec.name or request.name, spec.type or request.type
    stack, project = spec.stack or _part(urn, 0).rpartition(":")[2], spec.project or _part(urn, 1)
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    above = _part(parent, 2) if parent else ""
    yield f"urn:pulumi:{stack}::{project}::{_below(above, type)}::{name}"
    if parent == request.parent:
        yield from (_inherited(name, type, parent, each, urn) for each in of_parent)


def _inherited(name: str, type: str, parent: str, earlier_parent: str, urn: str) -> str:
    former, now = _part(earlier_parent, 3), _part(parent, 3)
    own = f"{former}{name.removeprefix(now)}" if name.startswith(now) else name
    return f"{_part(urn, 0)}::{_part(urn, 1)}::{_below(_part(earlier_parent, 2), type)}::{own}"


def _below(above: str, type: str) -> str:
    """The types of a URN: all ancestors' but the stack's, then its own."""
    return f"{above}${type}" if above and above != "pulumi:pulumi:Stack" else type


def _part(urn: str, number: int) -> str:
    """`urn:pulumi:<stack>`, project, types or name of a URN."""
    return urn.split("::", 3)[number]
