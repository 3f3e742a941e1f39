"""The private network: nothing leads to the internet, everything that does lead somewhere is bounded."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Sequence

import pytest

from archgen.errors import NotFeasible
from archgen.knowledge import assumptions
from archgen.services import Neighbours, Region, Service
from archgen.services.catalogue import services
from archgen.services.service import Setting
from archgen.topology import Component, Flow, Topology, Zone
from templates.aws.private_network.component import PrivateNetwork, PrivateNetworkArgs, address_plan, hub_blocks
from tests.templates.aws.conftest import ACCOUNT, Recording
from tests.templates.aws.stand_ins import (
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
    waits_for,
)

Record = Callable[[Callable[[], object]], Recording]
SERVICE = services("aws")["private_network"]
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")


def network(
    *,
    cidr: str = "10.20.0.0/16",
    interface_endpoints: Sequence[str] = ("kms", "kinesis-streams", "sagemaker.runtime"),
    transit_gateway_id: str | None = None,
    hub_cidrs: Sequence[str] = (),
) -> PrivateNetwork:
    return PrivateNetwork(
        "network",
        PrivateNetworkArgs(
            platform=platform(),
            cidr=cidr,
            zones=ZONES,
            interface_endpoints=interface_endpoints,
            transit_gateway_id=transit_gateway_id,
            hub_cidrs=hub_cidrs,
        ),
    )


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "10.8.16.0/20", "192.168.4.0/22"])
def test_the_address_plan_covers_six_subnets_that_do_not_overlap(cidr: str) -> None:
    app, data = address_plan(cidr)
    blocks = [ipaddress.IPv4Network(block) for block in (*app, *data)]
    whole = ipaddress.IPv4Network(cidr)
    assert (len(app), len(data)) == (3, 3)
    assert all(block.subnet_of(whole) for block in blocks)
    assert not [(a, b) for a in blocks for b in blocks if a != b and a.overlaps(b)]
    # Five addresses of each subnet are AWS's own.
    assert min(block.num_addresses for block in blocks) - 5 >= 59


@pytest.mark.parametrize("cidr", ["10.0.0.0/15", "10.0.0.0/23"])
def test_a_range_too_large_for_aws_or_too_small_for_two_generations_is_refused(cidr: str) -> None:
    with pytest.raises(ValueError, match="vpcCidr"):
        address_plan(cidr)


def test_three_zones_of_two_tiers_each_with_a_table_and_no_way_to_the_internet(record: Record) -> None:
    recording = record(network)
    subnets = recording.of(":Subnet")
    assert sorted(s.inputs["availabilityZone"] for s in subnets) == sorted(2 * ZONES)
    assert not any(s.inputs["mapPublicIpOnLaunch"] for s in subnets)
    assert recording.names(":RouteTable") == {"network-app", "network-data"}
    assert len(recording.of(":RouteTableAssociation")) == 6
    assert not recording.of(":InternetGateway") and not recording.of(":NatGateway") and not recording.of(":Route")


def test_what_nobody_assigned_lets_nothing_through(record: Record) -> None:
    recording = record(network)
    for default in (*recording.of(":DefaultSecurityGroup"), recording.one(":DefaultNetworkAcl")):
        assert not default.inputs.get("ingress") and not default.inputs.get("egress")
    assert recording.one(":DefaultNetworkAcl").inputs["defaultNetworkAclId"] == "acl-of-network"


def test_every_subnet_has_a_list_of_its_own_since_the_default_one_is_locked(record: Record) -> None:
    recording = record(network)
    listed = {subnet for acl in recording.of(":NetworkAcl") for subnet in acl.inputs["subnetIds"]}
    assert listed == {f"{subnet.name}-id" for subnet in recording.of(":Subnet")}


def test_data_lies_next_to_applications_and_to_nothing_else(record: Record) -> None:
    recording = record(lambda: network(transit_gateway_id="tgw-1", hub_cidrs=["10.0.0.0/12"]))
    data = recording.one(":NetworkAcl", "network-data").inputs
    assert {rule["cidrBlock"] for rule in (*data["ingress"], *data["egress"])} == {"10.20.0.0/16"}
    app = recording.one(":NetworkAcl", "network-app").inputs
    assert {r["cidrBlock"] for r in app["ingress"] if r["protocol"] == "-1"} == {"10.20.0.0/16", "10.0.0.0/12"}
    to_anywhere = [rule for rule in app["egress"] if rule["cidrBlock"] == "0.0.0.0/0"]
    assert [(rule["protocol"], rule["fromPort"], rule["toPort"]) for rule in to_anywhere] == [("tcp", 443, 443)]


def test_interface_endpoints_are_private_and_for_principals_of_this_account(record: Record) -> None:
    recording = record(network)
    group = recording.one(":SecurityGroup", "network-endpoints")
    assert "ingress" not in group.inputs and "egress" not in group.inputs
    endpoints = {e.name: e for e in recording.of(":VpcEndpoint") if e.inputs["vpcEndpointType"] == "Interface"}
    assert set(endpoints) == {"network-kms", "network-kinesis-streams", "network-sagemaker-runtime"}
    for endpoint in endpoints.values():
        assert endpoint.inputs["privateDnsEnabled"]
        assert endpoint.inputs["securityGroupIds"] == ["network-endpoints-id"]
        assert len(endpoint.inputs["subnetIds"]) == 3
        (allowed,) = policy(endpoint)
        assert allowed["Condition"] == {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
    assert {name: policy(e)[0]["Action"] for name, e in endpoints.items()} == {
        "network-kms": ["kms:*"],
        "network-kinesis-streams": ["kinesis:*"],
        "network-sagemaker-runtime": ["sagemaker:*"],
    }
    runtime = endpoints["network-sagemaker-runtime"].inputs["serviceName"]
    assert runtime == "com.amazonaws.eu-west-1.sagemaker.runtime"


def test_nothing_can_be_written_to_a_bucket_of_another_account(record: Record) -> None:
    s3 = record(network).one(":VpcEndpoint", "network-s3")
    assert s3.inputs["vpcEndpointType"] == "Gateway"
    writing = [said for said in policy(s3) if "s3:PutObject" in said["Action"]]
    assert [said["Condition"]["StringEquals"] for said in writing] == [
        {"aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT}
    ]


def test_images_can_be_pulled_although_ecr_signs_for_its_layers_itself(record: Record) -> None:
    layers = [s for s in policy(record(network).one(":VpcEndpoint", "network-s3")) if "Condition" not in s]
    assert [(said["Action"], said["Resource"]) for said in layers] == [
        (["s3:GetObject"], "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*")
    ]


def test_without_a_hub_there_is_neither_attachment_nor_route(record: Record) -> None:
    recording = record(network)
    assert not recording.of(":VpcAttachment") and not recording.of(":Route")


@pytest.mark.parametrize("cidr", ["10.20.0.0/16", "192.168.4.0/22"])
def test_a_hub_is_attached_in_subnets_that_overlap_with_none(cidr: str) -> None:
    app, data = address_plan(cidr)
    hub = [ipaddress.IPv4Network(block) for block in hub_blocks(cidr)]
    assert [block.prefixlen for block in hub] == [28, 28, 28] and len(set(hub)) == 3
    assert all(block.subnet_of(ipaddress.IPv4Network(cidr)) for block in hub)
    assert not [block for block in hub for other in (*app, *data) if block.overlaps(ipaddress.IPv4Network(other))]


def test_what_comes_from_the_hub_passes_a_tier_of_its_own(record: Record) -> None:
    recording = record(lambda: network(transit_gateway_id="tgw-1", hub_cidrs=["10.0.0.0/12"]))
    assert recording.names(":RouteTable") == {"network-app", "network-data", "network-hub"}
    hub = recording.one(":NetworkAcl", "network-hub").inputs
    for direction in ("ingress", "egress"):
        assert {rule["cidrBlock"] for rule in hub[direction]} == {"10.20.0.0/16", "10.0.0.0/12"}
    listed = {subnet for acl in recording.of(":NetworkAcl") for subnet in acl.inputs["subnetIds"]}
    assert listed == {f"{subnet.name}-id" for subnet in recording.of(":Subnet")} and len(listed) == 9


def test_every_name_that_is_asked_for_is_logged(record: Record) -> None:
    recording = record(network)
    group = recording.one(":LogGroup", "network-queries")
    # Elsewhere each log delivery adds to a resource policy of limited length.
    assert group.inputs["name"].startswith("/aws/vendedlogs/")
    config = recording.one(":ResolverQueryLogConfig").inputs
    assert config["destinationArn"].endswith("LogGroup/network-queries")
    association = recording.one(":ResolverQueryLogConfigAssociation").inputs
    assert association == {"resolverQueryLogConfigId": "network-queries-id", "resourceId": "network-id"}


def test_the_hub_is_reached_from_the_application_tier_once_the_network_is_attached(record: Record) -> None:
    recording = record(lambda: network(transit_gateway_id="tgw-1", hub_cidrs=["10.0.0.0/12", "172.16.0.0/12"]))
    attachment = recording.one(":VpcAttachment")
    assert attachment.inputs["transitGatewayId"] == "tgw-1"
    assert attachment.inputs["subnetIds"] == [f"network-hub-{zone}-id" for zone in ZONES]
    routes = recording.of(":Route")
    assert {route.inputs["destinationCidrBlock"] for route in routes} == {"10.0.0.0/12", "172.16.0.0/12"}
    assert {route.inputs["routeTableId"] for route in routes} == {"network-app-id"}
    assert all(waits_for(route, attachment) for route in routes)


def test_all_traffic_is_logged_by_a_role_that_can_do_nothing_else(record: Record) -> None:
    recording = record(network)
    assert_every_role_is_bounded_and_never_open(recording)
    assert_every_log_group_is_encrypted_and_ends(recording)
    log = recording.one(":FlowLog")
    assert log.inputs["trafficType"] == "ALL"
    granted = recording.one(":RolePolicy", "network-flow-logs")
    assert waits_for(log, granted)
    assert {action.partition(":")[0] for said in policy(granted) for action in said["Action"]} == {"logs"}


def test_rejected_connections_and_dropping_endpoints_call_for_a_person(record: Record) -> None:
    recording = record(network)
    assert_every_alarm_reaches_a_person(recording)
    rejected = recording.one(":MetricAlarm", "network-rejected").inputs
    measured = recording.one(":LogMetricFilter").inputs["metricTransformation"]
    assert (measured["namespace"], measured["name"]) == (rejected["namespace"], rejected["metricName"])
    dropped = recording.one(":MetricAlarm", "network-kms-dropped").inputs
    assert dropped["dimensions"] == {
        "Endpoint Type": "Interface",
        "Service Name": "com.amazonaws.eu-west-1.kms",
        "VPC Endpoint Id": "network-kms-id",
        "VPC Id": "network-id",
    }


class TestChoice:
    def test_a_network_that_exists_is_not_made_again(self) -> None:
        assert [v.need for v in SERVICE.suits({"existing": True, "connect": "none"}).violated] == ["existing"]

    @pytest.mark.parametrize("connect", ["vpn", "dedicated"])
    def test_what_nobody_builds_is_refused(self, connect: str) -> None:
        (violation,) = SERVICE.suits({"existing": False, "connect": connect}).violated
        assert violation.found == connect

    @pytest.mark.parametrize("connect", ["none", "hub"])
    def test_alone_or_on_a_hub_it_fits(self, connect: str) -> None:
        fit = SERVICE.suits({"existing": False, "connect": connect})
        assert not fit.violated and fit.score == 100


class TestArguments:
    def arguments(self, connect: str = "none", zones: tuple[str, ...] = ZONES) -> dict:
        inside = Service(id="scoring_service", role="scoring", class_name="S", title="S", inside_network=True,
                         calls=frozenset({"ecr.api", "ecr.dkr"}))  # fmt: skip
        outside = Service(id="kinesis_stream", role="event-stream", class_name="K", title="K",
                          reached_through="kinesis-streams")  # fmt: skip
        unreached = Service(id="endpoint", role="realtime-endpoint", class_name="E", title="E",
                            reached_through="sagemaker.runtime")  # fmt: skip
        own = Component(id="network", role="network", zone="network", needs={"existing": False, "connect": connect})
        parts = [Component(id=id, role=id, zone="network", needs={}) for id in ("scoring", "events", "score")]
        flow = Flow(source="scoring", target="events", kind="events", opened_by="source", data_class="token", step=1)
        around = Neighbours(
            topology=Topology(
                blueprint="test",
                zones=(Zone(id="network", kind="network"),),
                components=(own, *parts),
                flows=(flow,),
            ),
            services={"network": SERVICE, "scoring": inside, "events": outside, "score": unreached},
            region=Region(name="eu-west-1", zones=zones),
            assumptions=assumptions(),
        )
        return dict(SERVICE.arguments(own, around))

    def test_endpoints_are_what_is_called_and_what_is_reached_and_no_more(self) -> None:
        assert self.arguments()["interface_endpoints"] == (
            "ecr.api", "ecr.dkr", "kinesis-streams", "kms", "logs", "monitoring", "sts",
        )  # fmt: skip

    def test_the_address_plan_is_the_clients(self) -> None:
        cidr = self.arguments()["cidr"]
        assert isinstance(cidr, Setting) and cidr.key == "vpcCidr" and not cidr.live
        address_plan(str(cidr.sample))

    def test_the_hub_is_asked_for_only_where_there_is_one(self) -> None:
        assert "transit_gateway_id" not in self.arguments()
        hub = self.arguments(connect="hub")
        assert (hub["transit_gateway_id"].key, hub["hub_cidrs"].key) == ("transitGatewayId", "hubCidrs")

    def test_the_first_three_zones_are_taken(self) -> None:
        assert self.arguments(zones=(*ZONES, "eu-west-1d"))["zones"] == ZONES

    def test_a_region_with_two_zones_is_refused(self) -> None:
        with pytest.raises(NotFeasible, match="2 availability zones"):
            self.arguments(zones=ZONES[:2])


def test_policies_are_json_that_names_no_other_account(record: Record) -> None:
    for endpoint in record(network).of(":VpcEndpoint"):
        assert json.loads(endpoint.inputs["policy"])["Version"] == "2012-10-17"


def test_endpoint_services_that_are_named_otherwise_are_found(record):
    made = record(lambda: network(interface_endpoints=["kms", "sagemaker.studio"]))
    names = {
        one.inputs["serviceName"] for one in made.of(":VpcEndpoint") if one.inputs["vpcEndpointType"] == "Interface"
    }
    assert names == {"com.amazonaws.eu-west-1.kms", "aws.sagemaker.eu-west-1.studio"}
