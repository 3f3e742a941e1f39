"""Problems that are found while designing, shown at their line of the spec."""

from __future__ import annotations

import pathlib

from archgen.errors import Problem
from archgen.spec.placing import placed
from tests.spec.cases import place_of
from tests.specs import path

SPEC = path("fraud-slice")
TEXT = SPEC.read_text(encoding="utf-8")


def places(*paths: str) -> list[tuple[int | None, int | None]]:
    problems = [Problem(id="x", message="x", path=one) for one in paths]
    return [(problem.line, problem.column) for problem in placed(problems, SPEC)]


def test_a_field_an_item_and_an_item_by_its_id_are_found() -> None:
    latency, source = place_of(TEXT, "100 ms"), place_of(TEXT, "authorisations,")
    found = places("workload.latency.p99", "sources[0].id", "sources[authorisations].id")
    assert found == [latency, source, source]


def test_what_is_not_in_the_file_stands_where_it_would_be() -> None:
    there = places("workload.nothing", "sources[none].id", "sources[99]", "title.deeper")
    assert [line for line, _ in there] == [
        place_of(TEXT, key)[0] for key in ("workload:", "sources:", "sources:", "title:")
    ]


def test_a_problem_without_a_subject_or_with_a_place_stays_as_it_is() -> None:
    known = Problem(id="x", message="x", path="title", file="other.yaml", line=7)
    problems = (known, Problem(id="y", message="y"), Problem(id="z", message="z", path="nothing.of.it"))
    assert placed(problems, SPEC) == problems


def test_a_spec_that_cannot_be_read_again_places_nothing(tmp_path: pathlib.Path) -> None:
    problems = (Problem(id="x", message="x", path="title"),)
    assert placed(problems, tmp_path / "gone.yaml") == problems
