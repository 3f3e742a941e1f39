"""The network: no way to the internet, Google's APIs at an address inside, and what no rule names is dropped."""

from __future__ import annotations

import ipaddress

import pytest

from archgen.services.catalogue import services
from templates.gcp.private_network.component import PrivateNetwork, PrivateNetworkArgs, plan
from tests.templates.gcp.stand_ins import platform, waits_for

HUB = "projects/landing-zone/locations/global/hubs/transit"


def network(hub: str | None = HUB) -> PrivateNetwork:
    return PrivateNetwork("network", PrivateNetworkArgs(platform=platform(), cidr="10.20.0.0/20", hub=hub))


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "10.20.0.0/20", "10.20.0.0/22"])
def test_the_ranges_lie_in_the_plan_and_apart(cidr):
    workloads, services_range, proxies, address = plan(cidr)
    ranges = [workloads, services_range, proxies]
    assert all(part.subnet_of(ipaddress.IPv4Network(cidr)) for part in ranges)
    assert not any(a.overlaps(b) for i, a in enumerate(ranges) for b in ranges[i + 1 :])
    assert not any(address in part for part in ranges)
    assert workloads.num_addresses * 2 == ipaddress.IPv4Network(cidr).num_addresses
    assert proxies.prefixlen <= 26, "the smallest subnet that proxies take"


@pytest.mark.parametrize("cidr", ["10.0.0.0/8", "10.20.0.0/24"])
def test_a_range_of_the_wrong_size_is_refused(cidr):
    with pytest.raises(ValueError, match="between /16 and /22"):
        plan(cidr)


def test_there_is_no_route_to_the_internet(record):
    recording = record(network)
    made = recording.one(":Network").inputs
    assert (made["deleteDefaultRoutesOnCreate"], made["autoCreateSubnetworks"]) == (True, False)
    assert not recording.of(":RouterNat") + recording.of(":Route") + recording.of(":Router")


def test_what_no_rule_names_is_dropped_both_ways_and_is_seen(record):
    rules = {rule.inputs["direction"]: rule.inputs for rule in record(network).of(":Firewall")}
    for direction, ranges in (("EGRESS", "destinationRanges"), ("INGRESS", "sourceRanges")):
        rule = rules[direction]
        assert (rule["denies"], rule[ranges]) == ([{"protocol": "all"}], ["0.0.0.0/0"])
        assert rule["priority"] == 65000 and rule["logConfig"]


def test_google_apis_have_one_address_under_their_own_name(record):
    recording = record(network)
    rule, address = recording.one(":GlobalForwardingRule"), recording.one(":GlobalAddress")
    assert (rule.inputs["target"], rule.inputs["loadBalancingScheme"]) == ("vpc-sc", "")
    assert rule.inputs["name"].isalnum() and len(rule.inputs["name"]) <= 20
    assert (address.inputs["purpose"], address.inputs["address"]) == ("PRIVATE_SERVICE_CONNECT", "10.20.12.1")
    zone = recording.one(":ManagedZone")
    assert (zone.inputs["dnsName"], zone.inputs["visibility"]) == ("googleapis.com.", "private")
    records = {
        made.inputs["name"]: (made.inputs["type"], made.inputs["rrdatas"]) for made in recording.of(":RecordSet")
    }
    assert records == {"googleapis.com.": ("A", ["10.20.12.1"]), "*.googleapis.com.": ("CNAME", ["googleapis.com."])}


def test_services_open_their_endpoints_only_where_a_policy_lets_them(record):
    recording = record(network)
    policies = {made.inputs["serviceClass"]: made for made in recording.of(":ServiceConnectionPolicy")}
    assert set(policies) == {"gcp-memorystore", "gcp-vertexai"}
    subnet = recording.one(":Subnetwork", "network-services")
    assert all(waits_for(policy, subnet) for policy in policies.values())


def test_proxies_have_their_subnet_and_workloads_reach_google_without_an_address_of_their_own(record):
    recording = record(network)
    proxies = recording.one(":Subnetwork", "network-proxies").inputs
    assert (proxies["purpose"], proxies["role"]) == ("REGIONAL_MANAGED_PROXY", "ACTIVE")
    assert "logConfig" not in proxies and "privateIpGoogleAccess" not in proxies
    workloads = recording.one(":Subnetwork", "network-workloads").inputs
    assert workloads["privateIpGoogleAccess"] is True and workloads["logConfig"]


def test_it_joins_the_hub_only_where_there_is_one(record):
    assert record(network).one(":Spoke").inputs["hub"] == HUB
    assert not record(lambda: network(None)).of(":Spoke")


def test_lookups_are_logged(record):
    assert record(network).one(":Policy").inputs["enableLogging"] is True


@pytest.mark.parametrize(("need", "value"), [("existing", True), ("connect", "vpn"), ("connect", "dedicated")])
def test_what_it_cannot_do_rules_it_out(need, value):
    service = services("gcp")["private_network"]
    assert [violation.need for violation in service.suits({need: value}).violated] == [need]
    assert not service.suits({"existing": False, "connect": "hub"}).violated
