"""A field that is switched off is switched on by deleting `# `, and the file is valid again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from archgen.interview.commented import EXAMPLE
from archgen.interview.draft import CLOUD, MODE, TASK
from archgen.interview.first_spec import first_spec
from archgen.spec import SCHEMA_FILE, parse
from archgen.spec.document import read_document

_OFF = re.compile(r"(?P<indent> *)# (?P<line> *[^ #].*)")
TEXTS = {
    f"{task}, {mode}": first_spec({TASK: task, MODE: mode, CLOUD: "aws"}).text
    for task in ("fraud-detection", "forecasting", "question-answering", "extraction")
    for mode in ("online", "batch")
}
BESIDE_ANOTHER = "average: "
"""A field whose example has to suit another figure: an average below the peak."""


def switches(lines: list[str]) -> Iterator[range]:
    """The lines of each field or item that can be switched on; a section with what lies in it."""
    at = 1  # after the line for the editor
    while at < len(lines):
        end, found = at + 1, _OFF.fullmatch(lines[at])
        if found:
            while found["line"].endswith(":") and end < len(lines) and lines[end].startswith(f"{found['indent']}#   "):
                end += 1
            yield range(at, end)
        at = end


def on(lines: list[str], chosen: range) -> str:
    return "\n".join(line.replace("# ", "", 1) if at in chosen else line for at, line in enumerate(lines)) + "\n"


CASES = [(name, chosen) for name, text in TEXTS.items() for chosen in switches(text.splitlines())]


def test_there_is_much_to_switch_on() -> None:
    fraud = TEXTS["fraud-detection, online"].splitlines()
    names = {fraud[chosen.start].strip("# ").partition(":")[0] for chosen in switches(fraud)}
    assert {"title", "owner", "labels", "average", "recovery", "models", "features", "governance", "team"} <= names
    assert {"budget", "assumptions", "network", "gateway", "inputs", "- {id"} <= names


@pytest.mark.parametrize(("name", "chosen"), CASES, ids=lambda case: str(case) if isinstance(case, str) else case.start)
def test_a_field_is_switched_on_by_deleting_two_characters(name: str, chosen: range) -> None:
    lines = TEXTS[name].splitlines()
    before = read_document("\n".join(lines), "spec.yaml").values
    text = on(lines, chosen)
    after = read_document(text, "spec.yaml").values
    assert after != before, lines[chosen.start]
    if not lines[chosen.start].strip("# ").startswith(BESIDE_ANOTHER):
        parse(text, "spec.yaml")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_first_line_names_the_schema_and_no_line_is_too_long(text: str) -> None:
    first, *rest = text.splitlines()
    assert first == f"# yaml-language-server: $schema={SCHEMA_FILE}"
    assert max(map(len, rest)) <= 120
    assert not any(line != line.rstrip() for line in rest)


def test_only_what_nobody_stated_is_marked() -> None:
    text = first_spec({TASK: "churn", ("name",): "leavers", ("objective", "statement"): "Keep them"}).text
    marked = {line.split(":")[0].strip() for line in text.splitlines() if f"# {EXAMPLE}" in line}
    assert {"metric", "baseline", "rows", "data"} <= marked
    assert not {"name", "statement", "task", "archgen"} & marked
