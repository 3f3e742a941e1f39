"""Write `docs/errors.md` anew: every id of an error, and what a wrong spec gets to read.

python -m scripts.write_errors
"""

from __future__ import annotations

import os
import pathlib
import tempfile
from contextlib import chdir

import yaml
from click.testing import CliRunner

from archgen.cli import main
from tests.errors.wrong_specs import WRONG_SPECS, WrongSpec

ROOT = pathlib.Path(__file__).parents[1]
PAGE = ROOT / "docs" / "errors.md"
HEAD = """# Errors

Every error has a place (`file:line:column`, both from 1), the path of the field, what was found, and an id in brackets
that does not change from release to release; below stand the line with a caret, what was expected and a hint. All
errors of a file are shown at once, except that a file which is no YAML ends at its first. `--json` has the same as
data: `{errors: [{id, path, file, line, column, message, expected, hint, related}]}`. Exit status: 1 for what is not
feasible or a fault of a template, 2 for a wrong spec or a wrong call. `python -m scripts.write_errors` writes this
page.
"""


def errors_page() -> str:
    """The page as Markdown."""
    groups = yaml.safe_load((ROOT / "tests" / "errors" / "ids.yaml").read_text(encoding="utf-8"))
    lines = [HEAD, "## Ids"]
    for group, meanings in groups.items():
        lines += ["", f"### {group}", "", "| id | means |", "|---|---|"]
        lines += [f"| `{id}` | {meaning} |" for id, meaning in meanings.items()]
    lines += ["", "## Wrong specs and what they get to read"]
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        for wrong in WRONG_SPECS:
            lines += ["", "```text", *_said(wrong), "```"]
    return "\n".join(lines) + "\n"


def _said(wrong: WrongSpec) -> list[str]:
    spec = pathlib.Path("spec.yaml")
    spec.write_text(wrong.text, encoding="utf-8")
    said = CliRunner().invoke(main, ["validate", os.fspath(spec)]).stderr
    return said.rstrip().splitlines()


if __name__ == "__main__":
    PAGE.write_text(errors_page(), encoding="utf-8")
