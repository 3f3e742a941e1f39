"""The scoring service: who may call it, what it may touch, and what tells a person that it decides badly."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archgen.errors import NotFeasible
from archgen.knowledge import assumptions
from archgen.services import Demand, Neighbours, Region, Setting
from archgen.services.catalogue import services
from archgen.topology import Component, Flow, Topology, Zone
from templates.aws.scoring_service.component import ScoringService, ScoringServiceArgs

from .containers_standins import DIGEST, Features, Model, PrivateNetwork, kafka, kinesis, platform


def scoring(*, protected=True, stream=kinesis, features=True, image_digest=None, **changed):
    arguments: dict[str, Any] = {
        "platform": platform(protected=protected),
        "network": PrivateNetwork(),
        "model": Model(),
        "decisions": stream(),
        "features": Features() if features else None,
        "caller": "payments-gateway",
        "caller_cidrs": ["10.64.16.0/24", "10.64.17.0/24"],
        "caller_ca_bundle": "PEM",
        "certificate_arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1",
        "entities": ["card", "merchant", "device"],
        "latency_p99_ms": 100,
        "fallback_after_ms": 80,
        "tasks": 39,
        "max_tasks": 59,
        "image_digest": image_digest,
    }
    return ScoringService("scoring", ScoringServiceArgs(**arguments | changed))


def live(**changed):
    return scoring(image_digest=DIGEST, **changed)


def container(recording):
    (definition,) = json.loads(recording.one(":TaskDefinition").inputs["containerDefinitions"])
    return definition


def environment(recording):
    return {variable["name"]: variable["value"] for variable in container(recording)["environment"]}


class TestLoadBalancer:
    def test_private_over_three_zones_and_strict(self, record):
        balancer = record(scoring).one(":LoadBalancer").inputs
        assert balancer["internal"] is True
        assert balancer["subnets"] == ["subnet-app-a", "subnet-app-b", "subnet-app-c"]
        assert balancer["dropInvalidHeaderFields"] is True
        assert balancer["desyncMitigationMode"] == "strictest"

    def test_requests_and_handshakes_are_logged_to_the_platform(self, record):
        balancer = record(scoring).one(":LoadBalancer").inputs
        for log in ("accessLogs", "connectionLogs"):
            assert balancer[log] == {"bucket": "access-logs", "prefix": "elb/scoring", "enabled": True}

    @pytest.mark.parametrize("protected", [True, False])
    def test_resists_deletion_where_the_platform_does(self, record, protected):
        balancer = record(lambda: scoring(protected=protected)).one(":LoadBalancer")
        assert balancer.inputs["enableDeletionProtection"] is protected
        assert balancer.protect is protected

    def test_generated_names_leave_room_for_the_longest_component_name(self, record):
        recording = record(scoring)
        for kind in (":LoadBalancer", ":TargetGroup", ":TrustStore"):
            assert len(recording.one(kind).inputs["namePrefix"]) <= 6

    def test_the_only_listener_demands_a_certificate_of_the_callers_authority(self, record):
        recording = record(scoring)
        listener = recording.one(":Listener").inputs
        assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
        assert listener["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-")
        trust = recording.one(":TrustStore")
        assert listener["mutualAuthentication"]["mode"] == "verify"
        assert listener["mutualAuthentication"]["trustStoreArn"].endswith(trust.name)

    def test_a_changed_bundle_reaches_the_trust_store(self, record):
        recording = record(scoring)
        bundle = recording.one(":BucketObjectv2").inputs
        assert (bundle["bucket"], bundle["content"]) == ("artefacts", "PEM")
        trust = recording.one(":TrustStore").inputs
        assert trust["caCertificatesBundleS3Key"] == bundle["key"]
        assert trust["caCertificatesBundleS3ObjectVersion"] == "version-of-scoring-callers"

    def test_encrypted_up_to_the_task_and_spread_by_load(self, record):
        target = record(scoring).one(":TargetGroup").inputs
        assert (target["protocol"], target["port"], target["targetType"]) == ("HTTPS", 8443, "ip")
        assert target["loadBalancingAlgorithmType"] == "least_outstanding_requests"
        assert (target["healthCheck"]["path"], target["healthCheck"]["protocol"]) == ("/readyz", "HTTPS")
        assert target["deregistrationDelay"] < 60

    def test_capacity_is_reserved_only_when_asked_for(self, record):
        assert "minimumLoadBalancerCapacity" not in record(scoring).one(":LoadBalancer").inputs
        warm = record(lambda: scoring(capacity_units=500)).one(":LoadBalancer").inputs
        assert warm["minimumLoadBalancerCapacity"] == {"capacityUnits": 500}


class TestPaths:
    def test_callers_reach_the_load_balancer_alone(self, record):
        recording = record(scoring)
        rules = [rule for rule in recording.of(":SecurityGroupIngressRule") if "cidrIpv4" in rule.inputs]
        assert {rule.name: rule.inputs["cidrIpv4"] for rule in rules} == {
            "payments-gateway-calls-scoring": "10.64.16.0/24",
            "payments-gateway-calls-scoring-10.64.17.0-24": "10.64.17.0/24",
        }
        assert {(r.inputs["securityGroupId"], r.inputs["fromPort"]) for r in rules} == {("scoring-balancer-id", 443)}

    def test_tasks_accept_the_load_balancer_alone(self, record):
        rules = record(scoring).of(":SecurityGroupIngressRule")
        to_tasks = [rule.inputs for rule in rules if rule.inputs["securityGroupId"] == "scoring-id"]
        assert [(rule["referencedSecurityGroupId"], rule["fromPort"]) for rule in to_tasks] == [
            ("scoring-balancer-id", 8443)
        ]

    def test_no_rule_ends_at_every_address(self, record):
        recording = record(scoring)
        rules = [*recording.of(":SecurityGroupIngressRule"), *recording.of(":SecurityGroupEgressRule")]
        assert len({rule.inputs.get("cidrIpv4") for rule in rules} - {None}) == 2
        assert not recording.of("securityGroupRule:SecurityGroupRule")


class TestGrants:
    def test_the_same_in_both_phases(self, record):
        before, after = record(scoring), record(live)
        assert before.names(":RolePolicy") == after.names(":RolePolicy")
        assert before.names(":RolePolicy") == {
            "scoring-starts",
            "scoring-invokes-fraud-model",
            "scoring-writes-authorisation-events",
            "scoring-reads-card-features",
        }

    def test_without_features_there_is_no_grant_and_no_address_for_them(self, record):
        recording = record(lambda: live(features=False))
        assert "scoring-reads-card-features" not in recording.names(":RolePolicy")
        assert not [name for name in environment(recording) if name.startswith("FEATURES")]

    def test_pulling_images_is_the_agents_right_not_the_containers(self, record):
        recording = record(scoring)
        policy = recording.one(":RolePolicy", "scoring-starts")
        assert policy.inputs["role"] == "scoring-agent-Role"
        token, pull, logs = json.loads(policy.inputs["policy"])["Statement"]
        assert (token["Action"], token["Resource"]) == (["ecr:GetAuthorizationToken"], ["*"])
        assert [arn.rpartition(":")[2] for arn in pull["Resource"]] == ["Repository/scoring"]
        assert logs["Resource"] == ["arn:aws:cloudwatch:eu-west-1:123456789012:LogGroup/scoring:*"]

    def test_roles_are_bounded_and_trust_tasks_of_this_account(self, record):
        roles = record(scoring).of(":Role")
        assert {role.name for role in roles} == {"scoring", "scoring-agent"}
        for role in roles:
            assert role.inputs["permissionsBoundary"].endswith("policy/boundary")
            (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
            assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
            assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


class TestContainer:
    def test_image_is_pinned_by_digest(self, record):
        assert container(record(live))["image"] == f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/scoring@{DIGEST}"

    def test_cannot_write_its_root_gain_rights_or_be_entered(self, record):
        recording = record(live)
        definition = container(recording)
        assert definition["readonlyRootFilesystem"] is True
        assert definition["user"].split(":")[0] not in ("", "0", "root")
        assert definition["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
        assert recording.one("ecs/service:Service").inputs["enableExecuteCommand"] is False

    def test_task_uses_two_roles_its_own_network_interface_and_arm(self, record):
        task = record(live).one(":TaskDefinition").inputs
        assert task["networkMode"] == "awsvpc"
        assert task["taskRoleArn"] != task["executionRoleArn"]
        assert task["runtimePlatform"]["cpuArchitecture"] == "ARM64"

    def test_logs_go_to_the_declared_encrypted_group(self, record):
        recording = record(live)
        group = recording.one(":LogGroup")
        assert group.inputs["kmsKeyId"].endswith("key/logs")
        assert group.inputs["retentionInDays"] == 400
        assert container(recording)["logConfiguration"]["options"]["awslogs-group"] == group.inputs["name"]
        assert group.urn in recording.one("ecs/service:Service").depends_on

    def test_variables_are_complete(self, record):
        assert environment(record(live)) == {
            "AWS_REGION": "eu-west-1",
            "PROJECT": "payments-fraud-prod",
            "COMPONENT": "scoring",
            "PORT": "8443",
            "MODEL_ENDPOINT": "payments-fraud-prod-fraud-model",
            "ENTITIES": "card,merchant,device",
            "FALLBACK_AFTER_MS": "80",
            "FEATURES_ENDPOINT": "cache.example:6379",
            "FEATURES_USER": "reader",
            "FEATURES_CACHE": "card-features",
            "STREAM_KIND": "kinesis",
            "STREAM_NAME": "authorisations",
            "LOG_LEVEL": "INFO",
        }

    def test_kafka_is_named_with_its_brokers(self, record):
        variables = environment(record(lambda: live(stream=kafka)))
        assert variables["STREAM_KIND"] == "kafka"
        assert variables["STREAM_BOOTSTRAP"] == "b-1.example:9098,b-2.example:9098"

    def test_health_check_is_a_program_that_compiles_and_asks_for_liveness(self, record):
        command = container(record(live))["healthCheck"]["command"]
        assert command[:3] == ["CMD", "python", "-c"]
        compile(command[3], "health", "exec")
        assert "https://127.0.0.1:8443/healthz" in command[3]

    def test_repository_is_immutable_scanned_and_encrypted(self, record):
        repository = record(scoring).one(":Repository").inputs
        assert repository["imageTagMutability"] == "IMMUTABLE"
        assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
        assert repository["encryptionConfigurations"][0]["kmsKey"].endswith("key/data")


class TestFleet:
    def test_foundation_has_the_load_balancer_and_no_tasks(self, record):
        recording = record(scoring)
        recording.one(":LoadBalancer")
        recording.one(":Listener")
        assert not any(recording.of(kind) for kind in (":TaskDefinition", "ecs/service:Service", "appautoscaling/"))

    def test_a_bad_deployment_returns_to_the_last_image_and_fails_the_update(self, record):
        recording = record(live)
        service = recording.one("ecs/service:Service").inputs
        assert service["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
        assert service["alarms"] == {
            "alarmNames": [f"scoring-{part}-MetricAlarm" for part in ("errors", "slow", "fallback")],
            "enable": True,
            "rollback": True,
        }
        assert service["waitForSteadyState"] is True
        assert service["deploymentMinimumHealthyPercent"] == 100

    def test_spread_over_private_subnets_and_rebalanced(self, record):
        service = record(live).one("ecs/service:Service").inputs
        assert service["availabilityZoneRebalancing"] == "ENABLED"
        assert service["networkConfiguration"]["assignPublicIp"] is False
        assert len(service["networkConfiguration"]["subnets"]) == 3

    def test_autoscaling_keeps_the_sized_number_and_owns_the_count(self, record):
        recording = record(live)
        assert recording.one("ecs/service:Service").ignored == {"desiredCount"}
        target = recording.one("appautoscaling/target:Target").inputs
        assert (target["minCapacity"], target["maxCapacity"]) == (39, 59)
        assert target["resourceId"] == "service/scoring-Cluster/scoring-Service"
        policy = recording.one("appautoscaling/policy:Policy").inputs
        assert policy["policyType"] == "TargetTrackingScaling"
        tracking = policy["targetTrackingScalingPolicyConfiguration"]
        assert tracking["predefinedMetricSpecification"]["predefinedMetricType"] == "ECSServiceAverageCPUUtilization"
        assert tracking["scaleOutCooldown"] < tracking["scaleInCooldown"]

    def test_tasks_start_after_the_listener_and_every_grant(self, record):
        recording = record(live)
        needed = {recording.one(":Listener").urn, *(policy.urn for policy in recording.of(":RolePolicy"))}
        assert needed <= recording.one("ecs/service:Service").depends_on


class TestAlarms:
    @pytest.fixture
    def alarms(self, record):
        return {alarm.name: alarm.inputs for alarm in record(live).of(":MetricAlarm")}

    def test_p99_is_held_against_the_promise_in_seconds(self, alarms):
        slow = alarms["scoring-slow"]
        assert (slow["metricName"], slow["extendedStatistic"], slow["threshold"]) == ("TargetResponseTime", "p99", 0.1)
        assert set(slow["dimensions"]) == {"LoadBalancer", "TargetGroup"}

    @pytest.mark.parametrize(
        ("name", "metric"),
        [
            ("errors", "HTTPCode_Target_5XX_Count"),
            ("balancer", "HTTPCode_ELB_5XX_Count"),
            ("unhealthy", "UnHealthyHostCount"),
            ("rejected", "RejectedConnectionCount"),
            ("handshakes", "ClientTLSNegotiationErrorCount"),
            ("cpu", "CPUUtilization"),
            ("memory", "MemoryUtilization"),
            ("running", "RunningTaskCount"),
            ("deployment", "DeploymentCount"),
        ],
    )
    def test_watches(self, alarms, name, metric):
        assert alarms[f"scoring-{name}"]["metricName"] == metric

    @pytest.mark.parametrize(
        ("name", "metric", "threshold"),
        [("fallback", "FallbackRate", 1), ("publish-failures", "PublishFailures", 0), ("unrecorded", "PublishShed", 0)],
    )
    def test_watches_what_the_service_writes_itself(self, alarms, name, metric, threshold):
        alarm = alarms[f"scoring-{name}"]
        assert (alarm["namespace"], alarm["metricName"]) == ("archgen/payments-fraud-prod", metric)
        assert (alarm["dimensions"], alarm["threshold"]) == ({"Component": "scoring"}, threshold)

    def test_each_tells_a_person_what_to_do(self, alarms):
        for name, alarm in alarms.items():
            assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-1:123456789012:alarms"], name
            assert alarm["treatMissingData"] in ("notBreaching", "breaching"), name
            assert len(alarm["alarmDescription"].split()) > 8, name

    def test_component_names_its_alarms_and_graphs(self, record):
        built = []
        recording = record(lambda: built.append(live()))
        (component,) = built
        assert len(component.alarms) == len(recording.of(":MetricAlarm")) == 13
        assert len({metric.title for metric in component.metrics}) == len(component.metrics) == 16


SERVICE = services("aws")["scoring_service"]
NEEDS = {
    "requests_per_second": 10_000,
    "payload_bytes": 2000,
    "growth": 0.2,
    "latency_p99_ms": 100,
    "fallback_after_ms": 80,
    "entities": ("card", "merchant", "device"),
}
COMPONENT = Component(id="scoring", role="scoring", zone="network", needs=NEEDS)


def neighbours(*callers):
    externals = [Component(id=id, role="consumer", zone="outside", needs={"system": "rest"}) for id in callers]
    topology = Topology(
        blueprint="test",
        zones=(Zone(id="outside", kind="external"), Zone(id="network", kind="network")),
        components=(*externals, COMPONENT),
        flows=tuple(
            Flow(source=id, target="scoring", kind="request", opened_by="source", data_class="token", step=step)
            for step, id in enumerate(callers, 1)
        ),
    )
    region = Region(name="eu-west-1", zones=("a", "b", "c"))
    return Neighbours(topology=topology, services={}, region=region, assumptions=assumptions())


class TestService:
    def test_fraud_case_carries_its_growth_with_one_zone_lost(self):
        tasks, ceiling = SERVICE.size(Demand(component=COMPONENT, assumptions=assumptions()))
        # 12,000 ÷ (700 × 0.7) → 25, which two zones have to carry: 13 each.
        assert (tasks.name, tasks.value, ceiling.value) == ("tasks", 39, 59)
        assert tasks.value / 3 * 2 * 700 * 0.7 >= 12_000

    def test_rules_that_come_after_the_limit_rule_it_out(self):
        (violation,) = SERVICE.suits(NEEDS | {"fallback_after_ms": 100}).violated
        assert (violation.need, violation.found) == ("fallback_after_ms", "100 ms")
        assert not SERVICE.suits(NEEDS).violated

    def test_arguments_and_settings(self):
        arguments = SERVICE.arguments(COMPONENT, neighbours("payments-gateway"))
        keys = {name: value.key for name, value in arguments.items() if isinstance(value, Setting)}
        assert keys == {
            "caller_cidrs": "paymentsGatewayCidrs",
            "caller_ca_bundle": "paymentsGatewayCaBundle",
            "certificate_arn": "scoringCertificateArn",
            "image_digest": "scoringImageDigest",
        }
        digest = arguments["image_digest"]
        assert isinstance(digest, Setting) and digest.live
        assert arguments["caller"] == "payments-gateway"
        assert (arguments["latency_p99_ms"], arguments["fallback_after_ms"]) == (100, 80)

    @pytest.mark.parametrize("callers", [(), ("one", "two")])
    def test_it_trusts_one_caller(self, callers):
        with pytest.raises(NotFeasible, match="callers"):
            SERVICE.arguments(COMPONENT, neighbours(*callers))
