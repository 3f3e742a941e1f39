"""The network: a subnet for each workload, private endpoints by name, and the hub as the one way out."""

from __future__ import annotations

import ipaddress

import pytest

from archgen.services.catalogue import services
from templates.azure.private_network.component import ZONES, address_plan
from templates.azure.private_network.rules import LAST, endpoint_rules, workload_rules
from tests.templates.azure.conftest import Recorded


def test_each_workload_has_a_subnet_of_its_own() -> None:
    plan = address_plan("10.20.0.0/20", ["bridge", "velocity"])
    assert plan == {
        "nodes": "10.20.0.0/23",
        "endpoints": "10.20.2.0/23",
        "bridge": "10.20.4.0/23",
        "velocity": "10.20.6.0/23",
    }


def test_a_further_worker_moves_nobody() -> None:
    before, after = (address_plan("10.0.0.0/16", workers) for workers in (["a"], ["a", "b"]))
    assert before.items() <= after.items()


@pytest.mark.parametrize("cidr", ["10.0.0.0/15", "10.0.0.0/23", "10.0.0.1/20"])
def test_a_range_of_the_wrong_size_is_refused(cidr: str) -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        address_plan(cidr, [])


def test_more_workers_than_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="7 workers"):
        address_plan("10.0.0.0/16", list("abcdefg"))


def test_what_no_rule_allows_is_denied_both_ways() -> None:
    for rules in (list(endpoint_rules("10.0.0.0/16")), list(workload_rules("10.0.0.0/20", "10.0.16.0/20", []))):
        last = [rule for rule in rules if rule.priority == LAST]
        assert {(rule.inbound, rule.allow) for rule in last} == {(True, False), (False, False)}
        for inbound in (True, False):
            priorities = [rule.priority for rule in rules if rule.inbound is inbound]
            assert len(set(priorities)) == len(priorities), "two rules of one priority are refused by Azure"


def test_every_subnet_is_closed_and_goes_out_by_the_firewall(live: Recorded) -> None:
    subnets = live.of("Subnet", "network")
    assert {subnet.inputs["subnetName"] for subnet in subnets} == {
        "nodes",
        "endpoints",
        "authorisations-bridge",
        "velocity",
    }
    for subnet in subnets:
        assert subnet.inputs["defaultOutboundAccess"] is False
        assert subnet.inputs["networkSecurityGroup"]["id"] and subnet.inputs["routeTable"]["id"]
    (route,) = live.one("RouteTable", "network").inputs["routes"]
    assert (route["addressPrefix"], route["nextHopType"]) == ("0.0.0.0/0", "VirtualAppliance")


def test_subnets_are_made_one_after_the_other(live: Recorded) -> None:
    subnets = live.of("Subnet", "network")
    chained = [subnet for subnet in subnets if any(live.waits_for(subnet, other) for other in subnets)]
    assert len(chained) == len(subnets) - 1


def test_the_network_lists_no_subnet_and_no_group_lists_a_rule(live: Recorded) -> None:
    assert "subnets" not in live.one("VirtualNetwork", "network").inputs
    assert all("securityRules" not in group.inputs for group in live.of("NetworkSecurityGroup"))


def test_every_private_endpoint_has_its_name_in_a_linked_zone(live: Recorded) -> None:
    linked = {link.inputs["privateZoneName"] for link in live.of("VirtualNetworkLink")}
    groups = {group.inputs["privateEndpointName"]: group for group in live.of("PrivateDnsZoneGroup")}
    assert len(live.of("PrivateEndpoint")) == 11
    for endpoint in live.of("PrivateEndpoint"):
        (connection,) = endpoint.inputs["privateLinkServiceConnections"]
        (group,) = connection["groupIds"]
        zones = groups[endpoint.inputs["privateEndpointName"]].inputs["privateDnsZoneConfigs"]
        assert {zone["privateDnsZoneId"].rsplit("/", 1)[-1] for zone in zones} == set(ZONES[group])
        assert set(ZONES[group]) <= linked


def test_priorities_of_a_group_are_distinct(live: Recorded) -> None:
    taken = [
        (rule.inputs["networkSecurityGroupName"], rule.inputs["direction"], rule.inputs["priority"])
        for rule in live.of("SecurityRule")
    ]
    assert len(set(taken)) == len(taken)


def test_pods_lie_outside_the_ranges_that_are_routed(live: Recorded) -> None:
    pods = ipaddress.ip_network(live.one("ManagedCluster", "model").inputs["networkProfile"]["podCidr"])
    (range_,) = live.one("VirtualNetwork", "network").inputs["addressSpace"]["addressPrefixes"]
    assert not pods.overlaps(ipaddress.ip_network(range_))


@pytest.mark.parametrize("connect", ["none", "vpn", "dedicated"])
def test_without_a_hub_it_is_ruled_out(connect: str) -> None:
    (violation,) = services("azure")["private_network"].suits({"existing": False, "connect": connect}).violated
    assert (violation.need, violation.limit) == ("connect", "hub")


def test_an_existing_network_is_not_built_beside() -> None:
    (violation,) = services("azure")["private_network"].suits({"existing": True, "connect": "hub"}).violated
    assert violation.need == "existing"
