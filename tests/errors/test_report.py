"""How a problem reads on a terminal."""

from __future__ import annotations

import pathlib
from dataclasses import replace

import pytest

from archgen.errors import Place, Problem
from archgen.errors.report import reports


def report(problem: Problem, width: int | None = None) -> str:
    (said,) = reports([problem], width)
    return said


def problem(file: pathlib.Path) -> Problem:
    return Problem(
        id="peak-and-rate-differ",
        message="the peak differs from the rate",
        expected="the same load in both, as one is the other",
        hint="change one of the two",
        path="workload.peak",
        file=str(file),
        line=2,
        column=9,
        related=(Place(path="sources[0].rate", line=7, column=3), Place(path="workload")),
    )


def test_a_problem_is_said_with_its_line_and_all_that_helps(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("workload:\n  peak: 9000/s\n")
    assert report(problem(file)).splitlines() == [
        f"{file}:2:9: workload.peak: the peak differs from the rate [peak-and-rate-differ]",
        "    2 |   peak: 9000/s",
        "      |         ^",
        "  expected: the same load in both, as one is the other",
        f"  see also: {file}:7:3: sources[0].rate",
        "  see also: workload",
        "  hint: change one of the two",
    ]


def test_without_the_file_the_rest_is_said(tmp_path: pathlib.Path) -> None:
    said = report(problem(tmp_path / "gone.yaml")).splitlines()
    assert len(said) == 5 and "^" not in "".join(said)


@pytest.mark.parametrize(("line", "shown"), [(0, False), (1, True), (2, True), (3, False)])
def test_a_line_that_the_file_does_not_have_is_not_shown(tmp_path: pathlib.Path, line: int, shown: bool) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text("a: 1\nb: 2")
    assert ("^" in report(replace(problem(file), line=line, column=1))) is shown


def test_a_narrow_terminal_gets_short_lines(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(f"workload:\n  peak: {'9' * 200}\n")
    said = report(problem(file), 50).splitlines()
    assert all(len(line) <= 50 for line in said if str(tmp_path) not in line)
    assert any(line.startswith("    ") and "^" not in line and "|" not in line for line in said)


def test_nothing_of_a_problem_writes_to_the_terminal() -> None:
    said = report(Problem(id="x", message="a\x1b[2J\nb\u202e", path="p\x07", file="f\x1b\udc80", hint="h\x9b"), 80)
    assert said.replace("\n", "").isprintable()
    assert said.encode("utf-8")
