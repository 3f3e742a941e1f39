"""Values against the constraints of a schema: pattern, length, range and enumeration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine.recording import UNKNOWN

SECRET = "[[secret:"
"""How a run shows the value of a secret setting: nothing can be said of the real one."""
Constraints = Mapping[str, Any]


def broken(value: Any, limits: Constraints) -> str | None:
    """What a value breaks, None where it breaks nothing or is not known."""
    if value is None or value == UNKNOWN:
        return None
    if isinstance(value, str):
        return None if SECRET in value else _text(value, limits)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, limits)
    return None


def leaves_at(value: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """(path in lower case, path as written, value) of every text and number; `[]` stands for each member of a list."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves_at(each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from leaves_at(each, f"{path}[]")
    else:
        yield path.lower(), path, value


def _text(value: str, limits: Constraints) -> str | None:
    if "enum" in limits and value not in limits["enum"]:
        known = ", ".join(map(str, limits["enum"][:8]))
        return f"{value!r} is none of {known}{', ...' if len(limits['enum']) > 8 else ''}"
    if len(value) > limits.get("maxLength", len(value)):
        return f"{value!r} has {len(value)} characters, {limits['maxLength']} are allowed"
    if len(value) < limits.get("minLength", 0):
        return f"{value!r} has {len(value)} characters, {limits['minLength']} are required"
    if "pattern" in limits and not re.search(limits["pattern"], value):
        return f"{value!r} does not match {limits['pattern']}"
    return None


def _number(value: float, limits: Constraints) -> str | None:
    if value > limits.get("maximum", value):
        return f"{value} is above {limits['maximum']}"
    if value < limits.get("minimum", value):
        return f"{value} is below {limits['minimum']}"
    if "enum" in limits and value not in limits["enum"]:
        return f"{value} is none of {', '.join(map(str, limits['enum'][:8]))}"
    return None
