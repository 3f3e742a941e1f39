"""Wrong specs by the hundred thousand, guided by coverage: no traceback, no hang, bounded memory.

    pip install -e '.[fuzz]'
    python benchmarks/fuzz.py --count 1000000 --jobs 2 [--seed 1] [--designs 10] [--generations 200] [--output FOLDER]
    python benchmarks/fuzz.py --replay 00ff17...

A fuzzer (atheris, so libFuzzer) draws bytes, keeps those that reach new code and changes them further; bytes decide
how an example or case is changed, see `tests/fuzz/mutating.py`. Each mutant is loaded and validated; each that is valid
is planned, one in `--designs` of those designed and wired as well, and one in `--generations` generated and compared.
What reached new code stays in the output folder and is where the next run begins. Ends 1 when a mutant crashed or took
more than 2 s of processor time, or a worker held more than 300 MB; `--replay` shows a mutant by its bytes and what it
does.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import importlib.machinery
import json
import multiprocessing
import os
import pathlib
import queue
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import zlib
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LONGEST_SECONDS = 2.0
LARGEST_MEGABYTES = 300.0
GIVEN_UP_SECONDS = 60
"""Wall time after which a worker that does not come back from C code is ended; other processes may slow it down."""
REPORTED = 500
"""Mutants between two reports of a worker."""
SEEDS = 400
"""Inputs that a first run begins with: as many mutants as a run without guidance would try."""
LONGEST_INPUT = 512
"""Bytes of an input: a mutant uses some ten for each change."""
SHOWN = 3
"""Failures kept of those that end at the same line: a fuzzer finds a fault again and again."""


class Hang(BaseException):
    """A mutant took too much processor time."""


def main() -> None:
    """Run, or replay one."""
    arguments = _arguments()
    if arguments.replay is not None:
        _replay(bytes.fromhex(arguments.replay))
        return
    totals = _run(arguments)
    sys.exit(1 if totals.failed or totals.megabytes > LARGEST_MEGABYTES else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Try many wrong specs.")
    parser.add_argument("--count", type=int, default=10_000, help="mutants to try")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", type=int, default=10, help="one in so many is designed when valid")
    parser.add_argument("--generations", type=int, default=200, help="one in so many is generated when valid")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "archgen-fuzz")
    parser.add_argument("--replay", help="bytes of a mutant, in hexadecimal: show it and what it does")
    return parser.parse_args()


@dataclass(kw_only=True)
class Report:
    """What a worker has tried since its last report."""

    cases: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    failures: list[dict[str, str]] = field(default_factory=list)
    longest: float = 0.0
    slowest: str = ""
    megabytes: float = 0.0


class Totals(Report):
    """What all reports have come to."""

    failed: int = 0

    def add(self, report: Report) -> None:
        """Take in one report."""
        self.cases += report.cases
        self.failed += len(report.failures)
        self.reached.update(report.reached)
        self.megabytes = max(self.megabytes, report.megabytes)
        if report.longest > self.longest:
            self.longest, self.slowest = report.longest, report.slowest

    def line(self, seconds: float) -> str:
        """Where it stands, on one line."""
        reached = ", ".join(f"{many} {how}" for how, many in sorted(self.reached.items()))
        return (
            f"{self.cases} mutants in {seconds:.0f} s ({self.cases / seconds:.0f}/s): {reached}; longest "
            f"{self.longest:.2f} s of processor time; peak {self.megabytes:.0f} MB; {self.failed} failures"
        )


def _run(arguments: argparse.Namespace) -> Totals:
    began, totals, kept = time.monotonic(), Totals(), Counter[str]()
    output = arguments.output.resolve()
    _seed_inputs(output / "inputs", arguments.seed)
    context = multiprocessing.get_context("spawn")
    reports: Any = context.Queue()
    workers = [context.Process(target=_work, args=(arguments, number, reports)) for number in range(arguments.jobs)]
    for worker in workers:
        worker.start()
    with (output / "failures.jsonl").open("a", encoding="utf-8") as log:
        while report := _next(reports, workers):
            before = totals.cases
            totals.add(report)
            for failure in report.failures:
                kept[_place(failure["said"])] += 1
                if kept[_place(failure["said"])] <= SHOWN:
                    log.write(json.dumps(failure) + "\n")
                    log.flush()
            if totals.cases // 10_000 > before // 10_000:
                print(totals.line(time.monotonic() - began), flush=True)
    print(totals.line(time.monotonic() - began))
    print(f"slowest: --replay {totals.slowest}")
    for number in range(arguments.jobs):
        print(f"worker {number}: {_coverage(output / f'worker-{number}.log')}")
    for place, many in kept.most_common():
        print(f"{many} failures at {place}, see {log.name}")
    if totals.cases < arguments.count:
        sys.exit(f"a worker ended before its time, see {output}/worker-*.log")
    return totals


def _seed_inputs(folder: pathlib.Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        chance = random.Random(seed)
        for number in range(SEEDS):
            (folder / f"seed-{number}").write_bytes(chance.randbytes(chance.choice((16, 32, 64, 128))))


def _next(reports: Any, workers: list[Any]) -> Report | None:
    """The next report, or none when all workers have ended."""
    while True:
        try:
            return reports.get(timeout=1)
        except queue.Empty:
            if not any(worker.is_alive() for worker in workers):
                return None


def _place(said: str) -> str:
    """What tells one fault from another: the last line of code of a traceback, or how the complaint begins."""
    lines = re.findall(r'File "([^"]+)", line (\d+)', said)
    return ":".join(lines[-1]) if lines else said[:60]


def _coverage(log: pathlib.Path) -> str:
    """What the inputs at the beginning covered and what the run has come to, as libFuzzer says it."""
    covered = re.findall(r"cov: (\d+) ft: \d+ corp: (\d+)", log.read_text(encoding="utf-8", errors="replace"))
    began = re.search(r"INITED cov: (\d+)", log.read_text(encoding="utf-8", errors="replace"))
    if not covered or not began:
        return f"no coverage, see {log}"
    return f"{began[1]} edges by the inputs at the beginning, {covered[-1][0]} at the end, {covered[-1][1]} inputs kept"


def _work(arguments: argparse.Namespace, number: int, reports: Any) -> None:
    """Fuzz in this process until its share is tried; ends the process."""
    output = arguments.output.resolve()
    with (output / f"worker-{number}.log").open("w") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    _prepare()
    atheris = importlib.import_module("atheris")
    _instrument(atheris)
    _warm()
    share = arguments.count // arguments.jobs + (number < arguments.count % arguments.jobs)
    flags = [f"-seed={arguments.seed * 1000 + number + 1}", f"-max_len={LONGEST_INPUT}", "-rss_limit_mb=0"]
    target = Target(share, arguments, reports)
    atheris.Setup([sys.argv[0], *flags, str(output / "inputs")], target)
    atheris.Fuzz()


def _instrument(atheris: Any) -> None:
    """Count the branches of every file of archgen, its blueprints and services, however it is loaded.

    But the pictures: whatever the spec, their geometry is the same code, and counting would triple its time.
    """
    folders = tuple(str(ROOT / name) + os.sep for name in ("archgen", "blueprints", "templates"))
    pictures = str(ROOT / "archgen" / "pictures") + os.sep
    loader: Any = importlib.machinery.SourceFileLoader
    plain = loader.get_code

    def counted(self: importlib.machinery.SourceFileLoader, name: str) -> CodeType | None:
        code = plain(self, name)
        if code is None or not self.path.startswith(folders) or self.path.startswith(pictures):
            return code
        # Comparisons are not followed: bytes choose from tables, so no byte of an input is what a comparison looks for.
        return atheris.patch_code(code, trace_dataflow=False)

    loader.get_code = counted


def _warm() -> None:
    """Load what any design needs: what is imported later would count as new code of whatever mutant comes then."""
    from tests.fuzz.mutating import Mutant, corpus
    from tests.fuzz.trying import tried

    with tempfile.TemporaryDirectory() as name:
        for text in corpus():
            tried(Mutant(content=text.encode()), pathlib.Path(name))


class Target:
    """What the fuzzer calls with each input: tries its mutant, counts and reports, and ends the process at the last."""

    def __init__(self, share: int, arguments: argparse.Namespace, reports: Any) -> None:
        from tests.fuzz import mutating, trying

        self._mutating, self._trying = mutating, trying
        self._left, self._arguments, self._reports = share, arguments, reports
        self._folder = pathlib.Path(tempfile.mkdtemp())
        self._report, self._parent = Report(), os.getppid()

    def __call__(self, data: bytes) -> None:
        """Try one; never raises, since the fuzzer would end at the first fault."""
        began = time.process_time()
        try:
            with _watched():
                mutant = self._mutating.mutant(self._mutating.Drawn(data))
                depth = self._trying.tried(mutant, self._folder, self._deepest(data))
                self._report.reached[depth.name.lower()] += 1
        except Hang:
            self._failed(data, f"took too long\n{traceback.format_exc()[-3000:]}")
        except self._trying.Wrong as wrong:
            self._failed(data, str(wrong)[-3000:])
        self._count(data, time.process_time() - began)

    def _deepest(self, data: bytes) -> Any:
        """By a checksum: a choice of the input's own bytes would be learned, and each mutant designed."""
        checksum, depth = zlib.crc32(data), self._trying.Depth
        if checksum % self._arguments.generations == 0:
            return depth.GENERATED
        return depth.DESIGNED if checksum % self._arguments.designs == 0 else depth.PLANNED

    def _failed(self, data: bytes, said: str) -> None:
        self._report.failures.append({"data": data.hex(), "said": said})

    def _count(self, data: bytes, taken: float) -> None:
        report = self._report
        report.cases += 1
        self._left -= 1
        if taken > report.longest:
            report.longest, report.slowest = taken, data.hex()
        if report.cases < REPORTED and self._left:
            return
        scale = 1024**2 if sys.platform == "darwin" else 1024
        report.megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
        if os.getppid() != self._parent:
            os._exit(1)  # whoever counts has been ended
        self._reports.put(report)
        self._report = Report()
        if not self._left:
            self._reports.close()
            self._reports.join_thread()
            # The fuzzer has no other end that leaves its report behind.
            os._exit(0)


def _prepare() -> None:
    signal.signal(signal.SIGPROF, _expired)


def _expired(*_: object) -> None:
    raise Hang


@contextmanager
def _watched() -> Generator[None]:
    faulthandler.dump_traceback_later(GIVEN_UP_SECONDS, exit=True)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


def _replay(data: bytes) -> None:
    from tests.fuzz.mutating import Drawn, mutant
    from tests.fuzz.trying import tried

    made = mutant(Drawn(data))
    sys.stdout.write(made.written().decode("utf-8", "backslashreplace") + "\n")
    _prepare()
    with tempfile.TemporaryDirectory() as name, _watched():
        print(tried(made, pathlib.Path(name)).name.lower())


if __name__ == "__main__":
    main()
