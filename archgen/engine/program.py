"""One run of one program in this very process: from a project and its configuration to a recording."""

from __future__ import annotations

import gc
import os
import runpy
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from archgen.engine import positions, sdk
from archgen.engine.configuration import Configuration
from archgen.engine.inspection import inspect
from archgen.engine.monitor import Monitor, Registration
from archgen.engine.positions import Position
from archgen.engine.project import Project
from archgen.engine.recording import Mode, Resource, ResourceGraph, RunProblem
from archgen.engine.wire import plain, secret_paths

REACHES_OUTSIDE = ("AWS_", "ARM_", "AZURE_", "CLOUDSDK_", "GOOGLE_", "GCLOUD_", "PULUMI_")
"""Prefixes of variables that the SDKs read defaults from: a recording must not depend on who makes it."""

Raised = list[tuple[BaseException, Position | None]]


def run_program(project: Project, configuration: Configuration, mode: Mode) -> ResourceGraph:
    """Run the program and return its recording; whatever the program raises becomes a problem of the recording.

    Changes the working directory, the environment, imported modules and the SDK's state: call it in a process that ends
    right after.
    """
    monitor = Monitor(
        project=project.name,
        stack=configuration.stack,
        preview=mode == "preview",
        root=project.root,
        settings=configuration.values,
    )
    _isolate(project.program)
    sdk.on_invoke(monitor.saw_invoke)
    raised: Raised = []
    sdk.on_failed_apply(lambda error: raised.append((error, positions.of_exception(project.root, error))))
    problems: list[RunProblem] = []
    try:
        sdk.run(
            lambda: _execute(project.program),
            monitor=monitor,
            settings={
                "project": project.name,
                "stack": configuration.stack,
                "preview": monitor.preview,
                "root": str(project.root),
                "config": configuration.encoded,
                "secrets": configuration.secrets,
            },
        )
    except SystemExit as error:
        if error.code not in (None, 0):
            problems.append(_crash(project.root, error, raised))
    except Exception as error:  # any failure of the program is a finding about it
        problems.append(_crash(project.root, error, raised))
    return _graph(monitor, configuration, mode, problems)


def _isolate(program: Path) -> None:
    for name in [name for name in os.environ if name.startswith(REACHES_OUTSIDE)]:
        del os.environ[name]
    os.chdir(program)
    sys.argv = [str(program)]
    sys.dont_write_bytecode = True
    gc.disable()


def _execute(program: Path) -> None:
    runpy.run_path(str(program), run_name="__main__")


def _crash(root: Path, error: BaseException, raised: Raised) -> RunProblem:
    known = (position for each, position in raised if each is error)
    position = next(known, None) or positions.of_exception(root, error)
    return RunProblem(
        kind="crash",
        message=f"{type(error).__name__}: {str(error).strip() or 'no message'}",
        file=position.file if position else None,
        line=position.line if position else None,
    )


def _graph(monitor: Monitor, configuration: Configuration, mode: Mode, crashes: list[RunProblem]) -> ResourceGraph:
    registrations = dict(sorted(monitor.registrations.items()))
    roots = {urn: _root_component(urn, registrations) for urn in registrations}
    problems = [*monitor.problems, *inspect(monitor, configuration.secrets), *crashes]
    return ResourceGraph(
        stack=configuration.stack,
        phase=configuration.phase,
        mode=mode,
        resources=tuple(_resource(each, roots[urn], monitor.stack_urn) for urn, each in registrations.items()),
        outputs=plain(dict(sorted(monitor.outputs.items()))),
        problems=tuple(sorted(set(_placed(problems, registrations)), key=_order)),
    )


def _placed(problems: list[RunProblem], registrations: Mapping[str, Registration]) -> list[RunProblem]:
    """Problems that name a resource and no line get the resource's line."""
    placed = []
    for problem in problems:
        registration = registrations.get(problem.urn or "")
        if problem.file is None and registration is not None and registration.position is not None:
            problem = replace(problem, file=registration.position.file, line=registration.position.line)
        placed.append(problem)
    return placed


def _order(problem: RunProblem) -> tuple[str, str, int, str, str]:
    return (problem.kind, problem.file or "", problem.line or 0, problem.urn or "", problem.message)


def _root_component(urn: str, registrations: Mapping[str, Registration]) -> str | None:
    """The name of the outermost component above (or at) a resource."""
    found = None
    seen: set[str] = set()
    while (registration := registrations.get(urn)) is not None and urn not in seen:
        seen.add(urn)
        if not registration.custom:
            found = registration.name
        urn = registration.parent
    return found


def _resource(registration: Registration, component: str | None, stack_urn: str) -> Resource:
    position = registration.position
    parent = registration.parent if registration.parent not in ("", stack_urn) else None
    return Resource(
        urn=registration.urn,
        type=registration.type,
        name=registration.name,
        component=component,
        parent=parent,
        custom=registration.custom,
        inputs=plain(dict(sorted(registration.inputs.items()))),
        secret_inputs=tuple(sorted(secret_paths(dict(registration.inputs)))),
        dependencies=registration.dependencies,
        property_dependencies=registration.property_dependencies,
        protect=registration.protect,
        provider=registration.provider or None,
        file=position.file if position else None,
        line=position.line if position else None,
        identities=registration.identities,
        aliases=registration.aliases,
    )
