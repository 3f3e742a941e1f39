"""Wrong specs by the hundred thousand: no traceback, no hang, bounded memory.

    python benchmarks/fuzz.py --count 100000 --jobs 2 --seed 1 [--first N] [--designs 10] [--output FOLDER]
    python benchmarks/fuzz.py --seed 1 --replay 4711

Mutants of the examples and cases are loaded and validated; each that is valid is planned, and one in `--designs` of
those designed and wired as well. A mutant is told by seed and number, so that `--replay` shows it and what it does.
Ends 1 when one crashed, took more than 2 s of processor time, or a worker held more than 300 MB.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import multiprocessing
import pathlib
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from tests.fuzz.mutating import mutant
from tests.fuzz.trying import Wrong, tried

LONGEST_SECONDS = 2.0
LARGEST_MEGABYTES = 300.0
GIVEN_UP_SECONDS = 60
"""Wall time after which a worker that does not come back from C code is ended; other processes may slow it down."""
BATCH = 200


class Hang(BaseException):
    """A case took too much processor time."""


def main() -> None:
    """Run, or replay one."""
    arguments = _arguments()
    if arguments.replay is not None:
        _replay(arguments.seed, arguments.replay)
        return
    began, totals = time.monotonic(), Totals()
    arguments.output.mkdir(parents=True, exist_ok=True)
    failures = arguments.output / f"failures-{arguments.seed}.jsonl"
    with failures.open("a", encoding="utf-8") as log:
        for report in _reports(arguments):
            totals.add(report)
            for failure in report["failures"]:
                log.write(json.dumps(failure) + "\n")
                log.flush()
            if totals.cases % (50 * BATCH) < BATCH:
                print(totals.line(time.monotonic() - began), flush=True)
    print(totals.line(time.monotonic() - began))
    print(f"failures: {totals.failed}" + (f", in {failures}" if totals.failed else ""))
    sys.exit(1 if totals.failed or totals.megabytes > LARGEST_MEGABYTES else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Try many wrong specs.")
    parser.add_argument("--count", type=int, default=10_000, help="mutants to try")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", type=int, default=10, help="one in so many is designed when valid")
    parser.add_argument("--output", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "archgen-fuzz")
    parser.add_argument("--replay", type=int, help="show one mutant and what it does")
    return parser.parse_args()


class Totals:
    """What all batches have come to."""

    def __init__(self) -> None:
        self.cases = self.failed = 0
        self.longest = self.megabytes = 0.0
        self.slowest: int | None = None
        self.reached: Counter[str] = Counter()

    def add(self, report: dict[str, Any]) -> None:
        """Take in one batch."""
        self.cases += report["cases"]
        self.failed += len(report["failures"])
        self.reached.update(report["reached"])
        self.megabytes = max(self.megabytes, report["megabytes"])
        if report["longest"] > self.longest:
            self.longest, self.slowest = report["longest"], report["slowest"]

    def line(self, seconds: float) -> str:
        """Where it stands, on one line."""
        reached = ", ".join(f"{many} {how}" for how, many in sorted(self.reached.items()))
        return (
            f"{self.cases} cases in {seconds:.0f} s ({self.cases / seconds:.0f}/s): {reached}; longest "
            f"{self.longest:.2f} s of processor time (number {self.slowest}); peak {self.megabytes:.0f} MB; "
            f"{self.failed} failures"
        )


def _reports(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    last = arguments.first + arguments.count
    batches = [
        (arguments.seed, first, min(first + BATCH, last), arguments.designs)
        for first in range(arguments.first, last, BATCH)
    ]
    with multiprocessing.get_context("spawn").Pool(arguments.jobs, initializer=_prepare) as pool:
        results = pool.imap_unordered(_batch, batches)
        for _ in batches:
            # An ended worker never answers: its traceback stands on the error output, and the run ends here.
            yield results.next(timeout=GIVEN_UP_SECONDS * 10)


def _prepare() -> None:
    signal.signal(signal.SIGPROF, _expired)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _expired(*_: object) -> None:
    raise Hang


def _batch(work: tuple[int, int, int, int]) -> dict[str, Any]:
    seed, first, end, designs = work
    report: dict[str, Any] = {"cases": end - first, "failures": [], "longest": 0.0, "slowest": None}
    reached: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        for number in range(first, end):
            began = time.process_time()
            try:
                with _watched():
                    how = tried(mutant(seed, number), pathlib.Path(name), designing=number % designs == 0)
                reached[how] += 1
            except Hang:
                report["failures"].append({"seed": seed, "number": number, "said": "took too long"})
            except Wrong as wrong:
                report["failures"].append({"seed": seed, "number": number, "said": str(wrong)[-3000:]})
            taken = time.process_time() - began
            if taken > report["longest"]:
                report["longest"], report["slowest"] = taken, number
    scale = 1024**2 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
    return report | {"reached": dict(reached), "megabytes": peak}


@contextmanager
def _watched() -> Generator[None]:
    faulthandler.dump_traceback_later(GIVEN_UP_SECONDS, exit=True)
    signal.setitimer(signal.ITIMER_PROF, LONGEST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        faulthandler.cancel_dump_traceback_later()


def _replay(seed: int, number: int) -> None:
    made = mutant(seed, number)
    sys.stdout.write(made.written().decode("utf-8", "backslashreplace") + "\n")
    _prepare()
    with tempfile.TemporaryDirectory() as name, _watched():
        print(tried(made, pathlib.Path(name)))


if __name__ == "__main__":
    main()
