"""Writes the app of one service into a folder, as a generated project would have it.

`python benchmarks/assemble.py aws scoring_service /tmp/scoring`
"""

from __future__ import annotations

import argparse
import pathlib

from archgen.program.apps import app_files


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Write the app of one service into a folder.")
    parser.add_argument("cloud")
    parser.add_argument("service")
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    for path, content in app_files(arguments.cloud, arguments.service).items():
        (arguments.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (arguments.folder / path).write_bytes(content)


if __name__ == "__main__":
    main()
