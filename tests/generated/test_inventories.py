"""Examples are goldens: what a program makes changes only together with the inventory that a reviewer reads."""

from __future__ import annotations

import pathlib

import pytest
from ruamel.yaml import YAML

from archgen.spec import load
from scripts.update_inventories import EXAMPLES, recorded


@pytest.mark.parametrize("spec", sorted(EXAMPLES.glob("*/spec.yaml")), ids=lambda spec: spec.parent.name)
def test_the_program_of_an_example_is_the_one_that_was_reviewed(spec: pathlib.Path) -> None:
    golden = spec.with_name(f"inventory.{load(spec).platform.cloud}.yaml")
    reviewed = YAML(typ="safe", pure=True).load(golden.read_text(encoding="utf-8"))
    found = recorded(spec)
    for phase, inventory in found.items():
        for part, rows in inventory.items():
            assert rows == reviewed[phase][part], (
                f"{phase} {part}: run scripts/update_inventories.py and review the diff"
            )
