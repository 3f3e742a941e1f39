"""Proving targets in processes of their own, so that a crash or a hang of one is a finding of it and hides no other.

This process generates each spec, which needs no SDK, and imports what the program will import; the child that proves it
forks from here with everything warm, and what it leaves in memory goes with it.
"""

from __future__ import annotations

import multiprocessing
import pathlib
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait

from archgen.bundle import write
from archgen.checking.results import Result, refused
from archgen.checking.targets import Target
from archgen.engine import Project, load_project
from archgen.engine.warming import sdk_modules, warm
from archgen.errors import ArchgenError
from archgen.generation import generated
from archgen.proof import Finding, prove
from archgen.spec import load

TIME_LIMIT = 300.0
"""Seconds that one target may take, all stacks and phases; the largest takes some twenty."""
PHASES = ("foundation", "live")
_INFRA = frozenset({"infra"})

Prove = Callable[[Project], tuple[int, tuple[Finding, ...]]]


@dataclass(frozen=True, kw_only=True)
class _Child:
    target: Target
    cloud: str | None
    folder: tempfile.TemporaryDirectory[str] | None
    process: multiprocessing.process.BaseProcess
    answer: Connection
    began: float


def check(
    chosen: Sequence[Target], jobs: int = 1, *, time_limit: float = TIME_LIMIT, proved: Prove | None = None
) -> Iterator[Result]:
    """The result of each target as soon as it is there; `jobs` are proved at a time.

    A spec that is wrong or cannot be built has its problems as findings. `proved` replaces the proof in tests.
    """
    waiting, running = list(chosen), []
    while waiting or running:
        while waiting and len(running) < jobs:
            target = waiting.pop(0)
            began = time.monotonic()
            try:
                running.append(_started(target, began, proved or _proved))
            except ArchgenError as error:
                yield Result(
                    target=target.name,
                    cloud=target.cloud,
                    seconds=time.monotonic() - began,
                    resources=0,
                    findings=refused(error),
                )
        for child in _ended(running, time_limit):
            running.remove(child)
            yield _result(child, time_limit)


def _started(target: Target, began: float, proved: Prove) -> _Child:
    folder, cloud, place = None, target.cloud, target.path
    if target.kind == "spec":
        spec = load(target.path)
        folder, cloud = tempfile.TemporaryDirectory(), target.cloud or spec.platform.cloud
        place = pathlib.Path(folder.name)
        write(generated(spec, target.path.read_bytes(), target.cloud, None, _INFRA), place)
    project = load_project(place)
    warm(sdk_modules(project))
    forks = "fork" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
    answer, question = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(question, project, proved))
    process.start()
    question.close()
    return _Child(target=target, cloud=cloud, folder=folder, process=process, answer=answer, began=began)


def _answer(question: Connection, project: Project, proved: Prove) -> None:
    question.send_bytes(pickle.dumps(proved(project)))


def _proved(project: Project) -> tuple[int, tuple[Finding, ...]]:
    """The resources of the largest stack, and all findings; each once, however many stacks have it."""
    proofs = list(prove(project, tuple(sorted(project.stacks)), PHASES, jobs=1))
    largest = max((sum(proof.counts.values()) for proof in proofs), default=0)
    found = dict.fromkeys(finding for proof in proofs for finding in proof.findings)
    return largest, tuple(found)


def _ended(running: Sequence[_Child], time_limit: float) -> Sequence[_Child]:
    """Those that have answered, died or run out of time; waits for the first."""
    if not running:
        return ()
    patience = max(0.0, min(child.began + time_limit for child in running) - time.monotonic())
    ready = wait([child.answer for child in running], timeout=patience)
    now = time.monotonic()
    return [child for child in running if child.answer in ready or now - child.began >= time_limit]


def _result(child: _Child, time_limit: float) -> Result:
    resources, findings = 0, _lost(f"it took longer than {time_limit:g} s and was stopped", "target-hung")
    if child.answer.poll():
        findings = _lost("the process that proved it died", "target-crashed")
        with suppress(EOFError, pickle.UnpicklingError):
            resources, findings = pickle.loads(child.answer.recv_bytes())
    child.answer.close()
    child.process.kill()
    child.process.join()
    if child.folder is not None:
        child.folder.cleanup()
    return Result(
        target=child.target.name,
        cloud=child.cloud,
        seconds=time.monotonic() - child.began,
        resources=resources,
        findings=findings,
    )


def _lost(message: str, rule: str) -> tuple[Finding, ...]:
    return (Finding(rule=rule, severity="error", message=message),)
