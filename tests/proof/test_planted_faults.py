"""Each planted fault is found, by its rule, at its place; the project without a fault has no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from archgen.proof import all_rules
from archgen.proof.requirements import Requirement
from tests.planting import Fault, findings_of, plant
from tests.proof.faults import FAULTS
from tests.proof.mutations import MUTATIONS

FAMILIES = {rule.id: rule.family for rule in all_rules()}
PROJECT = Path(__file__).parent.parent / "engine" / "project"
NOT_PLANTABLE = {"missing-parent", "unknown-in-up"}
"""The SDK itself stops a program from these two: see `tests/engine/test_monitor.py` and `test_inspection.py`."""

ON_FRAUD = {"dead-letters-unwatched", "unwanted"}
"""Planted by tests of their own in `test_planted_on_fraud.py`."""


@pytest.mark.parametrize("phase", ["foundation", "live"])
@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_project_without_a_fault_has_no_finding(stack: str, phase: str) -> None:
    """It is sound, and not hardened: what is required for security is planted on a program that meets it all."""
    found = [finding.rule for finding in findings_of(PROJECT, stack, phase)]
    assert [rule for rule in found if FAMILIES[rule] != "security"] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_found_at_its_place(fault: Fault, tmp_path: Path) -> None:
    found = findings_of(plant(PROJECT, tmp_path / "project", fault), "prod", "live")
    of_rule = [finding for finding in found if finding.rule == fault.rule]
    assert of_rule, f"found only {found}"
    assert {finding.file for finding in of_rule} == {fault.found_in}
    assert all(finding.line for finding in of_rule if finding.file)


def test_every_rule_has_a_planted_fault() -> None:
    """Rows of the tables of requirements have one for each check: `test_requirements.py`."""
    classes = {rule.id for rule in all_rules() if not isinstance(rule, Requirement)}
    planted = {fault.rule for fault in FAULTS} | {mutation.rule for mutation in MUTATIONS} | ON_FRAUD
    assert classes - NOT_PLANTABLE == planted & classes
    assert planted <= {rule.id for rule in all_rules()}
