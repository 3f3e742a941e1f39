"""Network paths on Azure: private endpoints with their names, a shared cluster, and rules for a client's addresses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import depends_on_component, setting_texts
from archgen.proof.rule import Evidence

ENDPOINT = "azure-native:network:PrivateEndpoint"
ZONE_GROUP = "azure-native:network:PrivateDnsZoneGroup"
ZONE_LINK = "azure-native:privatedns:VirtualNetworkLink"
RULE = "azure-native:network:SecurityRule"
POOL = "azure-native:containerservice:AgentPool"
WORKLOADS = {
    POOL: ("vnetSubnetID",),
    "azure-native:app:ManagedEnvironment": ("vnetConfiguration", "infrastructureSubnetId"),
}
"""What holds a workload inside the network, and where it names its subnet."""
CLUSTER = "cluster"
NETWORK = "network"


def _through_endpoint(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """The other end's private endpoint, its name in a zone of the network, and the opener in the same network."""
    group, owner, other = str(flow["path"]["service"]), str(flow["grant"]["owner"]), _other(flow)
    if group == CLUSTER:
        return _in_one_cluster(owner, other, evidence)
    endpoints = [each for each in evidence.up.of_component(other) if each.type == ENDPOINT and group in _groups(each)]
    if not endpoints:
        return f"component '{other}' has no PrivateEndpoint for {group}"
    named = [
        group_of_zones
        for group_of_zones in evidence.up.of_component(other)
        if group_of_zones.type == ZONE_GROUP
        and any(group_of_zones.inputs.get("privateEndpointName") in each.identities for each in endpoints)
    ]
    if not named:
        return f"the private endpoint of '{other}' for {group} has no zone group, so that its name is never found"
    links = [each for each in evidence.up.of_component(NETWORK) if each.type == ZONE_LINK]
    linked = {each.inputs.get("privateZoneName") for each in links}
    if not any(str(zone).rsplit("/", 1)[-1] in linked for each in named for zone in _zones(each)):
        return f"the zone of '{other}' for {group} is linked to no network"
    return _inside(flow, evidence)


def _inside(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """The opener lies in a subnet of the network. Its workload exists in either phase; what runs in it need not."""
    owner = str(flow["grant"]["owner"])
    subnets = {identity for each in _resources_of_network(evidence) for identity in each.identities}
    places = [_at(each.inputs, WORKLOADS[each.type]) for each in _workloads(owner, evidence)]
    if any(place in subnets for place in places):
        return None
    return f"component '{owner}' has no workload in a subnet of component '{NETWORK}'"


def _in_one_cluster(owner: str, other: str, evidence: Evidence) -> str | None:
    """The opener's nodes belong to the cluster of the other end."""
    pools = [each for each in evidence.up.of_component(owner) if each.type == POOL]
    if any(depends_on_component(pool, other, evidence) for pool in pools):
        return None
    return f"component '{owner}' has no nodes in the cluster of '{other}'"


def _to_address(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """A rule named as the grant, under its owner, that allows addresses from the grant's settings and no others."""
    grant = flow["grant"]
    named = [
        each
        for each in evidence.up.of_component(grant["owner"])
        if each.type == RULE and each.name == grant["name"] and each.inputs.get("access") == "Allow"
    ]
    if not named:
        return f"no allowing SecurityRule named '{grant['name']}' under component '{grant['owner']}'"
    told = set(setting_texts(grant.get("settings") or (), evidence))
    if not any(ranges and ranges <= told for ranges in map(_ranges, named)):
        keys = ", ".join(grant.get("settings") or ()) or "(none told)"
        return f"the SecurityRule '{grant['name']}' has other addresses than those of the settings {keys}"
    return None


def _other(flow: Mapping[str, Any]) -> str:
    return str(flow["other"])


def _groups(endpoint: Resource) -> set[str]:
    connections = endpoint.inputs.get("privateLinkServiceConnections") or ()
    return {str(group) for each in connections for group in each.get("groupIds") or ()}


def _zones(zone_group: Resource) -> list[Any]:
    return [each.get("privateDnsZoneId") for each in zone_group.inputs.get("privateDnsZoneConfigs") or ()]


def _ranges(rule: Resource) -> set[str]:
    """Addresses of the far end: sources of what comes in, destinations of what goes out."""
    end = "source" if rule.inputs.get("direction") == "Inbound" else "destination"
    one, many = rule.inputs.get(f"{end}AddressPrefix"), rule.inputs.get(f"{end}AddressPrefixes") or ()
    return {str(each) for each in (*many, *((one,) if one else ()))}


def _workloads(component: str, evidence: Evidence) -> list[Resource]:
    return [each for each in evidence.up.of_component(component) if each.type in WORKLOADS]


def _resources_of_network(evidence: Evidence) -> list[Resource]:
    return [each for each in evidence.up.of_component(NETWORK) if each.from_provider]


def _at(inputs: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = inputs
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


KINDS: Mapping[str, Callable[[Mapping[str, Any], Evidence], str | None]] = {
    "address": _to_address,
    "endpoint": _through_endpoint,
    "inside": _inside,
}
