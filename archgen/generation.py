"""Everything that one spec generates, as a bundle: nothing is written and no provider SDK is imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archgen.bundle import Artifact, Bundle, part_of
from archgen.design import design
from archgen.documents.folder import documents
from archgen.pictures import DEFAULT_FORMATS, pictures, unavailable
from archgen.program import project_files, wire
from archgen.spec import SCHEMA_FILE, Spec, schema_text


def generated(spec: Spec, text: bytes, cloud: str | None, region: str | None, parts: frozenset[str]) -> Bundle:
    """The bundle of a spec, with `text` as its `spec.yaml` and the schema that an editor reads beside it, limited to
    `parts`.

    Raises `NotFeasible` and `WrongUse` as `archgen.design.design` does.
    """
    designed = design(spec, cloud, region)
    program = wire(designed)
    files = {**project_files(designed, program), "spec.yaml": text, SCHEMA_FILE: schema_text().encode()}
    if "docs" in parts:
        files |= documents(designed, program)
    if "diagrams" in parts:
        files |= pictures(designed, program)
    artifacts = tuple(
        Artifact(path=path, content=content) for path, content in sorted(files.items()) if part_of(path) in parts
    )
    return Bundle(spec_hash=designed.spec_hash, parts=parts, artifacts=artifacts)


def drawn(
    spec: Spec,
    cloud: str | None,
    region: str | None,
    views: Sequence[str],
    formats: Sequence[str],
    paper: str,
) -> tuple[Bundle, Mapping[str, str]]:
    """The pictures of a spec, in the formats and views that are named (none: all), and the views that do not apply.

    The bundle is complete for no part, so that files of other views in the folder stay.
    """
    designed = design(spec, cloud, region)
    program = wire(designed)
    files = pictures(designed, program, formats=tuple(formats) or DEFAULT_FORMATS, views=views or None, paper=paper)
    artifacts = tuple(Artifact(path=path, content=content) for path, content in files.items())
    absent = {} if views else unavailable(designed, program)
    return Bundle(spec_hash=designed.spec_hash, parts=frozenset(), artifacts=artifacts), absent
