"""Values at a path of a resource's inputs, in which `[]` stands for every member of a list or a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def values(inputs: Any, path: str) -> Iterator[Any]:
    """Every value at `path` (`rules[].filter.prefix`); None once for each place where the path breaks off.

    An empty or absent list has one such place, so that what is required of its members is required of it.
    """
    head, _, rest = path.partition(".")
    name, every = head.removesuffix("[]"), head.endswith("[]")
    value = inputs.get(name) if isinstance(inputs, dict) else None
    members = _members(value) if every else [value]
    for member in members:
        if rest:
            yield from values(member, rest)
        else:
            yield member


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) or [None]
    return list(value) if isinstance(value, list) and value else [None]
