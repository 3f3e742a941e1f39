"""The containers that pull their work: the Kafka bridge and the feature worker."""

from __future__ import annotations

import json

import pytest

from archgen.services.catalogue import services
from templates.gcp.hardened.identity import account_id
from templates.gcp.kafka_bridge.component import KafkaBridge, KafkaBridgeArgs, broker_port
from templates.gcp.velocity_worker.component import VelocityWorker, VelocityWorkerArgs
from tests.templates.aws.conftest import SECRET
from tests.templates.aws.stand_ins import FRAUD, demand, sizes
from tests.templates.gcp.stand_ins import (
    APIS_RANGE,
    TOPIC,
    Features,
    Network,
    Stream,
    assert_every_alert_reaches_a_person_and_ends,
    environment,
    platform,
    threshold,
    waits_for,
)

DIGEST = "sha256:" + "b" * 64


def bridge(live: bool = True) -> KafkaBridge:
    import pulumi

    return KafkaBridge(
        "authorisations-bridge",
        KafkaBridgeArgs(
            platform=platform(),
            network=Network(),
            source="authorisations",
            destination=Stream(),
            bootstrap_servers="b-1:9096,b-2:9096",
            topic="authorisations",
            broker_cidrs=["10.64.8.0/24", "10.64.9.0/24"],
            ca_bundle="authority",
            username=pulumi.Output.secret("bridge"),
            password=pulumi.Output.secret(SECRET),
            partition_entity="card",
            instances=18,
            lag_alarm_records=300_000,
            image_digest=DIGEST if live else None,
        ),
    )


def velocity(live: bool = True) -> VelocityWorker:
    return VelocityWorker(
        "velocity",
        VelocityWorkerArgs(
            platform=platform(),
            network=Network(),
            source=Stream(),
            online=Features(),
            entities=["card", "merchant"],
            freshness_seconds=2.0,
            instances=27,
            image_digest=DIGEST if live else None,
        ),
    )


@pytest.mark.parametrize(("made", "instances"), [(bridge, 18), (velocity, 27)])
def test_a_pool_of_the_sized_number_runs_inside_the_network_under_its_own_account(record, made, instances):
    recording = record(made)
    pool = recording.one(":WorkerPool")
    template = pool.inputs["template"]
    assert pool.inputs["scaling"] == {"scalingMode": "MANUAL", "manualInstanceCount": instances}
    assert template["serviceAccount"] == f"{account_id(pool.name)}@payments.iam.gserviceaccount.com"
    assert template["encryptionKey"] == "key-of-containers"
    access = template["vpcAccess"]
    assert access["egress"] == "ALL_TRAFFIC"
    assert access["networkInterfaces"][0]["tags"] == [f"payments-fraud-prod-{pool.name}"]
    (container,) = template["containers"]
    assert container["image"].endswith(f"/payments/{pool.name}/{pool.name}@{DIGEST}")
    assert pool.inputs["deletionProtection"] is True


@pytest.mark.parametrize("made", [bridge, velocity])
def test_without_an_image_nothing_runs_and_everything_else_is_there(record, made):
    foundation, live = record(lambda: made(live=False)), record(made)
    assert not foundation.of(":WorkerPool")
    assert {one.type for one in live.resources} - {one.type for one in foundation.resources} == {
        "gcp:cloudrunv2/workerPool:WorkerPool"
    }


@pytest.mark.parametrize("made", [bridge, velocity])
def test_nothing_starts_before_its_permissions(record, made):
    recording = record(made)
    pool = recording.one(":WorkerPool")
    members = [one for one in recording.of("IAMMember") + recording.of("IamMember") if one.parent == pool.parent]
    own = [one for one in members if "dead-letters" not in one.name or pool.name != "velocity"]
    assert own and all(waits_for(pool, one) for one in own)


@pytest.mark.parametrize("made", [bridge, velocity])
def test_images_are_immutable_scanned_and_encrypted(record, made):
    repository = record(made).one(":Repository").inputs
    assert repository["dockerConfig"] == {"immutableTags": True}
    assert repository["kmsKeyName"] == "key-of-images"
    assert {policy["action"] for policy in repository["cleanupPolicies"]} == {"KEEP", "DELETE"}


@pytest.mark.parametrize("made", [bridge, velocity])
def test_every_own_metric_that_alerts_read_is_declared_first(record, made):
    recording = record(made)
    assert_every_alert_reaches_a_person_and_ends(recording)
    declared = {one.inputs["type"]: one.urn for one in recording.of(":MetricDescriptor")}
    for alert in recording.of(":AlertPolicy"):
        filter = alert.inputs["conditions"][0]["conditionThreshold"]["filter"]
        if "custom.googleapis.com" in filter:
            (type,) = [type for type in declared if f'"{type}"' in filter]
            assert declared[type] in alert.depends_on
            assert 'resource.type = "generic_task"' in filter
    assert all("-" not in type for type in declared), "a hyphen is not allowed in a metric's type"


def test_the_login_is_write_only_stays_here_and_reaches_the_workers_as_one_version(record):
    recording = record(bridge)
    secret, version = recording.one(":Secret").inputs, recording.one(":SecretVersion")
    (replica,) = secret["replication"]["userManaged"]["replicas"]
    assert replica == {"location": "europe-west1", "customerManagedEncryption": {"kmsKeyName": "key-of-secrets"}}
    assert "secretDataWo" in version.secret_inputs and "secretData" not in version.inputs
    assert json.loads(version.inputs["secretDataWo"]) == {"username": "bridge", "password": SECRET}
    assert version.replaced_on == frozenset({"secretDataWoVersion"})
    (container,) = recording.one(":WorkerPool").inputs["template"]["containers"]
    (secret_variable,) = [entry for entry in container["envs"] if "valueSource" in entry]
    assert secret_variable["valueSource"]["secretKeyRef"]["version"] == "7"
    assert SECRET not in json.dumps(environment(container))


def test_the_bridge_reaches_the_brokers_and_google_and_nobody_else(record):
    rules = {rule.name: rule.inputs for rule in record(bridge).of(":Firewall")}
    brokers = rules["authorisations-bridge-reads-authorisations"]
    assert brokers["destinationRanges"] == ["10.64.8.0/24", "10.64.9.0/24"]
    assert brokers["allows"] == [{"protocol": "tcp", "ports": ["9096"]}]
    google = rules["authorisations-bridge-google-apis"]
    assert (google["destinationRanges"], google["allows"][0]["ports"]) == ([APIS_RANGE], ["443"])
    assert set(rules) == {"authorisations-bridge-reads-authorisations", "authorisations-bridge-google-apis"}


def test_what_is_no_event_is_kept_for_a_month(record):
    recording = record(bridge)
    kept = recording.one(":Subscription", "authorisations-bridge-dead-letters").inputs
    assert (kept["messageRetentionDuration"], kept["expirationPolicy"]) == ("2678400s", {"ttl": ""})
    (container,) = recording.one(":WorkerPool").inputs["template"]["containers"]
    told = environment(container)
    assert told["DEAD_LETTER_TOPIC"] == "authorisations-bridge-dead-letters-id"
    assert told["STREAM_TOPIC"] == TOPIC


def test_the_worker_reads_its_subscription_and_writes_counts(record):
    (container,) = record(velocity).one(":WorkerPool").inputs["template"]["containers"]
    told = environment(container)
    assert told["STREAM_SUBSCRIPTION"] == "projects/payments/subscriptions/reader"
    assert (told["FEATURES_ENDPOINT"], told["FEATURES_CA_PEM"]) == ("10.20.8.2:6379", "authorities")
    assert told["ENTITIES"] == "card,merchant"


def test_features_that_would_be_stale_call_for_a_person(record):
    behind = threshold(record(velocity), "velocity-behind")
    assert behind["thresholdValue"] == 30
    assert "oldest_unacked_message_age" in behind["filter"]


def test_brokers_on_several_ports_are_refused():
    assert broker_port("b-1:9092,b-2:9092") == 9092
    assert broker_port("b-1") == 9096
    with pytest.raises(ValueError, match="several ports"):
        broker_port("b-1:9092,b-2:9096")


@pytest.mark.parametrize(
    ("id", "role", "instances"), [("kafka_bridge", "stream-bridge", 18), ("velocity_worker", "stream-features", 27)]
)
def test_ten_thousand_events_are_carried_with_a_zone_lost(id, role, instances):
    assert sizes(services("gcp")[id].size(demand("x", role, FRAUD))).instances.value == instances


def test_the_bridge_speaks_kafka_and_follows_streams_only():
    suits = services("gcp")["kafka_bridge"].suits
    assert [v.need for v in suits({"system": "sap", "delivery": "daily"}).violated] == ["system", "delivery"]
    assert not suits({"system": "kafka", "delivery": "stream"}).violated


def test_account_ids_fit_and_stay_apart():
    long = ["a" * 31, "a" * 30 + "b"]
    made = {account_id(name) for name in [*long, "model", "lake"]}
    assert len(made) == 4 and all(6 <= len(one) <= 30 for one in made)
