from __future__ import annotations

import pathlib

import pytest

from archgen.design import Design, design
from archgen.pictures.drawing import Drawn, drawn
from archgen.pictures.views import Subject
from archgen.program import wire
from archgen.spec import load

CASES = pathlib.Path(__file__).parents[1] / "cases"


def subject_of(case: str, cloud: str | None = None, region: str | None = None) -> Subject:
    made: Design = design(load(CASES / f"{case}.yaml"), cloud, region)
    return Subject(design=made, program=wire(made))


@pytest.fixture(scope="session")
def fraud() -> Subject:
    return subject_of("fraud-slice")


@pytest.fixture(scope="session")
def sheets(fraud: Subject) -> dict[str, Drawn]:
    return dict(drawn(fraud.design, fraud.program))
