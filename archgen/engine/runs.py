"""Runs in child processes: forked from this warm one, two at a time, each with a time limit.

A fork keeps the SDK's global state, the program's modules and its working directory out of this process, and costs
milliseconds where importing an SDK costs a second. Where there is no fork, each run starts an interpreter of its own.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from archgen.engine.configuration import Configuration, configuration_of
from archgen.engine.project import Project
from archgen.engine.recording import Mode, ResourceGraph, RunProblem
from archgen.engine.warming import sdk_modules, warm
from archgen.errors import Problem, WrongUse

TIME_LIMIT = 120.0
"""Seconds that a run may take. The largest programs need about one."""
MODES: tuple[Mode, ...] = ("preview", "up")
RESULT = "recording"
SAID = "said"
LINES_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class _Run:
    process: BaseProcess
    folder: tempfile.TemporaryDirectory[str]
    configuration: Configuration
    mode: Mode
    deadline: float


def record(
    project: Project, stack: str, phase: str, mode: str, *, time_limit: float = TIME_LIMIT, method: str | None = None
) -> ResourceGraph:
    """Run the program once in a child process and return its recording.

    `mode` is `preview` or `up`; `time_limit` in seconds; `method` a start method of `multiprocessing`, by default
    `fork` where there is one. Raises `WrongUse` for an unknown stack, phase or mode.
    """
    if mode not in MODES:
        raise WrongUse(Problem(id="unknown-mode", message=f"there is no mode {mode!r}", expected=" or ".join(MODES)))
    known: Mode = "preview" if mode == "preview" else "up"
    work = [(configuration_of(project, stack, phase), known)]
    return next(_record_each(project, work, jobs=1, time_limit=time_limit, method=method))


def record_all(
    project: Project,
    stacks: Sequence[str],
    phases: Sequence[str],
    jobs: int = 2,
    *,
    time_limit: float = TIME_LIMIT,
    method: str | None = None,
) -> Iterator[tuple[str, str, ResourceGraph, ResourceGraph]]:
    """Yield (stack, phase, preview, up) for each pair, in the order given, each as soon as it is there.

    `jobs` runs go on at a time. Raises `WrongUse` for an unknown stack or phase before anything runs.
    """
    pairs = [configuration_of(project, stack, phase) for stack in stacks for phase in phases]
    work = [(configuration, mode) for configuration in pairs for mode in MODES]
    graphs = _record_each(project, work, jobs=jobs, time_limit=time_limit, method=method)
    for configuration in pairs:
        yield configuration.stack, configuration.phase, next(graphs), next(graphs)


def _record_each(
    project: Project,
    work: Sequence[tuple[Configuration, Mode]],
    *,
    jobs: int,
    time_limit: float,
    method: str | None,
) -> Iterator[ResourceGraph]:
    """The recordings in the order of `work`; a run starts as soon as one of `jobs` places is free."""
    method = method or ("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    if method == "fork":
        warm(sdk_modules(project))
    waiting = list(enumerate(work))[::-1]
    running: dict[int, _Run] = {}
    done: dict[int, ResourceGraph] = {}
    try:
        for wanted in range(len(work)):
            while wanted not in done:
                while waiting and len(running) < max(jobs, 1):
                    number, (configuration, mode) = waiting.pop()
                    running[number] = _start(project, configuration, mode, time_limit, method)
                _wait(running.values())
                for number in [number for number, run in running.items() if _is_over(run)]:
                    done[number] = _collect(running.pop(number), time_limit)
            yield done.pop(wanted)
    finally:
        for run in running.values():
            _stop(run)


def _start(project: Project, configuration: Configuration, mode: Mode, time_limit: float, method: str) -> _Run:
    folder = tempfile.TemporaryDirectory(prefix="archgen-run-")
    # What stands in the buffers now would otherwise be written by the child as well.
    sys.stdout.flush()
    sys.stderr.flush()
    context: Any = multiprocessing.get_context(method)
    process = context.Process(target=_child, args=(project, configuration, mode, folder.name), daemon=True)
    process.start()
    return _Run(
        process=process, folder=folder, configuration=configuration, mode=mode, deadline=time.monotonic() + time_limit
    )


def _child(project: Project, configuration: Configuration, mode: Mode, folder: str) -> NoReturn:
    """The child's whole life. It leaves without clean-up: tearing down an SDK takes longer than the run."""
    said = os.open(Path(folder) / SAID, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    from archgen.engine.program import run_program  # imports the SDK

    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)
    graph = run_program(project, configuration, mode)
    unfinished = Path(folder) / "unfinished"
    unfinished.write_bytes(pickle.dumps(graph))
    unfinished.replace(Path(folder) / RESULT)
    os._exit(0)


def _wait(runs: Collection[_Run]) -> None:
    nearest = min(run.deadline for run in runs) - time.monotonic()
    wait([run.process.sentinel for run in runs], timeout=max(nearest, 0.0))


def _is_over(run: _Run) -> bool:
    return not run.process.is_alive() or time.monotonic() >= run.deadline


def _collect(run: _Run, time_limit: float) -> ResourceGraph:
    hung = run.process.is_alive()
    result = Path(run.folder.name) / RESULT
    said = Path(run.folder.name) / SAID
    try:
        if result.is_file():
            return pickle.loads(result.read_bytes())  # written by our own child
        if hung:
            message = f"the program did not end within {time_limit:g} s"
        else:
            run.process.join()
            message = f"the program ended its process (exit status {run.process.exitcode}) before it was recorded"
        text = said.read_text(encoding="utf-8", errors="replace") if said.is_file() else ""
        return _lost(run, message + _last_lines(text))
    finally:
        _stop(run)


def _lost(run: _Run, message: str) -> ResourceGraph:
    return ResourceGraph(
        stack=run.configuration.stack,
        phase=run.configuration.phase,
        mode=run.mode,
        problems=(RunProblem(kind="crash", message=message),),
    )


def _last_lines(text: str) -> str:
    lines = text.strip().splitlines()[-LINES_SHOWN:]
    return "; it said: " + " | ".join(lines) if lines else ""


def _stop(run: _Run) -> None:
    if run.process.is_alive():
        run.process.kill()
    run.process.join()
    run.process.close()
    with suppress(OSError):
        run.folder.cleanup()
