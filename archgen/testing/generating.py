"""One generation in an interpreter of its own: `python -m archgen.testing.generating SPEC CLOUD REGION FOLDER`.

`archgen.testing.determinism` starts several, each with another order of hashes.
"""

from __future__ import annotations

import pathlib
import sys

from archgen.bundle import write
from archgen.errors import ArchgenError
from archgen.generation import generated
from archgen.registry import blaming
from archgen.spec import load

PARTS = frozenset({"infra", "docs"})
"""Pictures are laid out from the same design and program, and take longer than all of the rest."""


def main(spec: str, cloud: str, region: str, folder: str) -> int:
    """Generate program and documents; exit status 1, and why on stderr, where there are none."""
    path = pathlib.Path(spec)
    try:
        with blaming():
            write(generated(load(path), path.read_bytes(), cloud, region or None, PARTS), pathlib.Path(folder))
    except ArchgenError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
