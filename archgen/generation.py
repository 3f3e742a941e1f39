"""Everything that one spec generates, as a bundle: nothing is written and no provider SDK is imported here."""

from __future__ import annotations

from archgen.bundle import Artifact, Bundle, part_of
from archgen.design import design
from archgen.documents import documents
from archgen.program import project_files, wire
from archgen.spec import Spec


def generated(spec: Spec, text: bytes, cloud: str | None, region: str | None, parts: frozenset[str]) -> Bundle:
    """The bundle of a spec, with `text` as its `spec.yaml`, limited to `parts`.

    Raises `NotFeasible` and `WrongUse` as `archgen.design.design` does.
    """
    designed = design(spec, cloud, region)
    program = wire(designed)
    files = {**project_files(designed, program), **documents(designed, program), "spec.yaml": text}
    artifacts = tuple(
        Artifact(path=path, content=content) for path, content in sorted(files.items()) if part_of(path) in parts
    )
    return Bundle(spec_hash=designed.spec_hash, parts=parts, artifacts=artifacts)
