"""How long the commands take on this machine, with the number of resources; run by hand, never asserted.

    python benchmarks/speed.py [case ...]

Each line is the median of three runs in fresh processes, as a person would start them.
"""

from __future__ import annotations

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[1]
RUNS = 3


def main() -> None:
    """Time help, plan, generate and synth on each case."""
    cases = sys.argv[1:] or ["fraud-slice"]
    print(f"{_median('--help'):7.2f} s  archgen --help")
    for case in cases:
        spec = ROOT / "tests" / "cases" / f"{case}.yaml"
        with tempfile.TemporaryDirectory() as folder:
            print(f"{_median('plan', str(spec)):7.2f} s  plan {case}")
            infra = _median("generate", str(spec), "-o", folder, "--only", "infra")
            print(f"{infra:7.2f} s  generate {case} --only infra")
            print(f"{_median('generate', str(spec), '-o', folder):7.2f} s  generate {case}")
            seconds = _median("synth", folder)
            done = subprocess.run(_command("synth", folder, "--json"), capture_output=True, text=True, check=True)
            stacks = json.loads(done.stdout)["stacks"]
            counts = ", ".join(f"{s['stack']} {s['phase']} {sum(s['counts'].values())}" for s in stacks)
            print(
                f"{seconds:7.2f} s  synth {case}: {len(stacks)} stacks and phases, preview and up; resources: {counts}"
            )


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from archgen.cli import main; main()", *arguments]


def _median(*arguments: str) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(_command(*arguments), capture_output=True, check=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
