"""Every mutation of the table, planted on every cloud where it makes sense, is caught by the rule that should.

One recording serves all changes of what a program registers, and one more all changes of its text that let it run; each
of the others is run alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from archgen.proof import all_rules
from archgen.proof.requirements import Requirement
from tests.proof.mutations import CLOUDS, MUTATIONS, OWN, REFERENCE, Change, NotHere, Text
from tests.proof.mutations.planting import Program, groups, of_change, of_texts, rules

Programs = Callable[[str], Program]
ELSEWHERE = {"missing-parent", "unknown-in-up"}
"""The SDK itself stops a program from these two: see `tests/engine/test_monitor.py` and `test_inspection.py`."""


def _changes() -> Iterator[ParameterSet]:
    for cloud in CLOUDS:
        for mutation in MUTATIONS:
            plant = mutation.on(cloud)
            if isinstance(plant, Change):
                yield pytest.param(cloud, plant, id=f"{cloud}-{mutation.id}")


def _texts() -> Iterator[ParameterSet]:
    for cloud in CLOUDS:
        plants = {mutation.id: mutation.on(cloud) for mutation in MUTATIONS}
        for group in groups({id: plant for id, plant in plants.items() if isinstance(plant, Text)}):
            yield pytest.param(cloud, group, id=f"{cloud}-{next(iter(group)) if len(group) == 1 else 'together'}")


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_program_without_a_fault_has_no_finding(programs: Programs, cloud: str) -> None:
    recorded = programs(cloud).evidence
    assert recorded.up.completed
    assert [finding for rule in all_rules() for finding in rule.check(recorded)] == []


@pytest.mark.parametrize(("cloud", "plant"), list(_changes()))
def test_a_changed_registration_is_caught(programs: Programs, cloud: str, plant: Change) -> None:
    assert of_change(programs(cloud).evidence, plant) is not None, plant.rule


@pytest.mark.parametrize(("cloud", "group"), list(_texts()))
def test_a_changed_text_is_caught(programs: Programs, cloud: str, group: Mapping[str, Text], tmp_path: Path) -> None:
    found = of_texts(programs(cloud).text, group, tmp_path / "program")
    assert {id: group[id].rule for id, finding in found.items() if finding is None} == {}


def test_the_table_is_complete() -> None:
    """Thirty-three faults of reference, and more than twenty-five own ones on each cloud; all rules are real."""
    assert [each.id for each in REFERENCE if not each.id.startswith("B")] == []
    assert {each.id for each in REFERENCE} == {f"B{number:02}" for number in range(1, 34)}
    assert len({each.id for each in MUTATIONS}) == len(MUTATIONS)
    for cloud in CLOUDS:
        assert len([each for each in OWN if not isinstance(each.on(cloud), NotHere)]) >= 25, cloud
    plants = [each.on(cloud) for each in MUTATIONS for cloud in CLOUDS]
    assert {plant.rule for plant in plants if not isinstance(plant, NotHere)} <= set(rules())
    assert all(plant.why for plant in plants if isinstance(plant, NotHere))


def test_every_rule_has_a_mutation() -> None:
    """Rows of the tables of requirements have a case for each check as well: `test_requirements.py`."""
    from tests.proof.faults import FAULTS
    from tests.proof.test_planted_on_fraud import PLANTED_HERE

    classes = {rule.id for rule in all_rules() if not isinstance(rule, Requirement)}
    plants = [each.on(cloud) for each in MUTATIONS for cloud in CLOUDS]
    planted = {plant.rule for plant in plants if not isinstance(plant, NotHere)} | {fault.rule for fault in FAULTS}
    assert classes - ELSEWHERE <= planted | PLANTED_HERE
