"""What a finished run's records show: missing dependencies, outputs in strings, secrets in clear, unknowns in `up`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from archgen.engine.configuration import canary
from archgen.engine.monitor import Monitor, Registration
from archgen.engine.recording import UNKNOWN, RunProblem
from archgen.engine.wire import leaves

OUTPUT_TEXTS = ("Calling __str__ on an Output[T]", "<pulumi.output.Output object")
"""What the SDK leaves in a string that an Output was formatted into (`Output.__str__` and `object.__repr__`)."""


def inspect(monitor: Monitor, secrets: Iterable[str]) -> Iterator[RunProblem]:
    """Every problem that the records show; `secrets` are the complete keys of the secret settings."""
    canaries = {canary(key): key for key in secrets}
    for registration in tuple(monitor.registrations.values()):
        yield from _missing_dependencies(monitor, registration)
        for kind, message in _faulty_values(registration.inputs, canaries, preview=monitor.preview):
            yield _problem(registration, kind, message)
    for kind, message in _faulty_values(monitor.outputs, canaries, preview=monitor.preview):
        yield RunProblem(kind=kind, message=f"stack output: {message}")


def _missing_dependencies(monitor: Monitor, registration: Registration) -> Iterator[RunProblem]:
    sources = {urn for urns in registration.property_dependencies.values() for urn in urns}
    for urn in sorted({*registration.dependencies, *sources}):
        if not monitor.is_known(urn):
            yield _problem(registration, "missing-dependency", f"it depends on {urn}, which was never registered")


def _faulty_values(
    values: Mapping[str, Any], canaries: Mapping[str, str], *, preview: bool
) -> Iterator[tuple[str, str]]:
    for path, value, secret in leaves(dict(values)):
        if not isinstance(value, str):
            continue
        if any(text in value for text in OUTPUT_TEXTS):
            yield (
                "output-in-string",
                f"{path}: an Output was formatted into a string; use Output.concat or Output.format",
            )
        if value == UNKNOWN and not preview:
            yield "unknown-in-up", f"{path}: the value is still unknown after everything was created"
        if not secret:
            for text, key in canaries.items():
                if text in value:
                    yield "secret-in-clear", f"{path}: the secret setting {key} stands in clear; read it as a secret"


def _problem(registration: Registration, kind: str, message: str) -> RunProblem:
    position = registration.position
    return RunProblem(
        kind=kind,
        message=message,
        urn=registration.urn,
        file=position.file if position else None,
        line=position.line if position else None,
    )
