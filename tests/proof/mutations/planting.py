"""Planting mutations in a recorded program, and the finding that catches each."""

from __future__ import annotations

import copy
import dataclasses
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from archgen.bundle import write
from archgen.documents.inventory import stateful
from archgen.engine import Resource, load_project, record, record_all
from archgen.generation import generated
from archgen.proof import Evidence, Finding, Rule, all_rules
from archgen.proof.coverage import load_coverage
from archgen.proof.stateful import STATEFUL_FILE, written
from archgen.services.catalogue import clouds
from archgen.spec import load
from tests.proof.mutations.mutation import Change, Mutation, Text

ROOT = Path(__file__).parents[3]
SLICE = ROOT / "tests" / "cases" / "fraud-slice.yaml"
WHOLE = {"aws": ROOT / "examples" / "fraud-detection" / "spec.yaml", "gcp": SLICE, "azure": SLICE}
"""The fraud program as far as each cloud builds it."""
REGIONS = {"gcp": "europe-west4", "azure": "westeurope"}
"""Where it lies, if not in the spec's region."""
REFERENCE = re.compile(r"\{(aws:[\w/:]+) ([a-z0-9-]+)\}")
"""A resource by type and name, in the place of which an edit wants its ARN."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """The fraud program on one cloud.

    `evidence` is its recording (prod, live), whose registrations are changed; `text` the folder with the slice of it
    that every cloud builds, whose text is changed and run again.
    """

    cloud: str
    evidence: Evidence
    text: Path


def program(cloud: str, folder: Path) -> Program:
    """Generate and record it, with the URNs of what holds data accepted as `archgen synth --write` does."""
    whole, text = folder / "whole", folder / "text"
    _generate(WHOLE[cloud], cloud, whole)
    _generate(SLICE, cloud, text)
    recorded = evidence(whole)
    urns = stateful(recorded.up.resources, clouds()[cloud].facts["stateful_types"])
    (whole / STATEFUL_FILE).write_bytes(written({"prod": {"live": urns}}))
    return Program(cloud=cloud, evidence=recorded, text=text)


def _generate(spec: Path, cloud: str, folder: Path) -> None:
    parts = frozenset({"infra", "docs"})
    write(generated(load(spec), spec.read_bytes(), cloud, REGIONS.get(cloud), parts), folder)


def evidence(folder: Path) -> Evidence:
    """What the rules look at: the program in `folder`, in stack prod and the live phase."""
    project = load_project(folder)
    stack, phase, preview, up = next(iter(record_all(project, ["prod"], ["live"])))
    coverage = load_coverage(project)
    return Evidence(project, stack, phase, preview, up, coverage, (coverage or {}).get("cloud"))


def _of_up(folder: Path) -> Evidence:
    """The same from the run that updates alone, which stands for the preview too: enough for what stops a program."""
    project = load_project(folder)
    up, coverage = record(project, "prod", "live", "up"), load_coverage(project)
    return Evidence(project, "prod", "live", up, up, coverage, (coverage or {}).get("cloud"))


def caught(found: Program, mutations: Sequence[Mutation], scratch: Path) -> Mapping[str, Finding | None]:
    """Mutation -> the finding that catches it on the cloud of `found`, None where none does; absent where it makes no
    sense there. `scratch` is an empty folder for copies of the program.
    """
    plants = {each.id: each.on(found.cloud) for each in mutations}
    results = {id: of_change(found.evidence, plant) for id, plant in plants.items() if isinstance(plant, Change)}
    texts = {id: plant for id, plant in plants.items() if isinstance(plant, Text)}
    for number, group in enumerate(groups(texts)):
        results |= of_texts(found.text, group, scratch / str(number))
    return results


def groups(texts: Mapping[str, Text]) -> Iterator[Mapping[str, Text]]:
    """What is planted in one copy: each fault that stops the program alone, and all others together."""
    yield {id: plant for id, plant in texts.items() if not plant.stops}
    yield from ({id: plant} for id, plant in texts.items() if plant.stops)


def of_change(recorded: Evidence, plant: Change) -> Finding | None:
    """The finding that catches a change of what the program registers, at the changed resource unless it says not."""
    faulty, urn = changed(recorded, plant)
    for finding in rules()[plant.rule].check(faulty):
        if plant.elsewhere or finding.resource == urn:
            return finding
    return None


def changed(recorded: Evidence, plant: Change) -> tuple[Evidence, str]:
    """The evidence with the fault in it, and the URN that the finding has to name."""
    found = next(each for each in recorded.up.of_type(plant.type) if plant.name is None or each.name == plant.name)
    if plant.removed:
        return replaced(recorded, found, None), found.urn
    inputs = copy.deepcopy(dict(found.inputs))
    if plant.edit is not None:
        plant.edit(inputs)
        assert inputs != found.inputs, f"nothing was changed in {found.urn}"
    urn = f"{found.urn.rpartition('::')[0]}::{plant.renamed}" if plant.renamed else found.urn
    name = plant.renamed or found.name
    protect = found.protect and not plant.unprotected
    new = dataclasses.replace(found, inputs=_referring(inputs, recorded), urn=urn, name=name, protect=protect)
    if plant.unrelated:
        new = dataclasses.replace(new, dependencies=(), property_dependencies={})
    return replaced(recorded, found, new), found.urn


def replaced(recorded: Evidence, old: Resource, new: Resource | None) -> Evidence:
    """The evidence with another resource in the place of one, or without it."""
    resources = tuple(new if each is old else each for each in recorded.up.resources)
    up = dataclasses.replace(recorded.up, resources=tuple(each for each in resources if each is not None))
    return dataclasses.replace(recorded, up=up)


def of_texts(program: Path, plants: Mapping[str, Text], folder: Path) -> Mapping[str, Finding | None]:
    """The findings that catch faults of the text, all planted in one copy: each on a line that was planted."""
    if not plants:
        return {}
    shutil.copytree(program, folder, ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    for id, plant in plants.items():
        file = folder / plant.file
        text = file.read_text(encoding="utf-8")
        assert plant.old in text, f"{id}: {plant.file} no longer has {plant.old!r}"
        file.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
    recorded = _of_up(folder) if all(plant.stops for plant in plants.values()) else evidence(folder)
    findings = {rule: tuple(rules()[rule].check(recorded)) for rule in {each.rule for each in plants.values()}}
    return {id: _of_text(plant, findings[plant.rule], folder) for id, plant in plants.items()}


def _of_text(plant: Text, findings: Sequence[Finding], folder: Path) -> Finding | None:
    for finding in findings:
        if finding.file != plant.place:
            continue
        if plant.file.removeprefix("infra/") != finding.file or finding.line in _planted_lines(plant, folder):
            return finding
    return None


def _planted_lines(plant: Text, folder: Path) -> frozenset[int]:
    """The lines of the file that the plant has made, as they stand after all others were planted too."""
    text = (folder / plant.file).read_text(encoding="utf-8")
    planted = plant.new.removesuffix(plant.old)
    first = text.count("\n", 0, text.index(planted)) + 1
    return frozenset(range(first, first + max(1, planted.count("\n"))))


def _referring(value: Any, recorded: Evidence) -> Any:
    """The inputs with the ARN of a resource where an edit only names it by type and name."""
    if isinstance(value, dict):
        return {key: _referring(each, recorded) for key, each in value.items()}
    if isinstance(value, list):
        return [_referring(each, recorded) for each in value]
    named = REFERENCE.fullmatch(value) if isinstance(value, str) else None
    if named is None:
        return value
    resource = next(each for each in recorded.up.of_type(named[1]) if each.name == named[2])
    return next(each for each in resource.identities if each.startswith("arn:"))


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id."""
    return {rule.id: rule for rule in all_rules()}
