"""Whether the inputs of one resource really refer to another component, rather than merely name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from archgen.engine import Resource
from archgen.proof.rule import Evidence

LABELS = ("name", "namePrefix", "description", "tags", "tagsAll")
"""Inputs that say what a thing is called: naming the other end there lets nobody through."""


def depends_on_component(resource: Resource, component: str, evidence: Evidence) -> bool:
    """Whether the value of an input came from a resource of the component, or it contains one's id, ARN or name."""
    members = evidence.up.of_component(component)
    urns = {each.urn for each in members}
    sources = (urn for key, each in resource.property_dependencies.items() if key not in LABELS for urn in each)
    if any(urn in urns for urn in sources):
        return True
    identities = {identity for each in members for identity in each.identities}
    return any(_mentions(text, identity) for text in texts(resource) for identity in sorted(identities))


def has_fixed_arn(resource: Resource, component: str) -> bool:
    """Whether an input has an ARN that ends in the component's id, alone or after a prefix (`endpoint/fraud-score`).

    In the foundation phase what a grant is for may not exist yet, and its fixed name is all there is to refer to.
    """
    arn = re.compile(rf'arn:[^"\s]*[:/](?:[A-Za-z0-9]+-)*{re.escape(component)}(?![\w-])')
    return any(arn.search(text) for text in texts(resource))


def contains_setting(resource: Resource, keys: Iterable[str], evidence: Evidence) -> bool:
    """Whether an input contains the value of one of the settings (keys with or without the project's namespace)."""
    wanted = list(setting_texts(keys, evidence))
    return any(value in text for text in texts(resource) for value in wanted)


def setting_texts(keys: Iterable[str], evidence: Evidence) -> Iterator[str]:
    """The texts of the settings' values in this run, without the empty ones."""
    for key in keys:
        full = key if ":" in key else f"{evidence.project.name}:{key}"
        yield from (text for text in leaves(evidence.configuration.values.get(full)) if text)


def texts(resource: Resource) -> Iterator[str]:
    """Every text among the inputs that is no label."""
    for key, value in resource.inputs.items():
        if key not in LABELS:
            yield from leaves(value)


def leaves(value: Any) -> Iterator[str]:
    """Every text of a value; a number or a truth value as text."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif value is not None:
        yield str(value)


def _mentions(text: str, identity: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(identity)}(?![\w-])", text) is not None
