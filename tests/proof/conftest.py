"""The recorded fraud program, written and run once per test process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archgen.bundle import write
from archgen.engine import load_project, record_all
from archgen.generation import generated
from archgen.proof import Evidence
from archgen.proof.coverage import load_coverage
from archgen.spec import load
from tests.proof.mutations.planting import Program, program
from tests.proof.mutations.planting import evidence as recorded
from tests.specs import path


@pytest.fixture(scope="session")
def fraud(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """The slice of the fraud case on AWS, stack prod in the live phase: 290 resources that no rule complains of."""
    folder, spec = tmp_path_factory.mktemp("fraud"), path("fraud-slice")
    write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra", "docs"})), folder)
    project = load_project(folder)
    stack, phase, preview, up = next(iter(record_all(project, ["prod"], ["live"])))
    return Evidence(project, stack, phase, preview, up, load_coverage(project), "aws")


@pytest.fixture(scope="session")
def forecast(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """The nightly forecast on AWS, without a landing zone, stack prod in the live phase."""
    folder, spec = tmp_path_factory.mktemp("forecast"), path("demand-forecasting")
    write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra", "docs"})), folder)
    return recorded(folder)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Program]:
    """`programs(cloud)`: the fraud program on that cloud, generated and recorded once per test process."""
    made: dict[str, Program] = {}

    def of(cloud: str) -> Program:
        if cloud not in made:
            made[cloud] = program(cloud, tmp_path_factory.mktemp(cloud))
        return made[cloud]

    return of
