"""Write everything anew that is generated from the code, to be reviewed as a diff.

python -m scripts            all but what takes minutes
python -m scripts --caught   also which rule catches which planted fault
"""

from __future__ import annotations

import pathlib
import runpy
import sys

from archgen.generation import drawn
from archgen.spec import load

ROOT = pathlib.Path(__file__).parents[1]
WRITERS = ("update_inventories", "write_completeness", "write_errors", "write_fields", "write_parity", "write_rules")


def pictures() -> None:
    """The logical view of each example, as the README shows it."""
    for spec in sorted((ROOT / "examples").glob("*/spec.yaml")):
        bundle, _ = drawn(load(spec), None, None, ("logical",), ("png",), "a3")
        (picture,) = (one for one in bundle.artifacts if one.path.endswith(".png"))
        target = ROOT / "docs" / "pictures" / f"{spec.parent.name}.png"
        target.write_bytes(picture.content)
        print(target)


def main() -> None:
    """Every writer, in the order of their names."""
    for name in (*WRITERS, *(["write_caught"] if "--caught" in sys.argv else [])):
        runpy.run_module(f"scripts.{name}", run_name="__main__")
    pictures()


if __name__ == "__main__":
    main()
