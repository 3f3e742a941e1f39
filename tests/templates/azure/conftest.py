"""The fraud slice on Azure, written and recorded once: components are judged in the program that they are made for."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from archgen.bundle import write
from archgen.engine import Resource, ResourceGraph, load_project, record_all
from archgen.generation import generated
from archgen.spec import load
from tests.specs import path

pytest.importorskip("pulumi_azure_native")
REGION = "westeurope"
PARTS = frozenset({"infra", "docs", "app"})


@dataclass(frozen=True)
class Recorded:
    """One recording, asked by the end of a type and the name."""

    graph: ResourceGraph

    def of(self, kind: str, component: str | None = None) -> list[Resource]:
        """All resources whose type ends in `:<kind>`, of one component where that is given."""
        found = self.graph.resources if component is None else self.graph.of_component(component)
        return [resource for resource in found if resource.type.endswith(f":{kind}")]

    def one(self, kind: str, name: str) -> Resource:
        """The only such resource of that name; fails the test when there are none or several."""
        found = [resource for resource in self.of(kind) if resource.name == name]
        assert len(found) == 1, f"{len(found)} of {kind} {name}: {sorted(r.name for r in self.of(kind))}"
        return found[0]

    def waits_for(self, resource: Resource, *others: Resource) -> bool:
        """Whether the resource is made after all of the others."""
        return {other.urn for other in others} <= set(resource.dependencies)


Recording = Callable[[str, str], Recorded]


def changed(spec: pathlib.Path, replacements: Sequence[tuple[str, str]], folder: pathlib.Path) -> pathlib.Path:
    """A copy of a spec with some of its text replaced; fails where the text is not there."""
    text = spec.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    written = folder / "spec.yaml"
    written.write_text(text, encoding="utf-8")
    return written


def project_of(spec: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """The project of a spec, written below `folder`."""
    write(generated(load(spec), spec.read_bytes(), "azure", REGION, PARTS), folder / "out")
    return folder / "out"


def recordings(project: pathlib.Path) -> dict[tuple[str, str], Recorded]:
    """The production stack in both phases; a run that broke off fails the test."""
    found = {}
    for stack, phase, _, up in record_all(load_project(project), ["prod"], ["foundation", "live"], 2):
        assert up.completed, [problem.message for problem in up.problems]
        found[stack, phase] = Recorded(up)
    return found


@pytest.fixture(scope="session")
def slice_project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return project_of(path("fraud-slice"), tmp_path_factory.mktemp("azure-slice"))


@pytest.fixture(scope="session")
def slice_recordings(slice_project: pathlib.Path) -> dict[tuple[str, str], Recorded]:
    return recordings(slice_project)


@pytest.fixture
def live(slice_recordings: dict[tuple[str, str], Recorded]) -> Recorded:
    return slice_recordings["prod", "live"]


@pytest.fixture
def foundation(slice_recordings: dict[tuple[str, str], Recorded]) -> Recorded:
    return slice_recordings["prod", "foundation"]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Recorded]:
    """The same case at 200 requests a second, which a managed endpoint carries."""
    folder = tmp_path_factory.mktemp("azure-small")
    slower = [
        ("{peak: 10000/s, average: 3500/s", "{peak: 200/s, average: 70/s"),
        ("rate: 10000/s", "rate: 200/s"),
    ]
    return recordings(project_of(changed(path("fraud-slice"), slower, folder), folder))


def role(resource: Resource) -> str:
    """The built-in role that an assignment gives, by its id."""
    return str(resource.inputs["roleDefinitionId"]).rsplit("/", 1)[-1]


def settings_of(app: Resource) -> dict[str, Any]:
    """The plain variables of a container app."""
    (container,) = app.inputs["template"]["containers"]
    return {each["name"]: each.get("value") for each in container["env"]}
