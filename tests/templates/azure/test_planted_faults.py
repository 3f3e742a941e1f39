"""Faults planted in the slice on Azure: each is found, by the rule that should, where it was planted."""

from __future__ import annotations

import pathlib

import pytest

from tests.planting import Fault, findings_of, plant

MAIN = "infra/__main__.py"
PROD = "infra/Pulumi.prod.yaml"
STREAM = "infra/components/event_hubs/component.py"
CACHE = "infra/components/managed_redis/component.py"
LAKE = "infra/components/lake_storage/component.py"
SCORING = "infra/components/aks_scoring/component.py"
BRIDGE = "infra/components/kafka_bridge/component.py"
PRIVATE_LINK = "infra/components/hardened/private_link.py"
ADDRESSES = "infra/components/hardened/addresses.py"
KUBERNETES = "infra/components/hardened/kubernetes.py"
STREAM_MADE = '        self.register_outputs({"namespace": namespace.name, "hub": hub.name})'
TWIN = '        azure.network.RouteTable("twin", resource_group_name="x", opts=pulumi.ResourceOptions(parent=self))\n'


def _fault(id: str, file: str, old: str, new: str, rule: str, found_in: str | None = "") -> Fault:
    where = file.removeprefix("infra/") if found_in == "" else found_in
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=where)


FAULTS = (
    _fault("B01-duplicate-name", STREAM, STREAM_MADE, TWIN + TWIN + STREAM_MADE, "duplicate-urn"),
    _fault("B02-missing-value", PROD, "payments-fraud:eventsUnits:", "payments-fraud:otherUnits:", "config"),
    _fault("B03-mistyped-value", PROD, "payments-fraud:eventsUnits: 4", "payments-fraud:eventsUnits: four", "config"),
    _fault("B04-unknown-argument", STREAM, "partition_count=args", "partition_cnt=args", "crash"),
    _fault(
        "B05-missing-argument",
        STREAM,
        "            namespace_name=namespace.name,\n            event",
        "            event",
        "crash",
    ),
    _fault("B06-text-for-number", STREAM, "capacity=units", 'capacity=f"{units}"', "sdk-types"),
    _fault(
        "B09-output-in-text",
        STREAM,
        STREAM_MADE,
        TWIN.replace('"x"', 'f"rg-{namespace.name}"') + STREAM_MADE,
        "output-in-string",
        None,
    ),
    _fault("enumeration", STREAM, "hubs.SkuName.PREMIUM, tier", '"Premier", tier', "sdk-types"),
    _fault(
        "B22-no-parent",
        LAKE,
        "opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),",
        "opts=pulumi.ResourceOptions(protect=platform.protected),",
        "outside-component",
    ),
    _fault("B23-wrong-attribute", MAIN, "foundation.registry", "foundation.registri", "crash"),
    _fault("B27-import-error", MAIN, "import EventHubs, EventHubsArgs", "import EventHub, EventHubsArgs", "crash"),
    _fault(
        "grant-missing",
        SCORING,
        "            *args.decisions.grant_write(self._workload),\n",
        "",
        "flow-without-grant",
        "components/aks_scoring/component.py",
    ),
    _fault(
        "grant-for-another",
        CACHE,
        "cluster_name=self._cluster.name,\n            database_name=self._database.name,",
        'cluster_name="other",\n            database_name="default",',
        "flow-without-grant",
        "components/container_features/component.py",
    ),
    _fault(
        "no-name-for-the-endpoint",
        PRIVATE_LINK,
        "private_endpoint_name=endpoint.name",
        'private_endpoint_name="elsewhere"',
        "flow-without-path",
        "components/aks_scoring/component.py",
    ),
    _fault(
        "endpoint-of-another-group",
        STREAM,
        'private_endpoint(name, namespace.id, "namespace", args',
        'private_endpoint(name, namespace.id, "blob", args',
        "flow-without-path",
        "components/aks_scoring/component.py",
    ),
    _fault(
        "rule-for-everybody",
        ADDRESSES,
        "source_address_prefixes=None if outbound else list(cidrs)",
        'source_address_prefixes=None if outbound else ["0.0.0.0/0"]',
        "flow-without-path",
        None,
    ),
    _fault(
        "nodes-in-no-cluster",
        KUBERNETES,
        "        resource_name_=cluster.name,\n        # Twelve",
        '        resource_name_="elsewhere",\n        # Twelve',
        "flow-without-path",
        "components/aks_scoring/component.py",
    ),
    _fault(
        "two-lifecycles",
        LAKE,
        "        # A client of a Data Lake",
        '        delete_after("again", account, platform.resource_group, {"lake/": 1}, self)\n        # A client',
        "two-policies-on-one-target",
    ),
    _fault(
        "B20-secret-in-clear",
        BRIDGE,
        '"PARTITION_ENTITY": args.partition_entity,',
        '"PARTITION_ENTITY": pulumi.Output.unsecret(pulumi.Output.from_input(args.password)),',
        "secret-in-clear",
        None,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_found(fault: Fault, slice_project: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = findings_of(plant(slice_project, tmp_path / "project", fault), "prod", "live")
    of_rule = [finding for finding in found if finding.rule == fault.rule]
    assert of_rule, f"found only {found[:3]}"
    if fault.found_in is not None:
        assert fault.found_in in {finding.file for finding in of_rule}
