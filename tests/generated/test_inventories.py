"""Examples are goldens: what a program makes changes only together with what a reviewer reads of it."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

import pytest
from ruamel.yaml import YAML

from archgen.proof import Proof
from archgen.spec import load
from scripts.update_inventories import EXAMPLES, inventories, proved
from scripts.write_completeness import PAGE, ROOT, lines, musts, page, rows

SPECS = sorted(EXAMPLES.glob("*/spec.yaml"))


@pytest.fixture(scope="module")
def proofs() -> Mapping[pathlib.Path, Mapping[str, Proof]]:
    return {spec: proved(spec) for spec in SPECS}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.parent.name)
def test_the_program_of_an_example_is_the_one_that_was_reviewed(
    spec: pathlib.Path, proofs: Mapping[pathlib.Path, Mapping[str, Proof]]
) -> None:
    golden = spec.with_name(f"inventory.{load(spec).platform.cloud}.yaml")
    reviewed = YAML(typ="safe", pure=True).load(golden.read_text(encoding="utf-8"))
    for phase, inventory in inventories(spec, proofs[spec]).items():
        for part, found in inventory.items():
            assert found == reviewed[phase][part], (
                f"{phase} {part}: run scripts/update_inventories.py and review the diff"
            )


def test_every_expected_row_is_met_or_says_why_not(proofs: Mapping[pathlib.Path, Mapping[str, Proof]]) -> None:
    said = rows()
    for case, folder in said["cases"].items():
        resources = [each for each in proofs[ROOT / folder / "spec.yaml"]["live"].resources if each.from_provider]
        assert [line.types for line in lines(said, case, resources) if line.status == "open"] == []
        assert [must.text for must in musts(said, case, resources) if not must.holds] == []
        # A reason that the counts have overtaken would be an excuse for nothing.
        assert [row.types for row in lines(said, case, resources) if row.status == "met" and row.reason] == []


def test_the_page_says_what_the_programs_are(proofs: Mapping[pathlib.Path, Mapping[str, Proof]]) -> None:
    recorded = {spec.parent.relative_to(ROOT).as_posix(): made["live"].resources for spec, made in proofs.items()}
    assert PAGE.read_text(encoding="utf-8") == page(recorded), "run python -m scripts.write_completeness"
