"""What every service says of itself for pictures: nothing that a view asks for may be missing or point nowhere."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from importlib.metadata import distribution
from typing import Any

import pytest

from archgen.pictures.views import Subject
from archgen.services.catalogue import clouds, facts, services
from archgen.services.service import Service
from tests.pictures.conftest import subject_of

ALL = [(cloud, service) for cloud in clouds() for service in services(cloud).values()]
WITHOUT_DATA = frozenset({"network", "foundation", "operations", "cost-guard"})
EXTERNAL = frozenset({"source", "consumer"})
CONFIDENCES = frozenset({"verified", "documented", "memory", "judgement"})


def picture(cloud: str, service: Service) -> Mapping[str, Any]:
    return facts(cloud, service.id).get("picture") or {}


def networks(cloud: str) -> list[Mapping[str, Any]]:
    return [picture(cloud, one) for one in services(cloud).values() if one.role == "network"]


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_every_service_inside_a_network_names_a_tier_that_the_networks_have(cloud: str, service: Service) -> None:
    tier = picture(cloud, service).get("tier")
    if service.inside_network:
        assert tier, "a service inside the network lies in some subnet"
    for network in networks(cloud):
        assert tier is None or tier in {one["id"] for one in network["tiers"]}


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_every_service_that_data_passes_says_its_encryption_and_where_that_is_known_from(
    cloud: str, service: Service
) -> None:
    said = picture(cloud, service).get("encryption", {})
    if service.role not in WITHOUT_DATA:
        assert said.get("at_rest"), "how it encrypts what it keeps, or that it keeps nothing"
    if said:
        assert said["source"] and said["confidence"] in CONFIDENCES


@pytest.mark.parametrize(("cloud", "service"), ALL)
def test_every_leg_has_an_end_that_says_how_it_is_encrypted(cloud: str, service: Service) -> None:
    said = picture(cloud, service).get("encryption", {})
    called = {port.role for one in services(cloud).values() for port in one.ports} - EXTERNAL
    from_outside = any(port.kind == "request" for port in service.ports)
    if service.role in called or from_outside:
        assert said.get("in_transit"), "others open connections to it"
    if any(port.role in EXTERNAL and port.kind != "request" for port in service.ports):
        assert said.get("opened"), "it opens connections to systems outside, which only it can insist on encrypting"


@pytest.mark.parametrize("cloud", clouds())
def test_a_network_names_its_endpoints_and_has_an_icon_for_each_way(cloud: str) -> None:
    reached = {
        str(name)
        for one in services(cloud).values()
        for name in (one.reached_through, picture(cloud, one).get("reached_through"), *one.calls)
        if name
    }
    for network in networks(cloud):
        endpoints = network["endpoints"]
        assert reached - set(endpoints["names"]) - set(endpoints.get("within", ())) == set()
        for way in (endpoints, *network.get("doors", ())):
            icon = pathlib.Path(str(distribution("diagrams").locate_file(f"resources/{way['icon']}")))
            assert icon.is_file(), way["icon"]


@pytest.mark.parametrize(
    ("case", "cloud", "region"),
    [
        ("fraud-slice", "gcp", "europe-west1"),
        ("fraud-slice", "azure", "westeurope"),
        ("../../examples/fraud-detection/spec", None, None),
        ("../../examples/demand-forecasting/spec", None, None),
    ],
)
def test_every_figure_is_filled(case: str, cloud: str | None, region: str | None) -> None:
    subject: Subject = subject_of(case, cloud, region)
    for id in subject.design.bindings:
        if wording := subject.picture(id).get("figure"):
            assert subject.figure(id), f"{id}: nothing fills {wording!r}"
