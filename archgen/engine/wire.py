"""The values of the Pulumi protocol: how secrets, outputs, references and assets are wrapped, and how to unwrap them.

The signatures are part of the protocol between the language SDKs and the engine (pulumi `sdk/python/lib/pulumi/runtime/
rpc.py`); a test holds them against the installed SDK.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf import empty_pb2, json_format, struct_pb2

from archgen.engine.recording import ASSET_KEY, RESOURCE_KEY, UNKNOWN

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"


# protobuf makes these classes at import time, where a type checker does not see them.
Struct: Any = struct_pb2.Struct  # ty: ignore[missing-attribute]
Empty: Any = empty_pb2.Empty  # ty: ignore[missing-attribute]


def from_struct(struct: Any) -> dict[str, Any]:
    """The protobuf struct as plain data, wrappers kept."""
    return json_format.MessageToDict(struct)


def to_struct(values: Mapping[str, Any]) -> Any:
    """Plain data as a protobuf struct; entries that are None are left out."""
    struct = Struct()
    json_format.ParseDict({key: value for key, value in values.items() if value is not None}, struct)
    return struct


def is_wrapper(value: Any) -> bool:
    """Whether this is a secret or an output around another value."""
    return isinstance(value, dict) and value.get(SIGNATURE) in (SECRET, OUTPUT)


def is_secret(value: Any) -> bool:
    """Whether this is a value marked as secret, in either of the protocol's two forms."""
    return is_wrapper(value) and (value[SIGNATURE] == SECRET or bool(value.get("secret")))


def unwrap(value: Any) -> Any:
    """One wrapper taken off; an output without a value is unknown."""
    return value.get("value", UNKNOWN) if is_wrapper(value) else value


def plain(value: Any) -> Any:
    """The value without any wrapper; numbers without a fraction become `int` again (the protocol has doubles only)."""
    if is_wrapper(value):
        return plain(unwrap(value))
    if isinstance(value, dict):
        return _plain_mapping(value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _plain_mapping(value: dict[str, Any]) -> Any:
    match value.get(SIGNATURE):
        case str(signature) if signature == RESOURCE:
            return {RESOURCE_KEY: value.get("urn", "")}
        case str(signature) if signature in (ASSET, ARCHIVE):
            content = {key: plain(each) for key, each in value.items() if key != SIGNATURE and key != "hash"}
            return {ASSET_KEY: content}
        case _:
            return {key: plain(each) for key, each in value.items()}


def leaves(value: Any, path: str = "", secret: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Every scalar under a wire value with its path and whether any wrapper around it makes it secret."""
    if is_wrapper(value):
        yield from leaves(unwrap(value), path, secret or is_secret(value))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{path}.{key}" if path else key, secret)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, f"{path}[{index}]", secret)
    else:
        yield path, value, secret


def secret_paths(value: Any, path: str = "") -> Iterator[str]:
    """The path of every outermost secret under a wire value."""
    if is_secret(value):
        yield path
    elif is_wrapper(value):
        yield from secret_paths(unwrap(value), path)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from secret_paths(each, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from secret_paths(each, f"{path}[{index}]")
