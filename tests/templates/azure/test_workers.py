"""Container workers: an identity, a subnet and an environment of their own, and images by digest."""

from __future__ import annotations

import pytest

from archgen.services.catalogue import services
from templates.azure.hardened.identity import ACR_PULL, BLOB_DATA_CONTRIBUTOR, KEY_VAULT_SECRETS_USER
from templates.azure.hardened.log_metrics import line_query
from templates.azure.kafka_bridge.component import broker_port
from tests.templates.azure.conftest import Recorded, role, settings_of
from tests.templates.azure.test_data_services import sizes

WORKERS = ("authorisations-bridge", "velocity")


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_lies_in_its_own_subnet_over_three_zones(live: Recorded, worker: str) -> None:
    said = live.one("ManagedEnvironment", worker).inputs
    subnet = live.one("Subnet", f"network-{worker}")
    assert said["vnetConfiguration"] == {"internal": True, "infrastructureSubnetId": subnet.identities[0]}
    assert said["zoneRedundant"] is True and said["publicNetworkAccess"] == "Disabled"
    (delegation,) = subnet.inputs["delegations"]
    assert delegation["serviceName"] == "Microsoft.App/environments"


@pytest.mark.parametrize("worker", WORKERS)
def test_it_runs_an_image_by_digest_and_nobody_calls_it(live: Recorded, worker: str) -> None:
    app = live.one("ContainerApp", worker)
    (container,) = app.inputs["template"]["containers"]
    assert f"/{worker}@sha256:" in container["image"]
    assert "ingress" not in app.inputs["configuration"]
    assert {probe["httpGet"]["port"] for probe in container["probes"]} == {8081}
    assert app.inputs["template"]["scale"]["minReplicas"] < app.inputs["template"]["scale"]["maxReplicas"]


@pytest.mark.parametrize("worker", WORKERS)
def test_it_starts_once_it_may_do_everything(live: Recorded, worker: str) -> None:
    app = live.one("ContainerApp", worker)
    grants = [g for kind in ("RoleAssignment", "AccessPolicyAssignment") for g in live.of(kind, worker)]
    assert len(grants) >= 3
    assert live.waits_for(app, *grants)


def test_before_the_first_image_everything_but_the_app_is_there(foundation: Recorded, live: Recorded) -> None:
    assert foundation.of("ContainerApp") == []
    assert {app.name for app in live.of("ContainerApp")} == set(WORKERS)
    assert len(foundation.of("ManagedEnvironment")) == 2


def test_the_login_comes_from_the_vault_with_its_version(live: Recorded) -> None:
    (secret,) = live.one("ContainerApp", "authorisations-bridge").inputs["configuration"]["secrets"]
    assert secret["keyVaultUrl"].count("/") == 5, "the version is part of the address"
    assert "value" not in secret
    login = live.one("Secret", "authorisations-bridge-source")
    assert any(path.startswith("properties") for path in login.secret_inputs)
    assert role(live.one("RoleAssignment", "authorisations-bridge-reads-login")) == KEY_VAULT_SECRETS_USER


def test_the_bridge_reaches_the_clients_brokers_and_no_other_address(live: Recorded) -> None:
    rule = live.one("SecurityRule", "authorisations-bridge-reads-authorisations")
    assert rule.inputs["destinationAddressPrefixes"] == ["10.64.8.0/24"]
    assert (rule.inputs["direction"], rule.inputs["destinationPortRange"]) == ("Outbound", "9096")
    group = live.one("NetworkSecurityGroup", "network-authorisations-bridge")
    assert rule.inputs["networkSecurityGroupName"] in group.identities


def test_dead_letters_are_the_one_container_that_it_writes(live: Recorded) -> None:
    grant = live.one("RoleAssignment", "authorisations-bridge-keeps-dead-letters")
    assert role(grant) == BLOB_DATA_CONTRIBUTOR
    assert grant.inputs["scope"] in live.one("BlobContainer", "foundation-dead-letters").identities


def test_each_pulls_images_as_itself(live: Recorded) -> None:
    for worker in WORKERS:
        assert role(live.one("RoleAssignment", f"{worker}-pulls-images")) == ACR_PULL


def test_the_program_gives_every_variable_that_the_code_reads(live: Recorded) -> None:
    bridge = settings_of(live.one("ContainerApp", "authorisations-bridge"))
    assert {"SOURCE_BOOTSTRAP", "SOURCE_TOPIC", "SOURCE_GROUP", "SOURCE_CREDENTIALS", "STREAM_BOOTSTRAP"} <= set(bridge)
    assert bridge["STREAM_BOOTSTRAP"].endswith(".servicebus.windows.net:9093")
    assert bridge["DEAD_LETTERS_URL"].endswith(".blob.core.windows.net/dead-letters/authorisations-bridge")
    worker = settings_of(live.one("ContainerApp", "velocity"))
    assert worker["FEATURES_ENDPOINT"].endswith(".redis.azure.net:10000")
    assert worker["PRINCIPAL_ID"] and worker["AZURE_CLIENT_ID"]


def test_lag_is_the_sum_of_what_each_replica_said_last() -> None:
    query = line_query("ContainerAppConsoleLogs", "bridge", "ConsumerLag", "latest", 300_000)
    assert "arg_max(TimeGenerated" in query and "by ContainerGroupName" in query
    assert query.endswith("where Value > 300000")
    assert "isnull(line.by)" in query, "lines that tell a metric apart would count twice"


@pytest.mark.parametrize(("servers", "port"), [("a:9096,b:9096", 9096), ("a,b", 9096), ("a:9094", 9094)])
def test_the_port_is_that_of_the_brokers(servers: str, port: int) -> None:
    assert broker_port(servers) == port


def test_brokers_on_several_ports_are_refused() -> None:
    with pytest.raises(ValueError, match="several ports"):
        broker_port("a:9096,b:9097")


def test_workers_are_sized_for_a_zone_that_is_lost() -> None:
    bridge, worker = services("azure")["kafka_bridge"], services("azure")["container_features"]
    assert (sizes(bridge).replicas.value, sizes(bridge).max_replicas.value) == (18, 27)
    assert (sizes(worker).replicas.value, sizes(worker).replicas.inputs["entities"]) == (21, 3)
    assert sizes(worker).replicas.value <= sizes(services("azure")["event_hubs"]).partitions.value, "none stands idle"
