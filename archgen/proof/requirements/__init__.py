"""Rules that only require values of properties: rows of one table per cloud, walked by one class.

A row has `id`, `title`, `source`, `example` and `checks`. A check names a `type` of resource and either a `path` of its
inputs with one condition, or a `partner`: a resource of another type that has to refer to it through one of its inputs;
or it says `never`, the type itself is not wanted, or `protected`, Pulumi has to refuse its deletion. `when` is a
condition of its own, `stacks` and `data` restrict it.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archgen import registry
from archgen.engine import Resource
from archgen.engine.recording import UNKNOWN
from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Family, Finding, Rule

PUBLIC = frozenset({"public"})
CONDITIONS = ("is", "one_of", "none_of", "like", "unlike", "given", "absent", "at_least", "fewest")


class Requirement(Rule):
    """One row: what is required of the properties of some types of resources."""

    family: Family = "security"

    def __init__(self, row: Mapping[str, Any]) -> None:
        """`row` is one entry of a table's `rules`."""
        self.id, self.title = row["id"], row["title"]
        self.source, self.example = row["source"], row["example"]
        self.severity = row.get("severity", "error")
        self.checks: tuple[Mapping[str, Any], ...] = tuple(row["checks"])

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per value that breaks a check; none where the update broke off, which proves nothing."""
        if not evidence.up.completed:
            return
        for check in self.checks:
            for resource in evidence.up.of_type(check["type"]):
                if applies(check, resource, evidence):
                    yield from (self.at(resource, message) for message in _messages(check, resource, evidence))


def requirements() -> tuple[Requirement, ...]:
    """Every row of every table."""
    tables = (registry.data_of(file) for file in sorted(pathlib.Path(__file__).parent.glob("*.yaml")))
    return tuple(Requirement(row) for content in tables for row in content["rules"])


def applies(check: Mapping[str, Any], resource: Resource, evidence: Evidence) -> bool:
    """Whether a check of a row is for this resource: of this stack, this data, and under its `when`."""
    if evidence.stack not in check.get("stacks", (evidence.stack,)):
        return False
    if check.get("data") == "not public" and holds_public_data_only(resource, evidence):
        return False
    when = check.get("when")
    return when is None or all(fault(when, value) is None for value in values(resource.inputs, when["path"]))


def holds_public_data_only(resource: Resource, evidence: Evidence) -> bool:
    """Whether the coverage says that nothing but public data passes through the resource's component.

    What the coverage does not speak of, as the platform's own keys and logs, is not taken to be public.
    """
    component = next((each for each in evidence.components if each["id"] == resource.component), {})
    classes = set(component.get("data_classes", ()))
    return bool(classes) and classes <= PUBLIC


def _messages(check: Mapping[str, Any], resource: Resource, evidence: Evidence) -> Iterator[str]:
    if check.get("never"):
        yield "this has no place in a private platform"
        return
    if check.get("protected"):
        if not resource.protect:
            yield "it is not protected: `protect=True` keeps a slip from deleting it"
        return
    if partner := check.get("partner"):
        if not any(_refers(each, partner["input"], resource) for each in evidence.up.of_type(partner["type"])):
            yield f"no {partner['type'].rpartition(':')[2]} is made for it"
        return
    for value in values(resource.inputs, check["path"]):
        wrong = fault(check, value)
        if wrong is not None:
            yield f"{check['path']} {wrong}"


def _refers(other: Resource, path: str, resource: Resource) -> bool:
    named = path.partition(".")[0].removesuffix("[]")
    if resource.urn in other.property_dependencies.get(named, ()):
        return True
    return any(value in resource.identities for value in values(other.inputs, path) if isinstance(value, str))


def fault(check: Mapping[str, Any], value: Any) -> str | None:
    """What is wrong with a value, None where nothing is. What is not known yet is not wrong.

    `fewest` is how many different members a list has at least.
    """
    if value == UNKNOWN:
        return None
    found = "is not given" if value in (None, "", [], {}) else f"is {value!r}"
    match next(name for name in CONDITIONS if name in check):
        case "is" if value != check["is"]:
            return f"{found}; {check['is']!r} is required"
        case "one_of" if value not in check["one_of"]:
            return f"{found}; {' or '.join(map(repr, check['one_of']))} is required"
        case "none_of" if value in check["none_of"]:
            return f"{found}, which is not allowed"
        case "like" if not re.search(check["like"], str(value)):
            return f"{found}; a text like {check['like']} is required"
        case "unlike" if re.search(check["unlike"], str(value)):
            return f"{found}, which is not allowed"
        case "given" if found == "is not given":
            return found
        case "absent" if found != "is not given":
            return f"{found}; it has to be left out"
        case "at_least" if not isinstance(value, int | float) or value < check["at_least"]:
            return f"{found}; at least {check['at_least']} is required"
        case "fewest" if not isinstance(value, list) or len(set(map(str, value))) < check["fewest"]:
            return f"{found}; at least {check['fewest']} different ones are required"
    return None


def meets(conditions: Iterable[Mapping[str, Any]], inputs: Mapping[str, Any]) -> bool:
    """Whether each condition, on a `path` of its own, holds for one of the values there; one not known yet does not."""
    return all(
        any(value != UNKNOWN and fault(each, value) is None for value in values(inputs, each["path"]))
        for each in conditions
    )
