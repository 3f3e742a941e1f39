"""Containers carry the peak in a year with one zone of three lost, whatever a cloud calls them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archgen.services.containers import Containers, digest, image_digest
from archgen.sizing import Quantity
from tests.services.surroundings import by_name, demand

TASKS = Containers(name="tasks", rate="records_per_second", each=1000)
AT_TWO_THIRDS = {"utilisation_target": 2 / 3, "container_burst": 1.5}


def planned(containers: Containers, rate: float = 6000, growth: float = 0.0) -> Quantity:
    load = demand(AT_TWO_THIRDS, records_per_second=rate, growth=growth, entities=("card", "merchant"))
    return containers.planned(load)


def test_two_zones_carry_the_whole_load_at_the_planned_utilisation() -> None:
    # 6,000/s at 667/s each are nine: five in each zone, since two zones have to hold them.
    assert planned(TASKS).value == 15


def test_a_year_of_growth_is_planned_for() -> None:
    assert planned(TASKS, rate=6000, growth=0.5).value == planned(TASKS, rate=9000).value


def test_work_per_entity_multiplies_the_load_and_is_said_among_the_inputs() -> None:
    twice = planned(replace(TASKS, per_entity=True), rate=6000)
    assert twice.value == planned(TASKS, rate=12000).value
    assert twice.inputs["entities"] == 2
    assert "× entities ÷" in twice.formula
    assert "entities" not in planned(TASKS).inputs


def test_the_ceiling_is_the_burst_above_what_is_planned() -> None:
    rows = by_name(TASKS.size(demand(AT_TWO_THIRDS, records_per_second=6000, growth=0.0)))
    assert (rows.tasks.value, rows.max_tasks.value) == (15, 23)
    assert "container_burst" in rows.max_tasks.inputs


def test_what_does_not_scale_has_no_ceiling() -> None:
    fixed = replace(TASKS, scaling=None)
    assert [row.name for row in fixed.size(demand(records_per_second=6000, growth=0.0))] == ["tasks"]


def test_an_assumption_about_one_container_is_an_input_and_a_fact_stands_in_the_formula() -> None:
    assumed = planned(replace(TASKS, each="bridge_records_per_task"))
    assert "bridge_records_per_task" in assumed.inputs
    assert assumed.low is not None and assumed.low < assumed.value, "an optimist needs fewer"
    fact = planned(TASKS)
    assert "÷ (1,000 × utilisation_target)" in fact.formula


@pytest.mark.parametrize(
    ("shared", "where"), [(True, "image card-scores in the platform's registry"), (False, "in its repository")]
)
def test_an_image_makes_a_component_live_and_is_looked_for_where_the_cloud_keeps_it(shared: bool, where: str) -> None:
    setting = image_digest("card-scores", "a", shared_registry=shared)
    assert setting.key == "cardScoresImageDigest"
    assert setting.live
    assert setting.description.endswith(where)


def test_a_sample_is_a_whole_digest() -> None:
    algorithm, _, hexadecimal = str(digest("model", "image of the model", "d").sample).partition(":")
    assert algorithm == "sha256"
    assert len(bytes.fromhex(hexadecimal)) == 32
