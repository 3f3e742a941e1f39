"""The stream on Kafka: IAM over TLS, three zones, storage that grows, one policy for those who come in privately."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import pulumi
import pytest

from archgen.knowledge import assumptions
from archgen.services import Neighbours, Region
from archgen.services.catalogue import facts, services
from archgen.topology import Component, Flow, Topology, Zone
from templates.aws.kafka_cluster.component import KafkaCluster, KafkaClusterArgs, _below
from tests.templates.aws.conftest import Recording
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    Caller,
    Network,
    actions,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    demand,
    platform,
    policy,
    resources_of,
    sizes,
)

Record = Callable[[Callable[[], object]], Recording]
SERVICE = services("aws")["kafka_cluster"]
NEEDS = {**FRAUD, "replay_hours": 168}


def cluster(protected: bool = True, brokers: int = 3, private_readers: Sequence[str] = ()) -> KafkaCluster:
    return KafkaCluster(
        "payments",
        KafkaClusterArgs(
            platform=platform(protected),
            network=Network(),
            topic="payments",
            partitions=15,
            brokers=brokers,
            broker_storage_gib=9388,
            retention_hours=168,
            private_readers=private_readers,
        ),
    )


def test_nobody_connects_without_iam_and_tls(record: Record) -> None:
    made = record(cluster).one(":Cluster").inputs
    assert made["clientAuthentication"] == {"sasl": {"iam": True}, "unauthenticated": False}
    assert made["encryptionInfo"] == {
        "encryptionAtRestKmsKeyArn": DATA_KEY,
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    }
    assert made["brokerNodeGroupInfo"]["connectivityInfo"]["publicAccess"] == {"type": "DISABLED"}


def test_brokers_lie_in_the_data_subnets_of_three_zones(record: Record) -> None:
    nodes = record(cluster).one(":Cluster").inputs["brokerNodeGroupInfo"]
    assert nodes["clientSubnets"] == ["data-a", "data-b", "data-c"]
    assert nodes["storageInfo"]["ebsStorageInfo"]["volumeSize"] == 9388


def test_brokers_that_do_not_spread_evenly_are_refused(record: Record) -> None:
    with pytest.raises(ValueError, match="multiple of 3"):
        record(lambda: cluster(brokers=4))


def test_a_lost_zone_loses_no_record_and_a_misspelt_topic_fails(record: Record) -> None:
    recording = record(cluster)
    properties = dict(
        line.split("=") for line in recording.one(":Configuration").inputs["serverProperties"].splitlines()
    )
    assert properties["min.insync.replicas"] == "2"
    assert properties["default.replication.factor"] == "3"
    assert properties["auto.create.topics.enable"] == "false"
    assert properties["unclean.leader.election.enable"] == "false"
    topic = recording.one(":Topic").inputs
    assert (topic["name"], topic["partitionCount"], topic["replicationFactor"]) == ("payments", 15, 3)
    assert json.loads(topic["configs"]) == {"min.insync.replicas": "2", "retention.ms": str(168 * 3_600_000)}


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_cluster_resists_deletion(record: Record, protected: bool) -> None:
    recording = record(lambda: cluster(protected))
    assert recording.one(":Cluster").protect is protected
    assert recording.one(":Topic").protect is protected


def test_storage_grows_by_itself_and_no_update_asks_for_the_first_size_again(record: Record) -> None:
    recording = record(cluster)
    target, growth = recording.one(":Target").inputs, recording.one("appautoscaling/policy:Policy").inputs
    assert (target["scalableDimension"], target["maxCapacity"]) == ("kafka:broker-storage:VolumeSize", 16384)
    assert growth["policyType"] == "TargetTrackingScaling"
    tracking = growth["targetTrackingScalingPolicyConfiguration"]
    assert tracking["disableScaleIn"] is True
    assert tracking["predefinedMetricSpecification"] == {"predefinedMetricType": "KafkaBrokerStorageUtilization"}
    ignored = recording.one(":Cluster").ignored
    assert ignored == {"brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"}


def test_broker_logs_go_to_a_declared_group(record: Record) -> None:
    recording = record(cluster)
    assert_every_log_group_is_encrypted_and_ends(recording)
    logs = recording.one(":Cluster").inputs["loggingInfo"]["brokerLogs"]["cloudwatchLogs"]
    assert logs == {"enabled": True, "logGroup": "/payments-fraud-prod/payments/brokers"}


def test_a_reader_reads_the_topic_and_reaches_the_brokers(record: Record) -> None:
    recording = record(lambda: cluster().grant_read(Caller("velocity").workload))
    granted = policy(recording.one(":RolePolicy", "velocity-reads-payments"))
    assert {"kafka-cluster:Connect", "kafka-cluster:ReadData", "kafka-cluster:AlterGroup"} <= actions(granted)
    assert not {action for action in actions(granted) if "Write" in action}
    assert resources_of(granted, "kafka-cluster:ReadData")[0].endswith("/payments")
    assert_every_role_is_bounded_and_never_open(recording)
    for rule in ("SecurityGroupEgressRule", "SecurityGroupIngressRule"):
        made = recording.one(f":{rule}", "velocity-reads-payments").inputs
        assert (made["fromPort"], made["toPort"], made["ipProtocol"]) == (9098, 9098, "tcp")
    egress = recording.one(":SecurityGroupEgressRule").inputs
    assert (egress["securityGroupId"], egress["referencedSecurityGroupId"]) == ("sg-velocity", "payments-id")


def test_a_writer_writes_without_reading_and_without_a_group(record: Record) -> None:
    recording = record(lambda: cluster().grant_write(Caller("scoring").workload))
    granted = policy(recording.one(":RolePolicy", "scoring-writes-payments"))
    assert {"kafka-cluster:WriteData", "kafka-cluster:WriteDataIdempotently"} <= actions(granted)
    assert not {action for action in actions(granted) if "Read" in action or "Group" in action}


def test_a_reader_outside_the_network_needs_no_rule(record: Record) -> None:
    recording = record(lambda: cluster().grant_read(Caller("delivery", inside_network=False).workload))
    assert recording.one(":RolePolicy", "delivery-reads-payments")
    assert not recording.of("Rule")


def test_topics_and_groups_are_named_after_the_cluster(record: Record) -> None:
    arn = "arn:aws:kafka:eu-west-1:123456789012:cluster/payments-1a2b/0f1e2d3c-5"
    seen: list[str] = []

    def program() -> None:
        for kind, name in (("topic", "payments"), ("group", "*")):
            _below(pulumi.Output.from_input(arn), kind, name).apply(seen.append)

    record(program)
    assert sorted(seen) == [
        "arn:aws:kafka:eu-west-1:123456789012:group/payments-1a2b/0f1e2d3c-5/*",
        "arn:aws:kafka:eu-west-1:123456789012:topic/payments-1a2b/0f1e2d3c-5/payments",
    ]


def test_private_readers_are_admitted_by_the_one_policy_of_the_cluster(record: Record) -> None:
    recording = record(lambda: cluster(private_readers=["firehose.amazonaws.com"]))
    (admitted,) = policy(recording.one(":ClusterPolicy"))
    assert admitted["Principal"] == {"Service": ["firehose.amazonaws.com"]}
    assert admitted["Action"] == "kafka:CreateVpcConnection"
    assert _vpc_iam(recording) is True


def test_without_private_readers_nobody_comes_in_from_another_network(record: Record) -> None:
    recording = record(cluster)
    assert not recording.of(":ClusterPolicy")
    assert _vpc_iam(recording) is False


def test_each_broker_is_watched(record: Record) -> None:
    recording = record(lambda: cluster(brokers=6))
    assert_every_alarm_reaches_a_person(recording)
    per_broker = {
        (made.inputs["metricName"], made.inputs["dimensions"]["Broker ID"])
        for made in recording.of(":MetricAlarm")
        if "Broker ID" in made.inputs["dimensions"]
    }
    names = ("UnderReplicatedPartitions", "KafkaDataLogsDiskUsed", "CpuIdle")
    assert per_broker == {(name, str(broker)) for name in names for broker in range(1, 7)}
    idle = recording.one(":MetricAlarm", "payments-cpu-1").inputs
    assert (idle["comparisonOperator"], idle["threshold"]) == ("LessThanThreshold", 40)
    offline = recording.one(":MetricAlarm", "payments-offline-partitions").inputs
    assert offline["dimensions"] == {"Cluster Name": "payments-Cluster"}


class TestSizes:
    def test_the_fraud_stream_takes_three_brokers_and_fifteen_partitions(self) -> None:
        found = sizes(SERVICE.size(demand("payments", "event-stream", NEEDS)))
        assert (found.partitions.value, found.brokers.value) == (15, 3)
        # 10 MB/s for a week, three times, 60 % full: 28,163 GiB over three brokers.
        assert found.broker_storage_gib.value == 9388
        assert found.broker_storage_gib.high > found.broker_storage_gib.value

    def test_a_month_of_replay_takes_more_brokers_since_a_disk_has_sixteen_tebibytes(self) -> None:
        found = sizes(SERVICE.size(demand("payments", "event-stream", {**NEEDS, "replay_hours": 720})))
        assert found.brokers.value == 9
        assert found.broker_storage_gib.value <= 16384

    def test_more_readers_take_more_brokers_by_the_network(self) -> None:
        needs = {**NEEDS, "records_per_second": 100_000, "replay_hours": 1}
        few = sizes(SERVICE.size(demand("payments", "event-stream", needs))).brokers.value
        many = sizes(SERVICE.size(demand("payments", "event-stream", needs, stream_readers=10))).brokers.value
        # 143 MiB/s: disk 12, network 11 with two readers and 26 with ten.
        assert (few, many) == (12, 27)

    def test_every_size_fills_an_argument_and_has_a_floor(self) -> None:
        found = SERVICE.size(demand("payments", "event-stream", NEEDS))
        assert {quantity.name for quantity in found} == set(SERVICE.minimum)

    def test_more_than_sixty_brokers_rule_it_out(self) -> None:
        (violation,) = SERVICE.suits({**NEEDS, "records_per_second": 800_000}).violated
        limits = {one["id"]: one["value"] for one in facts("aws", "kafka_cluster")["limits"]}
        assert violation.limit == f"{limits['brokers-per-cluster']} brokers"


class TestArguments:
    def arguments(self, reader: str) -> dict:
        parts = [Component(id=id, role="any", zone="streams", needs=NEEDS) for id in ("payments", "reader")]
        flow = Flow(source="payments", target="reader", kind="events", opened_by="target", data_class="token", step=1)
        around = Neighbours(
            topology=Topology(
                blueprint="test",
                zones=(Zone(id="streams", kind="stage"),),
                components=tuple(parts),
                flows=(flow,),
            ),
            services={"payments": SERVICE, "reader": services("aws")[reader]},
            region=Region(name="eu-west-1", zones=("a", "b", "c")),
            assumptions=assumptions(),
        )
        return dict(SERVICE.arguments(parts[0], around))

    def test_delivery_comes_in_privately(self) -> None:
        assert self.arguments("firehose_delivery")["private_readers"] == ("firehose.amazonaws.com",)

    def test_the_feature_job_lies_in_the_network(self) -> None:
        assert self.arguments("flink_features") == {"topic": "payments", "retention_hours": 168}


def _vpc_iam(recording: Recording) -> bool:
    connectivity = recording.one(":Cluster").inputs["brokerNodeGroupInfo"]["connectivityInfo"]["vpcConnectivity"]
    return connectivity["clientAuthentication"]["sasl"]["iam"]
