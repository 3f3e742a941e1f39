"""Faults in the components of the slice on Azure: each is found, by the rule that should, where it was planted.

Faults that any program can have are those of `tests/proof/mutations/`.
"""

from __future__ import annotations

import pathlib

import pytest

from tests.planting import Fault, findings_in_up, plant

STREAM = "infra/components/event_hubs/component.py"
CACHE = "infra/components/managed_redis/component.py"
LAKE = "infra/components/lake_storage/component.py"
SCORING = "infra/components/aks_scoring/component.py"
BRIDGE = "infra/components/kafka_bridge/component.py"
PRIVATE_LINK = "infra/components/hardened/private_link.py"
ADDRESSES = "infra/components/hardened/addresses.py"
KUBERNETES = "infra/components/hardened/kubernetes.py"


def _fault(id: str, file: str, old: str, new: str, rule: str, found_in: str | None = "") -> Fault:
    where = file.removeprefix("infra/") if found_in == "" else found_in
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=where)


FAULTS = (
    _fault("enumeration", STREAM, "hubs.SkuName.PREMIUM, tier", '"Premier", tier', "sdk-types"),
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
        "secret-in-clear",
        BRIDGE,
        '"PARTITION_ENTITY": args.partition_entity,',
        '"PARTITION_ENTITY": pulumi.Output.unsecret(pulumi.Output.from_input(args.password)),',
        "secret-in-clear",
        None,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_planted_fault_is_found(fault: Fault, slice_project: pathlib.Path, tmp_path: pathlib.Path) -> None:
    of_rule = findings_in_up(plant(slice_project, tmp_path / "project", fault), "prod", "live", fault.rule)
    assert of_rule
    if fault.found_in is not None:
        assert fault.found_in in {finding.file for finding in of_rule}
