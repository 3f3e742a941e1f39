"""The network that the landing zone owns: its ids are passed on, and nothing is made."""

from __future__ import annotations

from collections.abc import Callable

import pulumi
import pytest

from archgen.services.catalogue import component_source, services
from archgen.services.service import Setting
from templates.aws.existing_network.component import ExistingNetwork, ExistingNetworkArgs
from tests.templates.aws.conftest import Recording
from tests.templates.aws.stand_ins import alone, component, platform

Record = Callable[[Callable[[], object]], Recording]
SERVICE = services("aws")["existing_network"]


def network(app: tuple[str, ...] = ("a-1", "a-2", "a-3"), data: tuple[str, ...] = ("d-1", "d-2", "d-3")):
    return ExistingNetwork(
        "network",
        ExistingNetworkArgs(
            platform=platform(),
            vpc_id="vpc-1",
            app_subnet_ids=app,
            data_subnet_ids=data,
            endpoints_security_group_id="sg-1",
            s3_prefix_list_id="pl-1",
        ),
    )


def test_it_makes_nothing_and_passes_the_ids_on(record: Record) -> None:
    seen: dict[str, object] = {}

    def program() -> None:
        made = network()
        pulumi.Output.all(made.vpc_id, made.s3_prefix_list_id, *made.app_subnet_ids, *made.data_subnet_ids).apply(
            lambda ids: seen.update(ids=ids)
        )

    recording = record(program)
    assert [resource.type for resource in recording.resources] == ["archgen:aws:ExistingNetwork"]
    assert seen["ids"] == ["vpc-1", "pl-1", "a-1", "a-2", "a-3", "d-1", "d-2", "d-3"]


@pytest.mark.parametrize(
    ("app", "data", "named"),
    [(("a-1", "a-2"), ("d-1", "d-2", "d-3"), "app"), (("a-1", "a-2", "a-3"), ("d-1", "d-1", "d-1"), "data")],
)
def test_fewer_than_three_subnets_are_refused_by_name(record: Record, app, data, named: str) -> None:
    with pytest.raises(ValueError, match=f"{named}SubnetIds"):
        record(lambda: network(app, data))


def test_it_needs_a_network_that_exists() -> None:
    assert not SERVICE.suits({"existing": True, "connect": "vpn"}).violated
    assert [v.need for v in SERVICE.suits({"existing": False, "connect": "none"}).violated] == ["existing"]


def test_every_id_is_a_setting_that_only_the_client_knows() -> None:
    filled = SERVICE.arguments(component("network", "network", {"existing": True}), alone())
    assert set(filled) == set(component_source("aws", "existing_network").arguments) - {"platform"}
    assert all(isinstance(value, Setting) and value.sample and not value.live for value in filled.values())
