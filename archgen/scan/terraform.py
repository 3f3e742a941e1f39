"""A recording as the JSON form of a Terraform plan (https://developer.hashicorp.com/terraform/internals/json-format)."""

from __future__ import annotations

import collections.abc as abc
import re
from collections.abc import Mapping, Sequence
from typing import Any, Union, get_args, get_origin

from archgen.engine import Resource, sdk
from archgen.engine.recording import ASSET_KEY, RESOURCE_KEY, UNKNOWN
from archgen.scan.addressing import addressed
from archgen.scan.naming import aliases, singular, snake_case, terraform_provider, terraform_type

FORMAT_VERSION = "1.2"
TERRAFORM_VERSION = "1.9.0"
"""A version that writes this format; a scanner takes a document without one for no plan."""
_LEFT_OUT = object()
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")


def addresses(resources: Sequence[Resource]) -> Mapping[str, Resource]:
    """Each resource of a bridged provider by its Terraform address, in the order given; no address twice."""
    return addressed(resources, _address)


def plan(addressed: Mapping[str, Resource]) -> dict[str, Any]:
    """The plan that would create the resources of `addresses`, as plain data."""
    by_urn = {resource.urn: address for address, resource in addressed.items()}
    rows = [_row(address, resource) for address, resource in addressed.items()]
    heads = [{key: row[key] for key in ("address", "mode", "type", "name")} for row in rows]
    return {
        "format_version": FORMAT_VERSION,
        "terraform_version": TERRAFORM_VERSION,
        "planned_values": {"root_module": {"resources": rows}},
        "resource_changes": [
            {**head, "change": {"actions": ["create"], "before": None, "after": row["values"], "after_unknown": {}}}
            for head, row in zip(heads, rows, strict=True)
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {**head, "expressions": _references(resource, by_urn)}
                    for head, resource in zip(heads, addressed.values(), strict=True)
                ]
            }
        },
    }


def _address(resource: Resource) -> str | None:
    type = terraform_type(resource.type)
    return f"{type}.{_NOT_IN_A_NAME.sub('_', resource.name)}" if type else None


def _row(address: str, resource: Resource) -> dict[str, Any]:
    type, _, name = address.partition(".")
    values = _object(resource.inputs, sdk.arguments_class(resource.type))
    values |= {alias: values[key] for key, alias in aliases(type).items() if key in values}
    return {
        "address": address,
        "mode": "managed",
        "type": type,
        "name": name,
        "provider_name": terraform_provider(resource.type),
        "schema_version": 0,
        "values": values,
    }


def _references(resource: Resource, by_urn: Mapping[str, str]) -> dict[str, Any]:
    """Which other resources an argument's value came from: rules about two resources follow them."""
    found = {}
    for key, urns in resource.property_dependencies.items():
        others = [by_urn[urn] for urn in urns if urn in by_urn]
        if others:
            found[snake_case(key)] = {"references": [each for other in others for each in (f"{other}.id", other)]}
    return found


def _object(value: Mapping[str, Any], arguments: type | None) -> dict[str, Any]:
    fields = sdk.fields_of(arguments).types if arguments else {}
    found: dict[str, Any] = {}
    for key, each in value.items():
        if key.startswith("__"):
            continue
        declared = fields.get(key)
        converted = _value(each, declared)
        if converted is _LEFT_OUT:
            continue
        name = snake_case(key)
        found[name] = converted
        if _is_list_of_objects(each):
            # Whether a list of blocks got a plural from the bridge is not to be told from the SDK: both names are
            # given, and a scanner reads the one that it knows.
            found[singular(name)] = converted
    return found


def _value(value: Any, declared: Any) -> Any:
    if value == UNKNOWN or (isinstance(value, dict) and set(value) in ({ASSET_KEY}, {RESOURCE_KEY})):
        return _LEFT_OUT
    if isinstance(value, list):
        item = _item_of(declared)
        known = (_value(each, item) for each in value)
        # The items are blocks themselves, so that their own lists of one are taken off again.
        return [_block(each) if isinstance(old, dict) else each for old, each in _kept(value, known)]
    if isinstance(value, dict):
        arguments = _arguments_in(declared)
        if arguments is None:
            return {key: each for key, each in value.items() if each != UNKNOWN}
        return [_object(value, arguments)]
    return value


def _kept(value: Sequence[Any], converted: abc.Iterable[Any]) -> list[tuple[Any, Any]]:
    return [(old, new) for old, new in zip(value, converted, strict=True) if new is not _LEFT_OUT]


def _block(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def _members(declared: Any) -> tuple[Any, ...]:
    """The types that a declaration allows, inputs and options taken off."""
    if declared is None or declared is Any:
        return ()
    plain = sdk.without_input(declared)
    return get_args(plain) if (get_origin(plain) or plain) is Union else (plain,)


def _item_of(declared: Any) -> Any:
    for member in _members(declared):
        if get_origin(member) in (list, abc.Sequence):
            return next(iter(get_args(member)), None)
    return None


def _arguments_in(declared: Any) -> type | None:
    """The arguments class that an object is declared with; None for a free mapping, such as tags."""
    return next((member for member in _members(declared) if sdk.is_input_type(member)), None)
