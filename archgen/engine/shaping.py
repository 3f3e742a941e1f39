"""What a provider would return for a resource: values that fit the SDK's own declared output types.

An input is echoed where it fits its output, and dropped where it does not (an output map where a list was given). What
is left is unknown in a preview and made up in `up`, so that a program's `apply` functions really run.
"""

from __future__ import annotations

import collections.abc as abc
import enum
import json
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

from archgen.engine import sdk
from archgen.engine.clouds import Identity
from archgen.engine.recording import UNKNOWN
from archgen.engine.wire import is_wrapper, plain, unwrap

_DROPPED = object()


def outputs_of(type: str, inputs: Mapping[str, Any], identity: Identity | None) -> dict[str, Any]:
    """The outputs of a resource by wire name. `inputs` are wire values; `identity` is None in a preview."""
    types = sdk.output_types(type)
    echoed = {key: _fit(value, types.get(key)) for key, value in inputs.items()}
    outputs = {key: value for key, value in echoed.items() if value is not _DROPPED}
    if identity is None:
        return outputs
    arguments = sdk.arguments_class(type)
    settable = sdk.fields_of(arguments).types if arguments else {}
    known = {**identity.outputs, identity.name_from: identity.name}
    for key, declared in types.items():
        if isinstance(outputs.get(key), dict) and isinstance(known.get(key), dict):
            # Some outputs have both: `identity` is given with its type and comes back with its principal.
            outputs[key] = _completed(outputs[key], _fit(known[key], declared))
        elif key not in outputs:
            fitting = _fit(known[key], declared) if key in known else _DROPPED
            outputs[key] = (
                _made(f"{identity.name}-{key}", declared, computed=key not in settable)
                if fitting is _DROPPED
                else fitting
            )
    return outputs


def _completed(echoed: dict[str, Any], made: Any) -> dict[str, Any]:
    """An echoed object with what its cloud adds to it; a secret one stays secret."""
    if is_wrapper(echoed):
        inner = unwrap(echoed)
        return {**echoed, "value": _completed(inner, made)} if isinstance(inner, dict) else echoed
    return {**made, **echoed} if isinstance(made, dict) else echoed


def _fit(value: Any, declared: Any) -> Any:
    """`value` in the form of the declared output type, `_DROPPED` when it has none."""
    if is_wrapper(value):
        inner = _fit(unwrap(value), declared)
        return _DROPPED if inner is _DROPPED else {**value, "value": inner}
    if value == UNKNOWN or declared is None or declared is Any:
        return value
    declared = sdk.without_optional(declared)
    origin = get_origin(declared) or declared
    if origin is Union:
        return _fit_union(value, get_args(declared))
    if origin in (list, abc.Sequence):
        return _fit_sequence(value, declared)
    if origin in (dict, abc.Mapping):
        return _fit_mapping(value, declared)
    if sdk.is_output_type(declared):
        return _fit_object(value, declared)
    if declared is str and not isinstance(value, str):
        return json.dumps(plain(value))
    if isinstance(declared, type) and issubclass(declared, (bool, int, float, enum.Enum)):
        return _DROPPED if isinstance(value, dict | list) else value
    return value


def _fit_union(value: Any, members: tuple[Any, ...]) -> Any:
    if isinstance(value, dict) and (member := sdk.member_for(members, value)) is not None:
        return _fit(value, member)
    fitting = (_fit(value, member) for member in members)
    return next((each for each in fitting if each is not _DROPPED), _DROPPED)


def _fit_sequence(value: Any, declared: Any) -> Any:
    if not isinstance(value, list):
        return _DROPPED
    item = next(iter(get_args(declared)), None)
    fitting = [_fit(each, item) for each in value]
    return _DROPPED if any(each is _DROPPED for each in fitting) else fitting


def _fit_mapping(value: Any, declared: Any) -> Any:
    if not isinstance(value, dict):
        return _DROPPED
    item = (*get_args(declared), None, None)[1]
    fitting = {key: _fit(each, item) for key, each in value.items()}
    return _DROPPED if any(each is _DROPPED for each in fitting.values()) else fitting


def _fit_object(value: Any, declared: type) -> Any:
    if not isinstance(value, dict):
        return _DROPPED
    types = sdk.nested_output_types(declared)
    fitting = {key: _fit(each, types.get(key)) for key, each in value.items()}
    return {key: each for key, each in fitting.items() if each is not _DROPPED}


def _made(text: str, declared: Any, *, computed: bool, depth: int = 0) -> Any:
    """A value of the declared type. A computed list has one element, since programs take its first."""
    declared = sdk.without_optional(declared)
    origin = get_origin(declared) or declared
    if origin in (list, abc.Sequence):
        item = next(iter(get_args(declared)), str)
        # Some nested types contain themselves: two levels are as deep as programs read.
        return [_made(text, item, computed=computed, depth=depth + 1)] if computed and depth < 2 else []
    if origin in (dict, abc.Mapping):
        return {}
    if origin is Union:
        return _made(text, get_args(declared)[0], computed=computed, depth=depth)
    if sdk.is_output_type(declared):
        types = sdk.nested_output_types(declared) if depth < 2 else {}
        return {key: _made(f"{text}-{key}", each, computed=computed, depth=depth + 1) for key, each in types.items()}
    if declared is bool:
        return False
    if declared in (int, float):
        return 1
    if isinstance(declared, type) and issubclass(declared, enum.Enum):
        return next(iter(declared)).value
    return text
