"""Whether the paths that tables speak of are those of the SDKs."""

from __future__ import annotations

import collections.abc as abc
from typing import Any, get_args, get_origin

from archgen.engine import sdk


def _member(declared: Any) -> Any:
    """The type of the members of a list or a mapping, Input and Optional taken off."""
    declared = sdk.without_input(declared)
    if get_origin(declared) in (list, abc.Sequence, dict, abc.Mapping):
        return get_args(declared)[-1]
    return next((_member(each) for each in get_args(declared) if _member(each) is not None), None)


def _object(declared: Any) -> type | None:
    declared = sdk.without_input(declared)
    if sdk.is_input_type(declared):
        return declared
    return next((found for each in get_args(declared) if (found := _object(each)) is not None), None)


def follow(type: str, path: str) -> None:
    """Assert that the class of `type` has inputs along `path`; below a free mapping any key is right."""
    arguments: Any = sdk.arguments_class(type)
    assert arguments is not None, type
    for part in path.split("."):
        name = part.removesuffix("[]")
        assert arguments is not None, f"{type}: {path} goes too deep"
        fields = sdk.fields_of(arguments).types
        assert name in fields, f"{type}: {arguments.__name__} has no {name}"
        declared = _member(fields[name]) if part.endswith("[]") else fields[name]
        assert declared is not None, f"{type}: {name} has no members"
        arguments = _object(declared)
        if arguments is None and _is_mapping(declared):
            return


def _is_mapping(declared: Any) -> bool:
    declared = sdk.without_input(declared)
    return get_origin(declared) in (dict, abc.Mapping) or any(_is_mapping(each) for each in get_args(declared))
