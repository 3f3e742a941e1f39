"""Print a command of the README by the word that follows `sh` on its fence, so that CI runs what a newcomer is told."""

from __future__ import annotations

import pathlib
import re
import sys

README = pathlib.Path(__file__).parents[1] / "README.md"


def command(name: str) -> str:
    """The lines of the fence "```sh <name>"; raises `SystemExit` where there is none."""
    found = re.search(rf"^```sh {re.escape(name)}\n(.*?)^```", README.read_text(encoding="utf-8"), re.S | re.M)
    if found is None:
        raise SystemExit(f"README.md has no command called '{name}'")
    return found.group(1).strip()


if __name__ == "__main__":
    print(command(sys.argv[1]))
