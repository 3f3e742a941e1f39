"""Model and scoring on Kubernetes, and on a managed endpoint where its limits allow it."""

from __future__ import annotations

import pathlib
import re

import pytest

from archgen.design import design
from archgen.services.catalogue import facts, folder, services
from archgen.spec import load
from templates.azure.hardened.identity import BLOB_DATA_READER, KEY_VAULT_SECRETS_USER, NETWORK_CONTRIBUTOR
from tests.specs import path
from tests.templates.azure.conftest import Recorded, role
from tests.templates.azure.test_data_services import FRAUD, sizes


def test_the_cluster_has_no_local_accounts_and_no_public_address(live: Recorded) -> None:
    said = live.one("ManagedCluster", "model").inputs
    assert said["disableLocalAccounts"] is True and said["aadProfile"]["enableAzureRBAC"] is True
    access = said["apiServerAccessProfile"]
    assert access["enablePrivateCluster"] is True and access["disableRunCommand"] is True
    assert said["networkProfile"]["outboundType"] == "userDefinedRouting"
    assert said["networkProfile"]["networkPolicy"] == "cilium"
    assert said["diskEncryptionSetID"] and said["securityProfile"]["workloadIdentity"] == {"enabled": True}


def test_one_cluster_serves_both_with_nodes_of_their_own(live: Recorded) -> None:
    (cluster,) = live.of("ManagedCluster")
    pools = {pool.name: pool.inputs for pool in live.of("AgentPool")}
    assert set(pools) == {"model", "scoring"}
    for name, pool in pools.items():
        assert pool["resourceName"] in cluster.identities
        assert pool["nodeTaints"] == [f"workload={name}:NoSchedule"] and pool["nodeLabels"] == {"workload": name}
        assert pool["availabilityZones"] == ["1", "2", "3"] and pool["enableNodePublicIP"] is False


def test_the_model_takes_eighteen_nodes_with_one_zone_lost() -> None:
    found = sizes(services("azure")["aks_model"])
    assert (found.nodes.value, found.max_nodes.value) == (18, 27)


def test_scoring_takes_whole_zones_of_nodes() -> None:
    found = sizes(services("azure")["aks_scoring"], scoring_requests_per_task=300)
    assert (found.replicas.value, found.nodes.value) == (87, 15)
    assert found.max_nodes.value % 3 == 0


def test_the_cluster_may_join_the_subnet_and_its_nodes_read_the_manifests(live: Recorded) -> None:
    joins = live.one("RoleAssignment", "model-control-joins-subnet")
    assert role(joins) == NETWORK_CONTRIBUTOR
    assert joins.inputs["scope"] in live.one("Subnet", "network-nodes").identities
    reads = live.one("RoleAssignment", "model-nodes-read-manifests")
    assert role(reads) == BLOB_DATA_READER
    assert reads.inputs["scope"] in live.one("BlobContainer", "foundation-manifests").identities
    assert live.waits_for(live.one("ManagedCluster", "model"), joins, reads)


@pytest.mark.parametrize(
    ("configuration", "manifests"),
    [
        ("model", "aks_model/app/kubernetes/model"),
        ("scoring-invokes-model", "aks_model/app/kubernetes/caller"),
        ("scoring", "aks_scoring/app/kubernetes"),
    ],
)
def test_every_value_that_a_manifest_leaves_open_is_given_and_no_other(
    live: Recorded, configuration: str, manifests: str
) -> None:
    flux = live.one("FluxConfiguration", configuration).inputs
    given = flux["kustomizations"]["manifests"]["postBuild"]["substitute"]
    place: pathlib.Path = folder("azure", manifests.split("/")[0]).parent / manifests
    asked = {key for file in place.glob("*.yaml") for key in re.findall(r"\$\{(\w+)\}", file.read_text())}
    assert asked == set(given)
    assert all(isinstance(value, str) for value in given.values())


def test_flux_reads_a_private_container_as_the_nodes(live: Recorded) -> None:
    for flux in live.of("FluxConfiguration"):
        blob = flux.inputs["azureBlob"]
        assert blob["containerName"] == "manifests" and blob["managedIdentity"]["clientId"]
        assert not {"accountKey", "sasToken", "localAuthRef"} & set(blob)
        assert flux.inputs["kustomizations"]["manifests"]["prune"] is True


def test_the_folder_of_the_manifests_is_the_settings(live: Recorded) -> None:
    paths = {f.name: f.inputs["kustomizations"]["manifests"]["path"] for f in live.of("FluxConfiguration")}
    assert paths == {
        "model": "./model/4f9d2c1/model",
        "scoring-invokes-model": "./model/4f9d2c1/caller",
        "scoring": "./scoring/4f9d2c1",
    }


def test_nothing_is_applied_before_there_is_an_image(foundation: Recorded) -> None:
    assert foundation.of("FluxConfiguration") == []
    assert len(foundation.of("AgentPool")) == 2


def test_callers_come_from_their_own_addresses(live: Recorded) -> None:
    rule = live.one("SecurityRule", "payments-gateway-calls-scoring").inputs
    assert (rule["direction"], rule["destinationPortRange"]) == ("Inbound", "443")
    assert rule["sourceAddressPrefixes"] == ["10.64.16.0/24"]


def test_a_pod_acts_as_an_identity_that_trusts_this_cluster_and_its_namespace_alone(live: Recorded) -> None:
    for name in ("model", "scoring"):
        credential = live.one("FederatedIdentityCredential", name).inputs
        assert credential["subject"] == f"system:serviceaccount:{name}:{name}"
        assert credential["issuer"].startswith("https://westeurope.oic.prod-aks.azure.com/")


def test_scoring_reads_one_certificate_of_the_vault(live: Recorded) -> None:
    grant = live.one("RoleAssignment", "scoring-reads-certificate")
    assert role(grant) == KEY_VAULT_SECRETS_USER
    assert grant.inputs["scope"].endswith("/secrets/scoring")


def test_models_are_registered_in_a_closed_workspace(live: Recorded) -> None:
    (workspace,) = [w for w in live.of("Workspace") if "machinelearning" in w.type]
    said = workspace.inputs
    assert said["managedNetwork"]["isolationMode"] == "AllowOnlyApprovedOutbound"
    assert said["publicNetworkAccess"] == "Disabled" and said["hbiWorkspace"] is True
    assert said["systemDatastoresAuthMode"] == "Identity" and said["encryption"]["status"] == "Enabled"
    assert len(said["workspaceName"]) <= 32
    assert not set(live.one("Vault", "foundation").identities) & {said["keyVault"]}, (
        "the keys' vault is not the workspace's"
    )


def test_the_managed_endpoint_is_ruled_out_by_its_published_limit() -> None:
    chosen = design(load(path("fraud-slice")), "azure", "westeurope").bindings["model"].choice
    assert chosen.service.id == "aks_model"
    (other,) = [each for each in chosen.ruled_out if each.service == "managed_online_endpoint"]
    assert "12,000 requests/s" in other.figure and "500 requests/s" in other.figure
    published = {row["id"]: row["value"] for row in facts("azure", "managed_online_endpoint")["limits"]}
    assert (published["requests"], published["bandwidth"]) == (500, 5)


@pytest.mark.parametrize(("rate", "payload", "violated"), [(400, 2_000, 0), (417, 2_000, 1), (400, 20_000, 1)])
def test_growth_counts_against_the_endpoints_limits(rate: int, payload: int, violated: int) -> None:
    needs = {**FRAUD, "requests_per_second": rate, "payload_bytes": payload}
    assert len(services("azure")["managed_online_endpoint"].suits(needs).violated) == violated


def test_a_small_load_takes_the_managed_endpoint_and_scoring_a_cluster_of_its_own(
    small: dict[tuple[str, str], Recorded],
) -> None:
    live = small["prod", "live"]
    endpoint = live.one("OnlineEndpoint", "model").inputs["properties"]
    assert endpoint["authMode"] == "AADToken" and endpoint["publicNetworkAccess"] == "Disabled"
    assert live.one("ManagedCluster", "scoring").component == "scoring"
    given = live.one("FluxConfiguration", "scoring").inputs["kustomizations"]["manifests"]["postBuild"]["substitute"]
    assert given["MODEL_SCOPE"] == "https://ml.azure.com/.default" and given["MODEL_URL"].startswith("https://")


def test_a_caller_of_the_managed_endpoint_may_score_and_nothing_else(small: dict[tuple[str, str], Recorded]) -> None:
    live = small["prod", "live"]
    definition = live.one("RoleDefinition", "model-scoring")
    (permission,) = definition.inputs["permissions"]
    assert permission["actions"] == ["Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action"]
    grant = live.one("RoleAssignment", "scoring-invokes-model")
    assert grant.inputs["roleDefinitionId"] in definition.identities
    assert grant.inputs["scope"] in live.one("OnlineEndpoint", "model").identities


def test_a_managed_endpoint_names_its_deployment_only_once_it_exists(small: dict[tuple[str, str], Recorded]) -> None:
    before, after = (small["prod", phase].one("OnlineEndpoint", "model").inputs for phase in ("foundation", "live"))
    assert before["properties"]["traffic"] == {} and after["properties"]["traffic"] == {"live": 100}
    assert small["prod", "foundation"].of("OnlineDeployment") == []
