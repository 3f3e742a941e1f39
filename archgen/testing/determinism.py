"""Whether a spec is generated alike each time: by several interpreters that order sets and hashes differently."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from collections.abc import Sequence

from archgen.bundle import LOCK
from archgen.proof import Finding
from archgen.testing.contract import fault

HASH_SEEDS = ("0", "1", "2")
"""One run for each. Two things in a set keep their order in all of them once in four times, three once in 36."""
TIME_LIMIT = 300.0
"""Seconds that one generation may take; the largest takes some five."""
_SHOWN = 80
"""Characters of a line that a finding quotes."""


def generated_alike(
    spec: pathlib.Path, cloud: str, region: str, folder: pathlib.Path
) -> tuple[pathlib.Path, tuple[Finding, ...]]:
    """The folder of one generation below `folder`, and each file that another generation of the spec writes otherwise.

    A generation that fails is the one finding.
    """
    runs = [(folder / seed, _started(spec, cloud, region, folder / seed, seed)) for seed in HASH_SEEDS]
    (first, _), *others = runs
    try:
        for _, run in runs:
            _, said = run.communicate(timeout=TIME_LIMIT)
            if run.returncode:
                return first, (fault("not-generated", said.strip() or f"it ended with status {run.returncode}"),)
    except subprocess.TimeoutExpired:
        return first, (fault("not-generated", f"it took longer than {TIME_LIMIT:g} s"),)
    finally:
        for _, run in runs:
            run.kill()
            run.wait()
    found = {finding.file: finding for other, _ in others for finding in _differences(first, other)}
    return first, tuple(found.values())


def _started(spec: pathlib.Path, cloud: str, region: str, folder: pathlib.Path, seed: str) -> subprocess.Popen[str]:
    # The child sees what this process does, whichever way a package came onto its path.
    path = os.pathsep.join(str(pathlib.Path(entry).resolve()) for entry in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "archgen.testing.generating", str(spec), cloud, region, str(folder)],
        env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _differences(one: pathlib.Path, other: pathlib.Path) -> Sequence[Finding]:
    texts = [
        {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
        for place in (one, other)
    ]
    # The lock holds the hash of every other file: it differs whenever one of them does, and says nothing of its own.
    pairs = [(name, texts[0].get(name), texts[1].get(name)) for name in sorted({*texts[0], *texts[1]} - {LOCK})]
    return [_difference(name, one, other) for name, one, other in pairs if one != other]


def _difference(name: str, one: bytes | None, other: bytes | None) -> Finding:
    if one is None or other is None:
        message = f"the file {name} is written by one generation of the spec and not by another"
        return fault("not-deterministic", message, pathlib.Path(name))
    lines = [text.decode("utf-8", "replace").splitlines() for text in (one, other)]
    line = next((at for at, pair in enumerate(zip(*lines, strict=False), 1) if pair[0] != pair[1]), None)
    said = [text[line - 1].strip()[:_SHOWN] for text in lines] if line else [f"{len(text)} lines" for text in lines]
    message = f"two generations of one spec differ in {name}: {said[0]!r} and {said[1]!r}"
    return fault("not-deterministic", message, pathlib.Path(name), line)
