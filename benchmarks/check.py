"""How long proving takes on this machine, with the number of resources, beside `cdk synth` with cdk-nag; run by hand.

    python benchmarks/check.py [--memory] [case ...]

Wall and CPU seconds (user and system, children included) of fresh processes, as CI starts them: the first stack of a
project in one phase and in both, each further stack, and the whole check. The comparison needs `npm install` in
benchmarks/cdk. `--memory` adds what 500 targets leave in the process that drives them, which takes some minutes.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

from archgen.checking import Judgement, Target, check
from archgen.engine import Project

ROOT = pathlib.Path(__file__).parents[1]
CDK = ROOT / "benchmarks" / "cdk"
CASES = ("demand-forecasting", "fraud-detection")
EARLY, LATE = 50, 500


@dataclass(frozen=True)
class Taken:
    """What one command took, in seconds, and what it printed."""

    wall: float
    cpu: float
    output: str

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s wall {self.cpu:7.2f} s CPU"


def main() -> None:
    """Print one line for each measurement."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", default=list(CASES), help="folders of examples/")
    parser.add_argument("--memory", action="store_true", help=f"drive {LATE} targets too")
    arguments = parser.parse_args()
    measured = [_case(case) for case in arguments.cases]
    _cdk(*measured[0])
    if arguments.memory:
        _memory()


def _case(case: str) -> tuple[int, Taken]:
    """The measurements of one example; returns its resources and first stack, live, for the comparison."""
    with tempfile.TemporaryDirectory() as folder:
        spec = ROOT / "examples" / case / "spec.yaml"
        _archgen("generate", str(spec), "-o", folder, "--only", "infra")
        stacks = sorted(file.name.split(".")[1] for file in (pathlib.Path(folder) / "infra").glob("Pulumi.*.yaml"))
        one = _archgen("synth", folder, "--stack", "prod", "--phase", "live", "--json")
        resources = sum(json.loads(one.output)["stacks"][0]["counts"].values())
        print(f"{one}  {case}: first stack, live, preview and up; {resources} resources")
        first = _archgen("synth", folder, "--stack", "prod")
        print(f"{first}  {case}: first stack, foundation and live")
        every = _archgen("synth", folder)
        more = len(stacks) - 1
        if more:
            further = Taken((every.wall - first.wall) / more, (every.cpu - first.cpu) / more, "")
            print(f"{further}  {case}: each of {more} further stacks, foundation and live")
        print(f"{_archgen('check', '--no-types', folder)}  {case}: check of {len(stacks)} stacks")
        print(f"{_archgen('check', folder)}  {case}: check of {len(stacks)} stacks, types too")
    return resources, one


def _cdk(resources: int, ours: Taken) -> None:
    command = CDK / "node_modules" / ".bin" / "cdk"
    if not command.exists():
        print(f"no comparison: run `npm install` in {CDK.relative_to(ROOT)}")
        return
    with tempfile.TemporaryDirectory() as folder:
        # Status 1 is cdk-nag's: it finds what it finds, and the template is written all the same.
        taken = _taken([str(command), "synth", "--quiet", "--output", folder], CDK, fine=(0, 1))
        template = json.loads((pathlib.Path(folder) / "Platform.template.json").read_text(encoding="utf-8"))
    count = len(template["Resources"])
    print(f"{taken}  cdk synth with cdk-nag: one stack; {count} resources")
    ratio = f"wall {ours.wall / taken.wall:.2f}, CPU {ours.cpu / taken.cpu:.2f}"
    print(f"archgen to cdk, first stack, live, preview and up: {ratio}; {resources} to {count} resources")


def _memory() -> None:
    """Everything that the driving process does for a target but the proof, which happens in a child that is gone."""
    spec = ROOT / "tests" / "cases" / "fraud-slice.yaml"
    sizes = {}
    for number, _ in enumerate(check([Target(path=spec, kind="spec")] * LATE, jobs=2, proved=_nothing), start=1):
        if number in (EARLY, LATE):
            sizes[number] = _resident()
            print(f"{sizes[number] / 1e6:7.1f} MB resident after {number} targets")
    print(f"ratio {sizes[LATE] / sizes[EARLY]:.3f}")


def _nothing(project: Project) -> Judgement:
    return Judgement(resources=len(project.stacks))


def _resident() -> int:
    """Bytes, now: `ru_maxrss` would tell the peak."""
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _archgen(*arguments: str) -> Taken:
    return _taken([sys.executable, "-c", "from archgen.cli import main; main()", *arguments], ROOT)


def _taken(command: list[str], folder: pathlib.Path, fine: tuple[int, ...] = (0,)) -> Taken:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in fine:
        said = (done.stderr or done.stdout)[-500:]
        sys.exit(f"{' '.join(command[-4:])} ended with status {done.returncode}: {said}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(wall, cpu, done.stdout)


if __name__ == "__main__":
    main()
