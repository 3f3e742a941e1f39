"""Whether the program carries the sizes of a component: given others, what it makes has to change with them.

The rule `size-differs` looks for the figure among the inputs of the component's resources. A small one stands there by
chance as well, such as three shards beside the three periods of an alarm.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from archgen.engine import Project, Resource, ResourceGraph, record
from archgen.proof import Finding
from archgen.proof.constraints import leaves_at
from archgen.proof.coverage import load_coverage
from archgen.testing.contract import fault

_LIVE = "live"


def sizes_carried(
    project: Project, stack: str, service: str, resources: Sequence[Resource], path: pathlib.Path
) -> Iterator[Finding]:
    """Each size of the service's components that no input of their resources follows.

    `resources` is what the program makes of its own sizes in the live phase; `path` is where findings point. Nothing
    can be told where the program refuses every other size that is tried.
    """
    sizes = _sizes(project, stack, service)
    other = _resized(project, stack, sizes)
    if other is None:
        return
    graph, values = other
    for (component, name), (setting, value) in sizes.items():
        before = _inputs(each for each in resources if each.component == component)
        after = _inputs(graph.of_component(component))
        was, is_now = _number(value), _number(values[setting])
        if not any(was.search(said) and is_now.search(after.get(place, "")) for place, said in before.items()):
            message = (
                f"the {name} of '{component}' reach no resource: with {setting} at {values[setting]} instead of"
                f" {value}, no input changes"
            )
            yield fault("size-not-carried", message, path)


def _sizes(project: Project, stack: str, service: str) -> Mapping[tuple[str, str], tuple[str, int | float]]:
    """(component, size) -> its setting and the value that was worked out for the stack."""
    return {
        (component["id"], name): (size["setting"], size["values"][stack])
        for component in (load_coverage(project) or {}).get("components", ())
        if component["service"] == service
        for name, size in component.get("sizes", {}).items()
    }


def _resized(
    project: Project, stack: str, sizes: Mapping[tuple[str, str], tuple[str, int | float]]
) -> tuple[ResourceGraph, Mapping[str, int | float]] | None:
    """The recording with other sizes, and these: one more of each or, where the program refuses that, twice as many."""
    for other in (lambda value: value + 1, lambda value: value * 2):
        values = {setting: other(value) for setting, value in sizes.values()}
        given = {f"{project.name}:{setting}": value for setting, value in values.items()}
        file = project.stacks[stack]
        changed = replace(file, values={**file.values, **given})
        graph = record(replace(project, stacks={**project.stacks, stack: changed}), stack, _LIVE, "up")
        if graph.completed:
            return graph, values
    return None


def _inputs(resources: Any) -> Mapping[tuple[str, str, int], str]:
    """(URN, path, which of a list) -> what stands there, of everything that a provider makes."""
    return {
        (resource.urn, path, number): str(value)
        for resource in resources
        if resource.from_provider
        for number, (_, path, value) in enumerate(leaves_at(resource.inputs))
    }


def _number(value: float) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.]){re.escape(str(value))}(?![\d.])")
