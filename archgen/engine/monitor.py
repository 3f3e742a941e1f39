"""The engine's side of the Pulumi protocol, in process: it answers a program's requests and writes them down.

Method names are the protocol's (`ResourceMonitor` and `Engine` services of pulumi `proto/`). The SDK calls them from
several threads.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2

from archgen.engine import positions, sdk
from archgen.engine.aliases import earlier_urns
from archgen.engine.clouds import Identity, cloud_of
from archgen.engine.positions import Position
from archgen.engine.recording import PROVIDER_TYPE_PREFIX, RunProblem, Severity
from archgen.engine.shaping import outputs_of
from archgen.engine.wire import Empty, Struct, from_struct, plain, to_struct

STACK_TYPE = "pulumi:pulumi:Stack"
# Their field is called `return`, which can only be given by name in a mapping.
_InvokeResponse: Any = resource_pb2.ResourceInvokeResponse
_CallResponse: Any = provider_pb2.CallResponse


@dataclass(frozen=True, kw_only=True)
class Registration:
    """One registered resource; `inputs` are wire values, wrappers kept."""

    urn: str
    type: str
    name: str
    parent: str
    custom: bool
    inputs: Mapping[str, Any]
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    protect: bool
    provider: str
    position: Position | None
    identities: tuple[str, ...]
    aliases: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Monitor:
    """Records one run. `settings` are the run's typed values by complete key; `root` is the project's folder."""

    project: str
    stack: str
    preview: bool
    root: Path
    settings: Mapping[str, Any]
    registrations: dict[str, Registration] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)
    problems: list[RunProblem] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _stack_urn: str = ""
    _invoked_at: dict[str, set[Position | None]] = field(default_factory=dict)
    # The lazy modules of the SDKs are not thread-safe: every request, class look-ups included, runs under this lock.
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def saw_invoke(self, token: str) -> None:
        """Note where a function was called from: its request will not tell."""
        self._invoked_at.setdefault(token, set()).add(positions.of_caller(self.root))

    def RegisterResource(self, request: Any, context: Any = None) -> Any:
        """Record a resource and answer as its provider would."""
        with self._lock:
            urn = self._urn(request)
            position = self._position(request)
            inputs = from_struct(request.object)
            identity = self._identity(request, urn, inputs)
            outputs = outputs_of(request.type, inputs, identity) if request.custom else inputs
            if request.remote:
                self._problem("cloud-read", f"{request.type} is a component of a remote package", urn, position)
            if request.type == STACK_TYPE:
                self._stack_urn = urn
            elif urn in self.registrations:
                self._problem("duplicate-urn", _duplicate(self.registrations[urn]), urn, position)
            else:
                self._check_parent(request, urn, position)
                references = _references(identity, outputs) if identity else ()
                above = self.registrations.get(request.parent)
                aliases = earlier_urns(request, urn, above.aliases if above else ())
                self.registrations[urn] = _registration(request, urn, inputs, position, references, aliases)
            self._known.add(urn)
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=identity.id if identity else "", object=to_struct(outputs)
        )

    def ReadResource(self, request: Any, context: Any = None) -> Any:
        """Refuse to read what exists already: record a problem, and echo what was asked."""
        with self._lock:
            urn = self._urn(request)
            self._known.add(urn)
            message = f"{request.type} '{request.name}' is read from the cloud, which an offline run cannot do"
            self._problem("cloud-read", message, urn, self._position(request))
        return resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)

    def RegisterResourceOutputs(self, request: Any, context: Any = None) -> Any:
        """Keep the outputs of the stack; a component's own say nothing that its resources do not."""
        with self._lock:
            if request.urn == self._stack_urn:
                self.outputs = from_struct(request.outputs)
        return Empty()

    def Invoke(self, request: Any, context: Any = None) -> Any:
        """Answer a look-up from the cloud's table, or record that nothing is known."""
        with self._lock:
            cloud = cloud_of(request.tok.partition(":")[0], self.settings)
            result = cloud.answer(request.tok, plain(from_struct(request.args)))
            if result is None:
                for position in sorted(self._invoked_at.get(request.tok) or {None}, key=_order):
                    message = f"{request.tok} asks the cloud, and no offline answer is known for it"
                    self._problem("unfaked-invoke", message, None, position)
        return _InvokeResponse(**{"return": to_struct(result or {})})

    def Call(self, request: Any, context: Any = None) -> Any:
        """Record that a provider's method was called, which only the provider can run."""
        with self._lock:
            message = f"{request.tok} is a method that runs in a provider, which an offline run cannot call"
            self._problem("unfaked-invoke", message, None, self._position(request))
        return _CallResponse(**{"return": Struct()})

    def GetDeploymentInfo(self, request: Any, context: Any = None) -> Any:
        """Say what this engine supports."""
        return resource_pb2.DeploymentInfo(supportedFeatures=sdk.features())

    def RegisterPackage(self, request: Any, context: Any = None) -> Any:
        """Accept a parameterised provider under its own name."""
        return resource_pb2.RegisterPackageResponse(ref=request.name)

    def SignalAndWaitForShutdown(self, request: Any, context: Any = None) -> Any:
        """Let the program end at once."""
        return Empty()

    def Log(self, request: Any, context: Any = None) -> Any:
        """Keep warnings and errors as problems."""
        with self._lock:
            if request.severity in (engine_pb2.WARNING, engine_pb2.ERROR):
                severity: Severity = "warning" if request.severity == engine_pb2.WARNING else "error"
                self.problems.append(
                    RunProblem(
                        kind="program-log", message=request.message.strip(), urn=request.urn or None, severity=severity
                    )
                )
        return Empty()

    def GetRootResource(self, request: Any, context: Any = None) -> Any:
        """Name the stack."""
        return engine_pb2.GetRootResourceResponse(urn=self._stack_urn)

    def SetRootResource(self, request: Any, context: Any = None) -> Any:
        """Accept the stack that was registered."""
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: Any = None) -> Any:
        """Accept any demand on the command line's version: there is none here."""
        return engine_pb2.RequirePulumiVersionResponse()

    @property
    def stack_urn(self) -> str:
        """The URN of the stack itself, the parent of what has no other."""
        return self._stack_urn

    def is_known(self, urn: str) -> bool:
        """Whether something of this URN was registered or read."""
        return urn in self._known

    def _urn(self, request: Any) -> str:
        """As the Pulumi engine builds it: the types of all ancestors but the stack, then the type and the name."""
        type = request.type
        parent = request.parent.split("::")[2] if request.parent else ""
        qualified = f"{parent}${type}" if parent and parent != STACK_TYPE else type
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{request.name}"

    def _identity(self, request: Any, urn: str, inputs: Mapping[str, Any]) -> Identity | None:
        if self.preview or not request.custom:
            return None
        if request.type.startswith(PROVIDER_TYPE_PREFIX):
            return Identity(id=request.name, name=request.name, name_from="", outputs={})
        cloud = cloud_of(request.type.partition(":")[0], self.settings)
        return cloud.identify(request.type, urn, request.name, plain(dict(inputs)))

    def _check_parent(self, request: Any, urn: str, position: Position | None) -> None:
        if request.parent and request.parent not in self._known:
            self._problem("missing-parent", f"its parent {request.parent} was never registered", urn, position)

    def _position(self, request: Any) -> Position | None:
        frames = ((frame.pc.uri, frame.pc.line) for frame in request.stackTrace.frames)
        return positions.of_stack_trace(self.root, frames)

    def _problem(self, kind: str, message: str, urn: str | None, position: Position | None) -> None:
        file, line = (position.file, position.line) if position else (None, None)
        self.problems.append(RunProblem(kind=kind, message=message, urn=urn, file=file, line=line))


def _registration(
    request: Any,
    urn: str,
    inputs: Mapping[str, Any],
    position: Position | None,
    identities: tuple[str, ...],
    aliases: tuple[str, ...],
) -> Registration:
    sources = {key: tuple(sorted(each.urns)) for key, each in request.propertyDependencies.items() if each.urns}
    return Registration(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=request.custom,
        inputs=inputs,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies=dict(sorted(sources.items())),
        protect=request.protect,
        provider=request.provider,
        position=position,
        identities=identities,
        aliases=aliases,
    )


def _references(identity: Identity, outputs: Mapping[str, Any]) -> tuple[str, ...]:
    """What others may refer to the resource by: its id and name, and the outputs that its cloud's table knows."""
    told = (plain(outputs.get(key)) for key in (identity.name_from, "arn", *identity.outputs))
    return tuple(sorted({identity.id, *(each for each in told if isinstance(each, str) and each)}))


def _duplicate(first: Registration) -> str:
    where = f", first at {first.position.file}:{first.position.line}" if first.position else ""
    return f"{first.type} '{first.name}' is registered twice{where}: give each its own name"


def _order(position: Position | None) -> tuple[str, int]:
    return (position.file, position.line) if position else ("", 0)
