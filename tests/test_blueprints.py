"""What every blueprint derives from a spec."""

from __future__ import annotations

from typing import get_args

import pytest

from archgen.blueprints import blueprints, most_sensitive
from archgen.design import design
from archgen.errors import NotFeasible
from archgen.spec.words import DataClass
from tests.specs import changed


def test_every_data_class_of_a_spec_has_a_rank() -> None:
    known = [one for part in get_args(DataClass) for one in (get_args(part) or (part,)) if isinstance(one, str)]
    assert len(known) >= 7
    assert most_sensitive(known) in ("pan", "sad")
    for one in known:
        assert most_sensitive(["public", one]) == one


@pytest.mark.parametrize("blueprint", blueprints(), ids=lambda blueprint: blueprint.id)
def test_a_blueprint_says_what_it_is(blueprint) -> None:
    assert blueprint.title and (blueprint.folder / "README.md").is_file()


def test_a_forecast_is_a_run_and_never_an_answer_to_a_request() -> None:
    asked = changed("fraud-slice", ("task: fraud-detection", "task: forecasting"))
    with pytest.raises(NotFeasible) as error:
        design(asked)
    assert ("problem.task", "blueprint-unsuited") in {(one.path, one.id) for one in error.value.problems}
