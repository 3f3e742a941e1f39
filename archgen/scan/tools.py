"""Programs of other makers that optional layers run, each as a process with a time limit."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a tool's run ended; `failure` says why there is no result to read (it hung, or could not be started)."""

    status: int | None
    output: str
    errors: str
    failure: str | None = None


def find_tool(name: str) -> pathlib.Path | None:
    """The executable in the environment that runs archgen, else on the path."""
    beside = str(pathlib.Path(sys.executable).parent)
    found = shutil.which(name, path=os.pathsep.join([beside, os.environ.get("PATH", os.defpath)]))
    return pathlib.Path(found) if found else None


def run_tool(
    command: Sequence[str], *, folder: pathlib.Path, time_limit: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run `command` in `folder`, `environment` added to this one's; `time_limit` in seconds."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=time_limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(status=None, output="", errors="", failure=f"it took longer than {time_limit:g} s and was stopped")
    except OSError as error:
        return Ended(status=None, output="", errors="", failure=f"{command[0]} does not run: {error.strerror}")
    return Ended(status=done.returncode, output=done.stdout, errors=done.stderr)
