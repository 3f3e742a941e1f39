"""Scripts of workflows and actions, run as a runner's shell runs them, with stand-ins for the programs they call."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What became of a script: `calls` are the stand-ins that it called, each with its arguments."""

    status: int
    output: str
    calls: tuple[tuple[str, ...], ...]


def run(
    script: str,
    folder: pathlib.Path,
    *,
    stand_ins: Mapping[str, int] | None = None,
    cwd: pathlib.Path | None = None,
    **variables: str,
) -> Ran:
    """Run a script; `stand_ins` are programs that do nothing but end with that status, `variables` its environment."""
    programs, log = folder / "bin", folder / "calls"
    programs.mkdir(parents=True, exist_ok=True)
    for name, status in (stand_ins or {}).items():
        write_program(programs / name, f'printf "%s\\0" {name} "$@" >> "{log}"; printf "\\n" >> "{log}"; exit {status}')
    log.write_bytes(b"")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        env={"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder), **variables},
        cwd=cwd or folder,
        capture_output=True,
        text=True,
        check=False,
    )
    calls = tuple(tuple(call.split("\0")[:-1]) for call in log.read_text().split("\n") if call)
    return Ran(status=done.returncode, output=done.stdout + done.stderr, calls=calls)


def write_program(path: pathlib.Path, script: str) -> None:
    """An executable of that shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{script}\n")
    path.chmod(0o755)


def write_archgen(folder: pathlib.Path) -> None:
    """`archgen` and `python` as a job has them after the installation: those that run the tests."""
    write_program(folder / "bin" / "python", f'exec "{sys.executable}" "$@"')
    path = os.pathsep.join(sys.path)
    main = "from archgen.cli import main; main()"
    write_program(folder / "bin" / "archgen", f'PYTHONPATH="{path}" exec "{sys.executable}" -c "{main}" "$@"')
