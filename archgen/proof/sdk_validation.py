"""Recorded inputs against the SDK's own arguments classes: names, types, enumerations, required properties."""

from __future__ import annotations

import collections.abc as abc
import enum
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin

from archgen.engine import sdk
from archgen.engine.recording import ASSET_KEY, RESOURCE_KEY, UNKNOWN

SHOWN = 8
OPEN = "Known"
"""How Azure names an enumeration that lists what is known and takes more."""
MISTAKEN = frozenset({"ConditionOperator"})
"""Enumerations of another service of the same name: azure-native 3.29 gives a scheduled query rule `gt`, where its API
takes `GreaterThan`."""


def faults(type: str, inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(path, what is wrong) for each fault of a resource's plain inputs; none where the SDK does not know the type."""
    arguments = sdk.arguments_class(type)
    if arguments is not None:
        yield from _object(inputs, arguments, "")


def _object(value: Mapping[str, Any], arguments: type, path: str) -> Iterator[tuple[str, str]]:
    fields = sdk.fields_of(arguments)
    for key, each in value.items():
        if key.startswith("__"):
            continue
        where = f"{path}.{key}" if path else key
        if key not in fields.types:
            yield where, f"{arguments.__name__} has no such property"
        else:
            yield from _value(each, fields.types[key], where)
    for key in sorted(fields.required):
        if value.get(key) is None:
            yield f"{path}.{key}" if path else key, f"{arguments.__name__} requires this property"


def _value(value: Any, declared: Any, path: str) -> Iterator[tuple[str, str]]:
    if value is None or value == UNKNOWN or declared is None or declared is Any:
        return
    declared = sdk.without_input(declared)
    origin = get_origin(declared) or declared
    if isinstance(value, dict) and set(value) == {ASSET_KEY}:
        return
    if isinstance(value, dict) and set(value) == {RESOURCE_KEY}:
        yield path, "a whole resource is given; give its id, name or ARN"
    elif origin is Union:
        yield from _union(value, declared, path)
    elif origin in (list, abc.Sequence):
        yield from _sequence(value, declared, path)
    elif origin in (dict, abc.Mapping):
        yield from _mapping(value, declared, path)
    elif sdk.is_input_type(declared):
        if isinstance(value, dict):
            yield from _object(value, declared, path)
        else:
            yield path, f"an object ({declared.__name__}) is expected, found {_kind(value)}"
    elif isinstance(declared, type) and issubclass(declared, enum.Enum):
        yield from _enumeration(value, (declared,), path)
    else:
        yield from _scalar(value, declared, path)


def _union(value: Any, declared: Any, path: str) -> Iterator[tuple[str, str]]:
    members = tuple(each for each in get_args(declared) if each is not type(None))
    enumerations = tuple(each for each in members if isinstance(each, type) and issubclass(each, enum.Enum))
    if isinstance(value, str) and any(_open(each) for each in enumerations):
        return
    if enumerations and isinstance(value, str):
        yield from _enumeration(value, enumerations, path)
        return
    objects = tuple(each for each in members if sdk.is_input_type(each))
    if isinstance(value, dict) and (member := sdk.member_for(objects, value)) is not None:
        yield from _value(value, member, path)
        return
    yield from min(([*_value(value, member, path)] for member in members), key=len, default=[])


def _open(enumeration: type[enum.Enum]) -> bool:
    """Whether a text that it does not list may still be right."""
    return enumeration.__name__.startswith(OPEN) or enumeration.__name__ in MISTAKEN


def _sequence(value: Any, declared: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, f"a list is expected, found {_kind(value)}"
        return
    item = next(iter(get_args(declared)), None)
    for index, each in enumerate(value):
        yield from _value(each, item, f"{path}[{index}]")


def _mapping(value: Any, declared: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, f"a map is expected, found {_kind(value)}"
        return
    item = (*get_args(declared), None, None)[1]
    for key, each in value.items():
        yield from _value(each, item, f"{path}.{key}")


def _enumeration(value: Any, enumerations: tuple[type[enum.Enum], ...], path: str) -> Iterator[tuple[str, str]]:
    allowed = sorted({str(member.value) for enumeration in enumerations for member in enumeration})
    if str(value) not in allowed:
        more = ", ..." if len(allowed) > SHOWN else ""
        yield path, f"{value!r} is none of {', '.join(allowed[:SHOWN])}{more}"


def _scalar(value: Any, declared: Any, path: str) -> Iterator[tuple[str, str]]:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if declared is str and not isinstance(value, str):
        yield path, f"text is expected, found {_kind(value)}"
    elif declared is bool and not isinstance(value, bool):
        yield path, f"true or false is expected, found {_kind(value)}"
    elif declared in (int, float) and not number:
        yield path, f"a number is expected, found {_kind(value)}"
    elif declared is int and isinstance(value, float):
        yield path, f"a whole number is expected, found {value}"


def _kind(value: Any) -> str:
    match value:
        case bool():
            return f"the boolean {str(value).lower()}"
        case str():
            return f"the text {value!r}"
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case _:
            return "an object"
