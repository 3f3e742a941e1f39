"""Recorded resources of azure-native as an ARM template."""

from __future__ import annotations

from archgen.scan import document_of
from tests.proof.recordings import resource

STORAGE = "azure-native:storage:StorageAccount"


def test_what_the_sdk_flattened_and_renamed_is_put_back() -> None:
    account = resource(
        "lake",
        STORAGE,
        "lake",
        accountName="stlake",
        resourceGroupName="rg",
        location="westeurope",
        sku={"name": "Standard_ZRS"},
        enableHttpsTrafficOnly=True,
        networkRuleSet={"defaultAction": "Deny"},
    )
    document = document_of([account])
    assert document.framework == "arm"
    assert document.addresses == {"Microsoft.Storage/storageAccounts.stlake": account}
    assert document.content["resources"] == [
        {
            "type": "Microsoft.Storage/storageAccounts",
            "apiVersion": "2023-05-01",
            "name": "stlake",
            "location": "westeurope",
            "sku": {"name": "Standard_ZRS"},
            "properties": {"supportsHttpsTrafficOnly": True, "networkAcls": {"defaultAction": "Deny"}},
        }
    ]


def test_a_child_has_a_segment_for_each_parent_and_rules_have_properties_of_their_own() -> None:
    key = resource("k", "azure-native:keyvault:Key", "x", keyName="k1", properties={"keySize": 3072})
    group = resource(
        "n",
        "azure-native:network:NetworkSecurityGroup",
        "x",
        networkSecurityGroupName="nsg",
        securityRules=[{"name": "in", "access": "Deny"}],
    )
    rows = document_of([key, group]).content["resources"]
    assert (rows[0]["name"], rows[0]["properties"]) == ("k1/k1", {"keySize": 3072})
    assert rows[1]["properties"]["securityRules"] == [{"name": "in", "properties": {"access": "Deny"}}]


def test_what_no_check_exists_for_is_counted() -> None:
    endpoint = resource("e", "azure-native:network:PrivateEndpoint", "x")
    document = document_of([resource("s", STORAGE, "x"), endpoint, endpoint])
    assert document.left_out == {"azure-native:network:PrivateEndpoint": 2}
