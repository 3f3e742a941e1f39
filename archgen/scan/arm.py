"""A recording as an ARM template, which is what there is to scan for azure-native."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from archgen.engine import Resource
from archgen.engine.recording import UNKNOWN
from archgen.registry import data_of
from archgen.scan.addressing import addressed

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def addresses(resources: Sequence[Resource]) -> Mapping[str, Resource]:
    """Each resource of a type that `arm.yaml` has by `<ARM type>.<name>`, the form in which a report names it."""
    return addressed(resources, _address)


def template(addressed: Mapping[str, Resource]) -> dict[str, Any]:
    """The template that has the resources of `addresses`, as plain data."""
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "resources": [_row(address.rpartition(".")[2], resource) for address, resource in addressed.items()],
    }


def _address(resource: Resource) -> str | None:
    told = _table()["types"].get(resource.type)
    return f"{told['type']}.{_full_name(resource)}" if told else None


def _row(name: str, resource: Resource) -> dict[str, Any]:
    table = _table()
    told = table["types"][resource.type]
    row: dict[str, Any] = {"type": told["type"], "apiVersion": told["version"], "name": name}
    properties: dict[str, Any] = {}
    for key, value in resource.inputs.items():
        value = _known(value)
        if key in table["envelope"]:
            row[key] = value
        elif key == "properties" and isinstance(value, dict):
            properties |= value
        elif key in told.get("children", ()):
            properties[key] = [_child(each) for each in value]
        elif key not in ("resourceGroupName", told["name"]):
            properties[told.get("rename", {}).get(key, key)] = value
    return {**row, "properties": properties}


def _full_name(resource: Resource) -> str:
    """The physical name, or the logical one where the provider makes it up, with a segment for each parent."""
    told = _table()["types"][resource.type]
    given = resource.inputs.get(told["name"])
    name = given if isinstance(given, str) and given != UNKNOWN and "." not in given else resource.name
    return "/".join([name] * told["type"].count("/"))


def _child(value: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: each for key, each in value.items() if key != "name"}
    return {"name": value.get("name", ""), "properties": rest}


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _known(each) for key, each in value.items() if each != UNKNOWN}
    return [_known(each) for each in value if each != UNKNOWN] if isinstance(value, list) else value


@cache
def _table() -> Mapping[str, Any]:
    return data_of(pathlib.Path(__file__).with_name("arm.yaml"))
