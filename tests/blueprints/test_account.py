"""What a spec asks for of its account: nothing that a landing zone owns, and nothing that a brought model needs."""

from __future__ import annotations

import pytest

from archgen.design import plan
from archgen.topology import Component
from tests.specs import changed

OWN = ("landing_zone: existing", "landing_zone: none")


def components(case: str, *replacements: tuple[str, str]) -> dict[str, Component]:
    found = plan(changed(case, *replacements)).topology
    assert found is not None
    return {component.id: component for component in found.components}


def test_recorder_and_detectors_are_made_where_no_landing_zone_owns_them() -> None:
    assert "account-baseline" not in components("payments-fraud")
    own = components("payments-fraud", OWN)
    assert own["account-baseline"].needs["frameworks"] == ("gdpr", "pci-dss")
    assert "account-baseline" in components("demand-forecasting")


def test_an_account_without_a_landing_zone_keeps_its_own_trail() -> None:
    assert "audit" not in components("fraud-slice")
    assert components("demand-forecasting")["audit"].needs["frameworks"] == ()


@pytest.mark.parametrize("id", ["backup", "cost-guard"])
def test_copies_and_the_budget_come_with_learning(id: str) -> None:
    assert id in components("payments-fraud")
    assert id not in components("fraud-slice")


def test_copies_know_how_much_may_be_lost_and_when_the_night_is_over() -> None:
    assert components("payments-fraud")["backup"].needs["rpo_s"] == 60
    assert components("demand-forecasting")["backup"].needs["done_by"] == "05:00"


def test_copies_beyond_the_region_are_for_history_that_a_spec_wants_back() -> None:
    second = components("payments-fraud")["second-region"]
    assert second.needs["residency"] == ("eu",)
    assert "second-region" not in components("fraud-slice"), "sources deliver once more"
    assert "second-region" not in components("demand-forecasting"), "it states no recovery"
