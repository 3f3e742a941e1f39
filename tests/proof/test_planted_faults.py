"""Each planted fault is found, by its rule, at its place; the project without a fault has no finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from archgen.proof import all_rules
from tests.planting import Fault, findings_of, plant
from tests.proof.faults import FAULTS

FAMILIES = {rule.id: rule.family for rule in all_rules()}
PROJECT = Path(__file__).parent.parent / "engine" / "project"


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
