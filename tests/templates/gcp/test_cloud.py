"""What is known of Google Cloud as a whole."""

from __future__ import annotations

from archgen.services.catalogue import clouds, facts, services
from archgen.spec.standards import COUNTRIES, EU

GCP = clouds()["gcp"]


def test_every_region_names_its_country_its_residency_and_its_own_zones() -> None:
    for name, region in GCP.regions.items():
        assert region["country"] in COUNTRIES
        assert region["residency"] == ("eu" if region["country"] in EU else region["country"])
        assert all(zone.startswith(f"{name}-") for zone in region["zones"])
        assert region["source"] and region["date"] and region["confidence"]


def test_the_first_region_of_europe_has_no_zone_a() -> None:
    assert GCP.region("europe-west1").zones == ("europe-west1-b", "europe-west1-c", "europe-west1-d")


def test_london_and_zurich_lie_outside_the_union() -> None:
    assert (GCP.regions["europe-west2"]["residency"], GCP.regions["europe-west6"]["residency"]) == ("gb", "ch")


def test_only_members_are_grants_never_bindings_or_whole_policies() -> None:
    for type in GCP.facts["grant_types"]["identity"]:
        assert type.lower().endswith("iammember"), type


def test_every_service_says_with_a_figure_and_a_source_what_it_cannot() -> None:
    for id in services("gcp"):
        (first, *_) = facts("gcp", id)["parity"]["cannot"]
        assert first["text"] and first["figure"] and first["source"] and first["date"], id
        assert first["confidence"] in ("verified", "documented", "judgement", "memory"), id
