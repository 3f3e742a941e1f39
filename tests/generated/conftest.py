"""Generated projects, each written once per test process."""

from __future__ import annotations

import pathlib
from collections.abc import Callable

import pytest

from archgen.bundle import write
from archgen.generation import generated
from archgen.spec import load
from tests.specs import path

PARTS = frozenset({"infra", "docs", "diagrams"})


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., pathlib.Path]:
    """`project(case)`: the folder that the case was generated into."""
    made: dict[tuple[str, str | None, str | None], pathlib.Path] = {}

    def of(case: str, cloud: str | None = None, region: str | None = None) -> pathlib.Path:
        key = (case, cloud, region)
        if key not in made:
            folder = tmp_path_factory.mktemp(case)
            spec = path(case)
            write(generated(load(spec), spec.read_bytes(), cloud, region, PARTS), folder)
            made[key] = folder
        return made[key]

    return of
