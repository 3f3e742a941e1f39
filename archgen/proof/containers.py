"""What containers are given by the inputs of resources, on every cloud: image, environment and privileges."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archgen.engine import Resource

IN_TEXT = {"aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions"}
"""Types that are given their containers as JSON text."""
LISTS = frozenset({"containers", "initContainers"})
VARIABLES = ("environment", "env", "envs")


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a resource. `variables` are name -> value of what is written out, not what refers to secrets."""

    resource: Resource
    image: str | None
    variables: Mapping[str, str]
    settings: Mapping[str, Any]


def containers(resource: Resource) -> Iterator[Container]:
    """The containers that a resource's inputs describe; none where they are not known yet."""
    text = resource.inputs.get(IN_TEXT.get(resource.type, ""))
    listed = _read(text) if isinstance(text, str) else list(_listed(resource.inputs))
    for each in listed:
        if isinstance(each, Mapping):
            image = each.get("image")
            yield Container(
                resource=resource,
                image=image if isinstance(image, str) else None,
                variables=dict(_variables(each)),
                settings=each,
            )


def _read(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []


def _listed(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in LISTS and isinstance(each, list):
                yield from each
            else:
                yield from _listed(each)
    elif isinstance(value, list):
        for each in value:
            yield from _listed(each)


def _variables(container: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in VARIABLES:
        for each in container.get(key) or ():
            if isinstance(each, Mapping) and isinstance(each.get("value"), str):
                yield str(each.get("name")), each["value"]
