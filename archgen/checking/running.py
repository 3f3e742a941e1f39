"""Proving targets in processes of their own, so that a crash or a hang of one is a finding of it and hides no other.

This process generates each spec, which needs no SDK, and imports what the program will import; the child that proves it
forks from here with everything warm, and what it leaves in memory goes with it.
"""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import pickle
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait

from archgen.bundle import write
from archgen.checking.proving import Layers, judged
from archgen.checking.results import Judgement, Result, refused
from archgen.checking.targets import Target
from archgen.engine import Project, load_project
from archgen.engine.warming import sdk_modules, warm
from archgen.errors import ArchgenError
from archgen.generation import generated
from archgen.proof import Finding
from archgen.proof.acknowledged import ACKNOWLEDGED_FILE
from archgen.spec import load
from archgen.spec.placing import placed

TIME_LIMIT = 300.0
"""Seconds that one target may take, all stacks and phases; the largest takes some twenty."""
TIME_LIMIT_WITH_TOOLS = 1800.0
"""The same where a scanner or the Pulumi command line, with limits of their own, take part."""
_INFRA = frozenset({"infra"})

Prove = Callable[[Project], Judgement]


@dataclass(frozen=True, kw_only=True)
class _Child:
    target: Target
    cloud: str | None
    root: str | None
    folder: tempfile.TemporaryDirectory[str] | None
    process: multiprocessing.process.BaseProcess
    answer: Connection
    began: float


def check(
    chosen: Sequence[Target],
    jobs: int = 1,
    *,
    layers: Layers | None = None,
    time_limit: float | None = None,
    proved: Prove | None = None,
    method: str | None = None,
) -> Iterator[Result]:
    """The result of each target as soon as it is there; `jobs` are proved at a time.

    A spec that is wrong or cannot be built has its problems as findings. `time_limit` is in seconds a target. `proved`
    replaces the proof in tests, `method` the start method of `multiprocessing` (`fork` where there is one).
    """
    # Fewer targets than places: a target's own runs share what is left.
    share = max(1, jobs // max(1, len(chosen)))
    layers = layers or Layers()
    time_limit = time_limit or (TIME_LIMIT_WITH_TOOLS if layers.scanner or layers.pulumi else TIME_LIMIT)
    proved = proved or partial(judged, layers=layers, jobs=share)
    method = method or ("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")
    waiting, running = list(chosen), []
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                target = waiting.pop(0)
                began = time.monotonic()
                try:
                    running.append(_started(target, began, proved, method))
                except ArchgenError as error:
                    yield _refused(target, error, time.monotonic() - began)
            for child in _ended(running, time_limit):
                running.remove(child)
                yield _result(child, time_limit)
    finally:
        for child in running:
            _stop(child)


def _started(target: Target, began: float, proved: Prove, method: str) -> _Child:
    folder, cloud, place = None, target.cloud, target.path
    if target.kind == "spec":
        spec = load(target.path)
        folder, cloud = tempfile.TemporaryDirectory(), target.cloud or spec.platform.cloud
        place = pathlib.Path(folder.name)
        write(generated(spec, target.path.read_bytes(), target.cloud, None, _INFRA), place)
        beside = target.path.parent / ACKNOWLEDGED_FILE.name
        if beside.is_file():
            shutil.copyfile(beside, place / ACKNOWLEDGED_FILE)
    project = load_project(place)
    if method == "fork":
        warm(sdk_modules(project))
    context = multiprocessing.get_context(method)
    answer, question = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(question, project, proved))  # ty: ignore[missing-attribute]
    process.start()
    question.close()
    root = project.root.as_posix() if folder is None else None
    return _Child(target=target, cloud=cloud, root=root, folder=folder, process=process, answer=answer, began=began)


def _answer(question: Connection, project: Project, proved: Prove) -> None:
    """The child's whole life. It leads a group of its own, so that its runs and tools are stopped with it."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    question.send_bytes(pickle.dumps(_judgement(project, proved)))


def _judgement(project: Project, proved: Prove) -> Judgement:
    try:
        return proved(project)
    except ArchgenError as error:
        return Judgement(findings=refused(error.problems))


def _ended(running: Sequence[_Child], time_limit: float) -> Sequence[_Child]:
    """Those that have answered, died or run out of time; waits for the first."""
    if not running:
        return ()
    patience = max(0.0, min(child.began + time_limit for child in running) - time.monotonic())
    ready = wait([child.answer for child in running], timeout=patience)
    now = time.monotonic()
    return [child for child in running if child.answer in ready or now - child.began >= time_limit]


def _result(child: _Child, time_limit: float) -> Result:
    judgement = _lost(f"it took longer than {time_limit:g} s and was stopped", "target-hung")
    if child.answer.poll():
        judgement = _lost("the process that proved it died", "target-crashed")
        with suppress(EOFError, pickle.UnpicklingError):
            judgement = pickle.loads(child.answer.recv_bytes())
    _stop(child)
    return Result(
        target=child.target.name,
        cloud=child.cloud,
        seconds=time.monotonic() - child.began,
        resources=judgement.resources,
        findings=judgement.findings,
        layers=judgement.layers,
        root=child.root,
    )


def _stop(child: _Child) -> None:
    child.answer.close()
    if child.process.pid is not None and hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.process.pid, signal.SIGKILL)
    child.process.kill()
    child.process.join()
    child.process.close()
    if child.folder is not None:
        with suppress(OSError):
            child.folder.cleanup()


def _refused(target: Target, error: ArchgenError, seconds: float) -> Result:
    problems = placed(error.problems, target.path) if target.kind == "spec" else error.problems
    return Result(target=target.name, cloud=target.cloud, seconds=seconds, resources=0, findings=refused(problems))


def _lost(message: str, rule: str) -> Judgement:
    return Judgement(findings=(Finding(rule=rule, severity="error", message=message),))
