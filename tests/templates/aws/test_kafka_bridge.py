"""The bridge from a client's Kafka: its login, its way to the brokers, and nothing lost on the way."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from archgen.errors import NotFeasible
from archgen.knowledge import assumptions
from archgen.services import Demand, Neighbours, Region, Setting
from archgen.services.catalogue import services
from archgen.topology import Component, Flow, Topology, Zone
from templates.aws.kafka_bridge.component import KafkaBridge, KafkaBridgeArgs, broker_port

from .containers_standins import DIGEST, PrivateNetwork, kafka, kinesis, platform

NEEDS = {"system": "kafka", "records_per_second": 10_000, "record_bytes": 1000, "growth": 0.2, "data_class": "token"}


def bridge(*, protected=True, stream=kinesis, image_digest=None, **changed):
    arguments: dict[str, Any] = {
        "platform": platform(protected=protected),
        "network": PrivateNetwork(),
        "source": "authorisations",
        "destination": stream(),
        "bootstrap_servers": "b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
        "topic": "auth",
        "broker_cidrs": ["10.64.8.0/24", "10.64.9.0/24"],
        "ca_bundle": "PEM",
        "username": pulumi.Output.secret("bridge"),
        "password": pulumi.Output.secret("hunter2"),
        "partition_entity": "card",
        "tasks": 18,
        "max_tasks": 27,
        "lag_alarm_records": 300_000,
        "image_digest": image_digest,
    }
    return KafkaBridge("authorisation-bridge", KafkaBridgeArgs(**arguments | changed))


def container(recording):
    (definition,) = json.loads(recording.one(":TaskDefinition").inputs["containerDefinitions"])
    return definition


def environment(recording):
    return {variable["name"]: variable["value"] for variable in container(recording)["environment"]}


def statements(recording, name):
    return json.loads(recording.one(":RolePolicy", name).inputs["policy"])["Statement"]


class TestFoundationPhase:
    def test_all_but_what_needs_an_image_exists(self, record):
        recording = record(bridge)
        assert not any(recording.of(kind) for kind in (":TaskDefinition", "ecs/service:Service", ":Target", ":Policy"))
        for kind in (":Repository", ":LogGroup", ":Cluster", ":Secret", ":SecretVersion", ":Queue"):
            recording.one(kind)

    def test_nothing_is_allowed_in_the_live_phase_only(self, record):
        before, after = record(bridge), record(lambda: bridge(image_digest=DIGEST))
        for kind in (":RolePolicy", ":SecurityGroupEgressRule", ":SecurityGroupIngressRule"):
            assert before.names(kind) == after.names(kind)


class TestLogin:
    def test_is_a_secret_all_the_way_and_never_in_a_task_definition(self, record):
        recording = record(lambda: bridge(image_digest=DIGEST))
        version = recording.one(":SecretVersion")
        assert "secretStringWo" in version.secret_inputs
        assert json.loads(version.inputs["secretStringWo"]) == {"username": "bridge", "password": "hunter2"}
        assert "secretString" not in version.inputs
        others = [resource for resource in recording.resources if resource is not version]
        assert not [resource.name for resource in others if "hunter2" in json.dumps(resource.inputs)]

    def test_is_encrypted_under_the_key_for_secrets(self, record):
        assert record(bridge).one(":Secret").inputs["kmsKeyId"].endswith("key/secrets")

    def test_a_changed_login_gives_a_new_version_and_new_tasks(self, record):
        def number(password):
            changed = record(lambda: bridge(password=pulumi.Output.secret(password)))
            return changed.one(":SecretVersion").inputs["secretStringWoVersion"]

        assert number("hunter2") == number("hunter2") != number("hunter3")
        recording = record(lambda: bridge(image_digest=DIGEST))
        assert recording.one(":SecretVersion").replaced_on == {"secretStringWoVersion"}
        (secret,) = container(recording)["secrets"]
        assert secret["name"] == "SOURCE_CREDENTIALS"
        assert secret["valueFrom"].endswith(":::version-of-authorisation-bridge-source")

    def test_only_ecs_may_read_it_and_no_other_secret(self, record):
        recording = record(bridge)
        policy = recording.one(":RolePolicy", "authorisation-bridge-reads-authorisations")
        assert policy.inputs["role"] == "authorisation-bridge-agent-Role"
        read, decrypt = statements(recording, policy.name)
        assert read["Action"] == ["secretsmanager:GetSecretValue"]
        assert [arn.rpartition("/")[2] for arn in read["Resource"]] == ["authorisation-bridge-source"]
        assert decrypt["Condition"]["StringEquals"] == {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
        assert decrypt["Resource"] == ["arn:aws:kms:eu-west-1:123456789012:key/secrets"]


class TestPathToTheBrokers:
    def test_one_rule_per_range_the_first_with_the_plain_name(self, record):
        rules = {r.name: r.inputs for r in record(bridge).of(":SecurityGroupEgressRule") if "cidrIpv4" in r.inputs}
        assert {name: rule["cidrIpv4"] for name, rule in rules.items()} == {
            "authorisation-bridge-reads-authorisations": "10.64.8.0/24",
            "authorisation-bridge-reads-authorisations-10.64.9.0-24": "10.64.9.0/24",
        }
        assert {(rule["fromPort"], rule["toPort"]) for rule in rules.values()} == {(9096, 9096)}

    def test_nobody_can_connect_to_the_bridge(self, record):
        # The one rule of this kind lets it in at the interface endpoints.
        (rule,) = record(bridge).of(":SecurityGroupIngressRule")
        assert rule.inputs["securityGroupId"] == "sg-endpoints"

    @pytest.mark.parametrize("cidrs", [[], ["0.0.0.0/0"], ["10.0.0.0/24", "10.0.0.0/24"]])
    def test_no_range_every_address_or_one_twice_is_refused(self, record, cidrs):
        with pytest.raises(ValueError, match="authorisation-bridge-reads-authorisations"):
            record(lambda: bridge(broker_cidrs=cidrs))

    @pytest.mark.parametrize(
        ("servers", "port"), [("a:9096,b:9096", 9096), ("a,b", 9096), ("a.example:19092", 19092), (" a:94, b:94 ", 94)]
    )
    def test_port_comes_from_the_bootstrap_servers(self, servers, port):
        assert broker_port(servers) == port

    def test_several_ports_are_refused(self):
        with pytest.raises(ValueError, match="several ports"):
            broker_port("a:9096,b:9097")


class TestDeadLetters:
    def test_encrypted_kept_longest_and_by_tls_alone(self, record):
        recording = record(bridge)
        queue = recording.one(":Queue")
        assert queue.inputs["kmsMasterKeyId"].endswith("key/messages")
        assert queue.inputs["messageRetentionSeconds"] == 1_209_600
        (denial,) = json.loads(recording.one(":QueuePolicy").inputs["policy"])["Statement"]
        assert (denial["Effect"], denial["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})

    def test_the_bridge_may_send_to_it_and_no_more(self, record):
        send, encrypt = statements(record(bridge), "authorisation-bridge-dead-letters")
        assert send["Action"] == ["sqs:SendMessage"]
        assert set(encrypt["Action"]) == {"kms:GenerateDataKey", "kms:Decrypt"}

    def test_one_message_is_an_alarm(self, record):
        alarm = record(bridge).one(":MetricAlarm", "authorisation-bridge-dead-letters")
        assert (alarm.inputs["threshold"], alarm.inputs["evaluationPeriods"]) == (0, 1)
        assert alarm.inputs["dimensions"] == {"QueueName": "authorisation-bridge-dead-letters-Queue"}


@pytest.mark.parametrize("protected", [True, False])
def test_protection_covers_queue_and_images(record, protected):
    recording = record(lambda: bridge(protected=protected))
    assert recording.one(":Queue").protect is protected
    assert recording.one(":Repository").protect is protected
    assert recording.one(":Repository").inputs["forceDelete"] is not protected
    assert recording.one(":Secret").inputs["recoveryWindowInDays"] == (30 if protected else 0)


class TestLivePhase:
    def test_variables_of_the_container_are_complete(self, record):
        assert environment(record(lambda: bridge(image_digest=DIGEST))) == {
            "AWS_REGION": "eu-west-1",
            "PROJECT": "payments-fraud-prod",
            "COMPONENT": "authorisation-bridge",
            "SOURCE_BOOTSTRAP": "b-1.kafka.example.com:9096,b-2.kafka.example.com:9096",
            "SOURCE_TOPIC": "auth",
            "SOURCE_GROUP": "payments-fraud-prod-authorisation-bridge",
            "SOURCE_CA_PEM": "PEM",
            "STREAM_KIND": "kinesis",
            "STREAM_NAME": "authorisations",
            "DEAD_LETTER_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/authorisation-bridge-dead-letters",
            "PARTITION_ENTITY": "card",
            "LOG_LEVEL": "INFO",
            "TMPDIR": "/dev/shm",
        }

    def test_kafka_as_destination_is_named_with_its_brokers(self, record):
        variables = environment(record(lambda: bridge(stream=kafka, image_digest=DIGEST)))
        assert variables["STREAM_KIND"] == "kafka"
        assert variables["STREAM_NAME"] == "authorisations"
        assert variables["STREAM_BOOTSTRAP"] == "b-1.example:9098,b-2.example:9098"

    def test_tasks_start_after_every_grant(self, record):
        recording = record(lambda: bridge(image_digest=DIGEST))
        service = recording.one("ecs/service:Service")
        granted = {policy.urn for policy in recording.of(":RolePolicy")}
        assert granted and granted <= service.depends_on

    def test_alarms_lead_to_the_topic_and_say_when_tasks_are_missing(self, record):
        alarms = record(lambda: bridge(image_digest=DIGEST)).of(":MetricAlarm")
        assert {tuple(alarm.inputs["alarmActions"]) for alarm in alarms} == {
            ("arn:aws:sns:eu-west-1:123456789012:alarms",)
        }
        (running,) = [alarm for alarm in alarms if alarm.name.endswith("-running")]
        assert running.inputs["threshold"] == 18
        assert running.inputs["comparisonOperator"] == "LessThanThreshold"
        assert running.inputs["treatMissingData"] == "breaching"


SERVICE = services("aws")["kafka_bridge"]
COMPONENT = Component(id="authorisation-bridge", role="stream-bridge", zone="network", needs=NEEDS)


def neighbours(*sources):
    externals = [Component(id=id, role="source", zone="outside", needs={"system": "kafka"}) for id in sources]
    scoring = Component(id="scoring", role="scoring", zone="network", needs={"entities": ("card", "device")})
    topology = Topology(
        blueprint="test",
        zones=(Zone(id="outside", kind="external"), Zone(id="network", kind="network")),
        components=(*externals, COMPONENT, scoring),
        flows=tuple(
            Flow(source=id, target=COMPONENT.id, kind="events", opened_by="target", data_class="token", step=step)
            for step, id in enumerate(sources, 1)
        ),
    )
    return Neighbours(
        topology=topology,
        services={},
        region=Region(name="eu-west-1", zones=("a", "b", "c")),
        assumptions=assumptions(),
    )


class TestService:
    def test_fraud_case_takes_18_tasks(self):
        tasks, ceiling = SERVICE.size(Demand(component=COMPONENT, assumptions=assumptions()))
        # 12,000 ÷ (1,500 × 0.7) → 12, which two zones have to carry: 6 each.
        assert (tasks.name, tasks.value) == ("tasks", 18)
        assert (ceiling.name, ceiling.value) == ("max_tasks", 27)
        assert (tasks.low, tasks.high) == (9, 30)

    def test_other_systems_are_ruled_out(self):
        (violation,) = SERVICE.suits(NEEDS | {"system": "oracle"}).violated
        assert (violation.need, violation.found, violation.limit) == ("system", "oracle", "kafka")
        assert not SERVICE.suits(NEEDS).violated

    def test_settings_bear_the_name_of_the_source(self):
        arguments = SERVICE.arguments(COMPONENT, neighbours("core-auth"))
        settings = {name: value for name, value in arguments.items() if isinstance(value, Setting)}
        assert {name: setting.key for name, setting in settings.items()} == {
            "bootstrap_servers": "coreAuthBootstrapServers",
            "topic": "coreAuthTopic",
            "broker_cidrs": "coreAuthBrokerCidrs",
            "ca_bundle": "coreAuthCaBundle",
            "username": "coreAuthUsername",
            "password": "coreAuthPassword",
            "image_digest": "authorisationBridgeImageDigest",
        }
        assert {name for name, setting in settings.items() if setting.secret} == {"username", "password"}
        assert {name for name, setting in settings.items() if setting.live} == {"image_digest"}
        assert arguments["partition_entity"] == "card"
        assert arguments["lag_alarm_records"] == 300_000

    @pytest.mark.parametrize("sources", [(), ("first", "second")])
    def test_a_bridge_has_one_source(self, sources):
        with pytest.raises(NotFeasible, match="one topic of one Kafka"):
            SERVICE.arguments(COMPONENT, neighbours(*sources))
