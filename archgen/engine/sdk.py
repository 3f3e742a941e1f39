"""The one place that touches private parts of the Pulumi SDK: its type tables and its way of running a program.

Everything else in archgen speaks to these functions. `tests/engine/test_sdk.py` names each private name used here, so
that a new SDK version that moves one fails there and nowhere else.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import keyword
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, Union

import pulumi
import pulumi.runtime
from pulumi import _types
from pulumi.runtime import resource as runtime_resource
from pulumi.runtime import settings as runtime_settings
from pulumi.runtime import stack as runtime_stack
from pulumi.runtime.proto import resource_pb2

THREADS = 16
ROOT_MODULES = ("index", "provider", "providers")
FEATURES = (
    "ALIAS_SPECS",
    "DELETED_WITH",
    "INVOKE_PARENT",
    "OUTPUT_VALUES",
    "PARAMETERIZATION",
    "REPLACEMENT_TRIGGER",
    "REPLACE_WITH",
    "RESOURCE_REFERENCES",
    "SECRETS",
)


@dataclass(frozen=True)
class Fields:
    """The properties of an arguments class by wire name with their types, and the names of the required ones."""

    types: Mapping[str, Any]
    required: frozenset[str]


def run(program: Callable[[], None], *, monitor: Any, settings: Mapping[str, Any]) -> None:
    """Run `program` under a Pulumi stack whose requests `monitor` answers; raises what the program raises.

    `settings` are `project`, `stack`, `preview`, `root`, `config` (texts by complete key) and `secrets` (keys). Changes
    state of the whole process: call it once in a process of its own.
    """
    _forget()
    pulumi.runtime.set_all_config(dict(settings["config"]), sorted(settings["secrets"]))
    pulumi.runtime.configure(
        pulumi.runtime.Settings(
            project=settings["project"],
            stack=settings["stack"],
            monitor=monitor,
            engine=monitor,
            parallel=THREADS,
            dry_run=settings["preview"],
            organization="organization",
            root_directory=settings["root"],
        )
    )
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    setattr(runtime_stack, "wait_for_rpcs", _wait_for_rpcs)  # noqa: B010
    setattr(runtime_resource, "_get_source_position_for_frame", _position())  # noqa: B010
    loop.run_until_complete(pulumi.runtime.run_in_stack(program))


def _forget() -> None:
    """Drop what an earlier program has left in a process that this one forked from: its stack and its requests."""
    runtime_settings.ROOT.set(None)
    runtime_stack._get_rpc_manager().clear()
    runtime_stack.SETTINGS.outputs.clear()


def _position() -> Callable[[Any], Any]:
    """The SDK's own, remembering each line: it makes a URI of every frame above every resource, a tenth of a run."""
    original = runtime_resource._get_source_position_for_frame
    known: dict[tuple[str, int | None], Any] = {}

    def position(frame: Any) -> Any:
        line = (frame.filename, frame.lineno)
        if line not in known:
            known[line] = original(frame)
        return known[line]

    return position


async def _wait_for_rpcs(await_all_outstanding_tasks: bool = True) -> None:
    """Until no request and no output is outstanding; raises the first failure.

    In place of the SDK's own, which asks all outstanding outputs again after each that completes: with 550 resources
    that is a third of the whole run.
    """
    requests, state = runtime_stack._get_rpc_manager(), runtime_stack.SETTINGS
    while True:
        while requests.rpcs:
            await asyncio.sleep(0)
            try:
                await requests.rpcs.pop()
            except Exception as error:
                if requests.unhandled_exception is None:
                    raise
                raise error from requests.unhandled_exception.with_traceback(requests.exception_traceback)
        if requests.unhandled_exception is not None:
            raise requests.unhandled_exception.with_traceback(requests.exception_traceback)
        while state.outputs:
            outstanding = list(state.outputs)
            state.outputs.clear()
            await asyncio.gather(*outstanding)
        if not requests.rpcs:
            return


def on_invoke(seen: Callable[[str], None]) -> None:
    """Have `seen` called with the token of each function that a program calls, on the caller's own stack.

    The request itself carries no stack trace. Changes the SDK of this process.
    """
    for name in ("invoke", "invoke_async", "invoke_output"):
        original = getattr(pulumi.runtime, name)

        def watched(tok: str, *args: Any, _original: Callable[..., Any] = original, **kwargs: Any) -> Any:
            seen(tok)
            return _original(tok, *args, **kwargs)

        setattr(pulumi.runtime, name, watched)


def on_failed_apply(seen: Callable[[BaseException], None]) -> None:
    """Have `seen` called with each exception that a function given to `Output.apply` raises, where it is raised.

    The exception travels on through several futures, which drop its traceback or not as they happen to be awaited.
    Changes the SDK of this process.
    """
    original = pulumi.Output.apply

    def watched(self: Any, func: Callable[[Any], Any], *args: Any, **kwargs: Any) -> Any:
        def call(value: Any) -> Any:
            try:
                return func(value)
            except BaseException as error:
                seen(error)
                raise

        return original(self, call, *args, **kwargs)

    pulumi.Output.apply = watched


def features() -> list[int]:
    """What the monitor supports. The SDK refuses a program that needs more, naming what it needs.

    Left out: what calls back into the program (transforms, hooks, state migrations), and look-ups that an engine holds
    back until their dependencies are there.
    """
    return [resource_pb2.ResourceMonitorFeature.Value(f"RESOURCE_MONITOR_FEATURE_{name}") for name in FEATURES]


@cache
def resource_class(token: str) -> type | None:
    """The SDK's class of a type token (`aws:kinesis/stream:Stream`), None when its package is not installed.

    Packages are `pulumi_<name>`, modules the middle of the token up to the slash, as Pulumi's generator writes them.
    """
    package, module, name = token.split(":")
    python = f"pulumi_{package.replace('-', '_')}"
    path = (module if package == "azure-native" else module.partition("/")[0]).replace("/", ".").replace("-", "")
    if package == "pulumi":
        python, path, name = f"pulumi_{name.replace('-', '_')}", "", "Provider"
    elif path in ROOT_MODULES:
        path = ""
    elif keyword.iskeyword(path):
        path += "_"
    try:
        found = getattr(importlib.import_module(f"{python}.{path}" if path else python), name, None)
    except ImportError:
        return None
    return found if isinstance(found, type) else None


@cache
def arguments_class(token: str) -> type | None:
    """The arguments class of a resource. Where a nested type has its name, Pulumi calls it `<Resource>InitArgs`."""
    resource = resource_class(token)
    if resource is None:
        return None
    module = importlib.import_module(resource.__module__)
    return getattr(module, f"{resource.__name__}InitArgs", None) or getattr(module, f"{resource.__name__}Args", None)


@cache
def fields_of(arguments: type) -> Fields:
    """The fields of an arguments class or of a nested input type."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    types = _types.input_type_types(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    required = (
        names.get(parameter, parameter)
        for parameter, told in parameters.items()
        if told.default is inspect.Parameter.empty and parameter not in ("__self__", "self")
    )
    return Fields({wire: types.get(wire) for wire in names.values()}, frozenset(required))


@cache
def output_types(token: str) -> Mapping[str, Any]:
    """The types of a resource's outputs by wire name; none for an unknown resource."""
    resource = resource_class(token)
    return _types.resource_types(resource) if resource else {}


@cache
def nested_output_types(output: type) -> Mapping[str, Any]:
    """The types of a nested output's fields by wire name."""
    return _types.output_type_types(output)


def is_output_type(candidate: Any) -> bool:
    """Whether this is one of the SDK's nested output classes."""
    return isinstance(candidate, type) and _types.is_output_type(candidate)


def is_input_type(candidate: Any) -> bool:
    """Whether this is one of the SDK's nested input classes."""
    return isinstance(candidate, type) and _types.is_input_type(candidate)


def without_optional(declared: Any) -> Any:
    """`T` of `Optional[T]`."""
    return _types.unwrap_optional_type(declared)


def without_input(declared: Any) -> Any:
    """`T` of `Input[T]`, `Output[T]` and `Optional[Input[T]]`."""
    return _types.unwrap_type(declared)


def member_for(members: tuple[Any, ...], value: Mapping[str, Any]) -> Any | None:
    """The one type of a union of objects that a wire value can be, None when none or several match."""
    union: Any = Union.__getitem__(members)
    if len(members) < 2 or not _types.is_discriminated_union(union):
        return None
    return _types.reduce_discriminated_union(union, value, lambda _, name: name)
