"""What is known of Azure as a whole, and what the slice is judged by."""

from __future__ import annotations

import pathlib

import pytest

from archgen.design import design
from archgen.engine import load_project
from archgen.errors import NotFeasible
from archgen.proof import prove
from archgen.services.catalogue import clouds, facts, services
from archgen.spec import load
from archgen.spec.standards import COUNTRIES, EU
from tests.specs import path

AZURE = clouds()["azure"]


def test_every_region_names_its_country_its_residency_and_its_zones() -> None:
    for region in AZURE.regions.values():
        assert region["country"] in COUNTRIES
        assert region["residency"] == ("eu" if region["country"] in EU else region["country"])
        assert region["zones"] in ([], ["1", "2", "3"])
        assert region["source"] and region["date"] and region["confidence"]


def test_europe_is_not_the_european_union() -> None:
    assert AZURE.regions["westeurope"]["residency"] == "eu"
    assert {AZURE.regions[name]["residency"] for name in ("uksouth", "norwayeast", "switzerlandnorth")} == {
        "gb",
        "no",
        "ch",
    }


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_the_slice_has_no_finding(slice_project: pathlib.Path, stack: str) -> None:
    for proof in prove(load_project(slice_project), [stack], ["foundation", "live"]):
        assert [finding.message for finding in proof.findings] == [], (stack, proof.phase)


def test_everything_without_a_home_is_named() -> None:
    with pytest.raises(NotFeasible) as refused:
        design(load(path("payments-fraud")), "azure", "westeurope")
    said = "\n".join(problem.message for problem in refused.value.problems)
    for component in ("token-key", "core-banking-capture", "chargebacks-intake", "case-management-routing", "audit"):
        assert f"'{component}'" in said


@pytest.mark.parametrize("service", sorted(services("azure")))
def test_parity_says_what_a_service_cannot_do_and_where_that_stands(service: str) -> None:
    for row in (facts("azure", service).get("parity") or {}).get("cannot", ()):
        assert row["text"] and row["figure"] and row["source"] and row["date"], row
        assert row["confidence"] in ("verified", "documented", "judgement", "memory")


def test_every_role_of_the_slice_states_its_parity() -> None:
    unsaid = {
        service for service in services("azure") if not (facts("azure", service).get("parity") or {}).get("cannot")
    }
    assert unsaid == set()
