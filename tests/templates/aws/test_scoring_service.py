"""The scoring service: who may call it, what it may touch, and what tells a person that it decides badly."""

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
        "host_name": "scoring.fraud.example.com",
        "canary_certificate": pulumi.Output.secret("PEM and key"),
        "canary_authorities": "",
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
            "scoring-canary",
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

    def test_roles_are_bounded_and_trust_their_service_in_this_account(self, record):
        roles = {role.name: role.inputs for role in record(scoring).of(":Role")}
        tasks = {"Service": "ecs-tasks.amazonaws.com"}
        trusted = {"scoring": tasks, "scoring-agent": tasks, "scoring-canary": {"Service": "lambda.amazonaws.com"}}
        assert set(roles) == set(trusted)
        for name, role in roles.items():
            assert role["permissionsBoundary"].endswith("policy/boundary")
            (trust,) = json.loads(role["assumeRolePolicy"])["Statement"]
            assert trust["Principal"] == trusted[name]
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
        group = recording.one(":LogGroup", "scoring")
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
        needed = {
            recording.one(":Listener").urn,
            *(policy.urn for policy in recording.of(":RolePolicy") if policy.name != "scoring-canary"),
        }
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
        assert len(component.alarms) == len(recording.of(":MetricAlarm")) == 16
        assert len({metric.title for metric in component.metrics}) == len(component.metrics) == 19


class TestName:
    def test_only_the_one_name_is_answered_inside(self, record):
        recording = record(lambda: scoring(private_zone=True))
        zone, entry = recording.one("route53/zone:Zone").inputs, recording.one("route53/record:Record").inputs
        # A zone of example.com would hide every other name of it from the VPC.
        assert zone["name"] == entry["name"] == "scoring.fraud.example.com"
        assert zone["vpcs"] == [{"vpcId": "vpc-1"}]
        (alias,) = entry["aliases"]
        assert (alias["name"], alias["zoneId"]) == ("scoring.elb.amazonaws.com", "zone-of-scoring")

    def test_in_a_network_of_others_their_names_stay_theirs(self, record):
        assert not record(scoring).of("route53/zone:Zone")

    def test_an_expiring_certificate_calls_for_a_person_weeks_ahead(self, record):
        certificate = record(scoring).one(":MetricAlarm", "scoring-certificate").inputs
        assert (certificate["metricName"], certificate["statistic"]) == ("DaysToExpiry", "Minimum")
        assert (certificate["comparisonOperator"], certificate["threshold"]) == ("LessThanThreshold", 30)
        assert certificate["period"] == 86400


class TestCanary:
    def test_it_is_prepared_before_there_is_anything_to_call(self, record):
        recording = record(scoring)
        assert not recording.of(":Canary")
        secret = recording.one(":SecretVersion", "scoring-canary")
        assert "secretStringWo" in secret.secret_inputs
        assert recording.one(":Secret", "scoring-canary").inputs["kmsKeyId"].endswith("key/secrets")

    @pytest.mark.parametrize(
        ("ours", "address"), [(True, "scoring.fraud.example.com"), (False, "scoring.elb.amazonaws.com")]
    )
    def test_it_calls_every_minute_by_the_name_of_the_certificate(self, record, ours, address):
        made = record(lambda: live(private_zone=ours)).one(":Canary").inputs
        variables = made["runConfig"]["environmentVariables"]
        assert (variables["HOST_NAME"], variables["ADDRESS"]) == ("scoring.fraud.example.com", address)
        assert made["schedule"]["expression"] == "rate(1 minute)"
        assert made["startCanary"] is True

    def test_it_lies_inside_and_reaches_the_balancer_alone(self, record):
        recording = record(live)
        made = recording.one(":Canary")
        assert made.inputs["vpcConfig"]["securityGroupIds"] == ["scoring-canary-id"]
        assert len(made.inputs["vpcConfig"]["subnetIds"]) == 3
        reached = {
            rule.inputs.get("referencedSecurityGroupId") or rule.inputs["prefixListId"]
            for rule in recording.of(":SecurityGroupEgressRule")
            if rule.inputs["securityGroupId"] == "scoring-canary-id"
        }
        assert reached == {"scoring-balancer-id", "sg-endpoints", "pl-s3"}
        assert recording.one("ecs/service:Service").urn in made.depends_on

    def test_code_results_and_variables_are_encrypted_by_the_client(self, record):
        made = record(live).one(":Canary").inputs
        assert made["artifactConfig"]["s3Encryption"] == {
            "encryptionMode": "SSE_KMS",
            "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/data",
        }
        assert made["kmsKeyArn"].endswith("key/data")
        assert (made["s3Bucket"], made["handler"]) == ("artefacts", "probe.handler")

    def test_its_log_is_declared_since_its_role_may_make_none(self, record):
        recording = record(live)
        group = recording.one(":LogGroup", "scoring-canary").inputs
        assert group["name"] == "/aws/lambda/cwsyn-scoring-canary-0f2c"
        rights = json.loads(recording.one(":RolePolicy", "scoring-canary").inputs["policy"])["Statement"]
        assert "logs:CreateLogGroup" not in {action for said in rights for action in said["Action"]}
        open_to_all = [said["Action"][0] for said in rights if said["Resource"] == ["*"] and "Condition" not in said]
        assert open_to_all == ["s3:ListAllMyBuckets", "ec2:DescribeNetworkInterfaces"]

    def test_failing_calls_and_a_canary_that_stopped_call_for_a_person(self, record):
        recording = record(live)
        failing = recording.one(":MetricAlarm", "scoring-canary-failing").inputs
        assert (failing["namespace"], failing["metricName"]) == ("CloudWatchSynthetics", "SuccessPercent")
        assert (failing["threshold"], failing["treatMissingData"]) == (100, "breaching")
        assert recording.one(":MetricAlarm", "scoring-canary-slow").inputs["metricName"] == "Duration"


def linked(**changed):
    return scoring(link_principals=["arn:aws:iam::210987654321:root"], **changed)


class TestPrivateLink:
    def test_named_principals_ask_and_a_person_accepts(self, record):
        service = record(linked).one(":VpcEndpointService").inputs
        assert service["acceptanceRequired"] is True
        assert service["allowedPrincipals"] == ["arn:aws:iam::210987654321:root"]
        assert service["privateDnsName"] == "scoring.fraud.example.com"

    @pytest.mark.parametrize("principals", [[], ["*"]])
    def test_nobody_or_everybody_is_refused(self, record, principals):
        with pytest.raises(ValueError, match="expected the ARNs"):
            record(lambda: scoring(link_principals=principals))

    def test_mutual_tls_passes_through_to_the_balancer_behind(self, record):
        recording = record(linked)
        assert recording.one(":Listener", "scoring-link").inputs["protocol"] == "TCP"
        targets = recording.one(":TargetGroup", "scoring-link").inputs
        assert (targets["targetType"], targets["protocol"], targets["port"]) == ("alb", "TCP", 443)
        attached = recording.one(":TargetGroupAttachment")
        assert recording.one(":Listener", "scoring").urn in attached.depends_on
        assert recording.one(":Listener", "scoring").inputs["mutualAuthentication"]["mode"] == "verify"

    def test_health_is_asked_where_no_client_certificate_is_wanted_and_nothing_else_is_answered(self, record):
        recording = record(linked)
        health = recording.one(":TargetGroup", "scoring-link").inputs["healthCheck"]
        listener = recording.one(":Listener", "scoring-link-health").inputs
        assert (health["port"], health["protocol"]) == (f"{listener['port']:g}", "HTTPS")
        assert "mutualAuthentication" not in listener
        assert listener["defaultActions"][0]["fixedResponse"]["statusCode"] == "404"
        rule = recording.one(":ListenerRule").inputs
        assert rule["conditions"] == [{"pathPattern": {"values": ["/readyz"]}}]
        admitted = [
            rule.inputs.get("referencedSecurityGroupId") or rule.inputs["cidrIpv4"]
            for rule in recording.of(":SecurityGroupIngressRule")
            if rule.inputs["securityGroupId"] == "scoring-balancer-id" and rule.inputs["fromPort"] == listener["port"]
        ]
        assert admitted == ["scoring-link-id"]

    def test_the_rules_hold_for_what_comes_through_the_link(self, record):
        recording = record(linked)
        balancer = recording.one(":LoadBalancer", "scoring-link").inputs
        assert (balancer["loadBalancerType"], balancer["internal"]) == ("network", True)
        assert balancer["enforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] == "on"
        assert balancer["securityGroups"] == ["scoring-link-id"]
        assert len(balancer["namePrefix"]) <= 6
        calling = [
            r.inputs["securityGroupId"] for r in recording.of(":SecurityGroupIngressRule") if "cidrIpv4" in r.inputs
        ]
        assert calling == ["scoring-link-id", "scoring-link-id"]

    def test_the_domain_is_verified_once_the_service_is_live(self, record):
        kind = ":EndpointServicePrivateDnsVerification"
        assert not record(linked).of(kind)
        assert record(lambda: linked(image_digest=DIGEST)).one(kind).inputs["waitForVerification"] is False

    def test_a_caller_that_is_cut_off_calls_for_a_person(self, record):
        cut = record(linked).one(":MetricAlarm", "scoring-link-unhealthy").inputs
        assert (cut["namespace"], cut["metricName"]) == ("AWS/NetworkELB", "UnHealthyHostCount")


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
            "host_name": "scoringHostName",
            "canary_certificate": "scoringCanaryCertificate",
            "canary_authorities": "scoringCanaryAuthorities",
            "image_digest": "scoringImageDigest",
        }
        digest = arguments["image_digest"]
        assert isinstance(digest, Setting) and digest.live
        certificate = arguments["canary_certificate"]
        assert isinstance(certificate, Setting) and certificate.secret
        assert "link_principals" not in arguments
        assert arguments["caller"] == "payments-gateway"
        assert (arguments["latency_p99_ms"], arguments["fallback_after_ms"]) == (100, 80)

    def test_a_private_link_asks_who_may_connect(self):
        assert not SERVICE.suits(NEEDS | {"callers": "private-link"}).violated
        linked = Component(id="scoring", role="scoring", zone="network", needs=NEEDS | {"callers": "private-link"})
        principals = SERVICE.arguments(linked, neighbours("payments-gateway"))["link_principals"]
        assert isinstance(principals, Setting) and principals.key == "scoringLinkPrincipals"

    @pytest.mark.parametrize("cloud", ["gcp", "azure"])
    def test_elsewhere_a_private_link_is_refused_by_name(self, cloud):
        (service,) = [one for one in services(cloud).values() if one.role == "scoring"]
        found = service.suits({name: NEEDS[name] for name in NEEDS} | {"callers": "private-link"})
        assert "callers" in {violation.need for violation in found.violated}

    @pytest.mark.parametrize("callers", [(), ("one", "two")])
    def test_it_trusts_one_caller(self, callers):
        with pytest.raises(NotFeasible, match="callers"):
            SERVICE.arguments(COMPONENT, neighbours(*callers))


class TestZoneLoss:
    def test_one_zone_is_cut_off_until_callers_would_notice(self, record):
        recording = record(lambda: scoring(rehearses_zone_loss=True))
        made = recording.one(":ExperimentTemplate").inputs
        (target,) = made["targets"]
        assert [arn.rpartition("/")[2] for arn in target["resourceArns"]] == ["subnet-app-a", "subnet-data-a"]
        (action,) = made["actions"]
        assert action["actionId"] == "aws:network:disrupt-connectivity"
        assert {one["key"]: one["value"] for one in action["parameters"]} == {"duration": "PT10M", "scope": "all"}
        stops = {one["value"].rpartition("/")[2] for one in made["stopConditions"]}
        assert {"scoring-errors", "scoring-slow"} <= stops and len(stops) <= 5
        assert made["experimentOptions"]["emptyTargetResolutionMode"] == "fail"

    def test_its_role_changes_access_lists_and_nothing_else(self, record):
        recording = record(lambda: scoring(rehearses_zone_loss=True))
        role = recording.one(":Role", "scoring-zone-loss")
        assert role.inputs["permissionsBoundary"].endswith("Policy/scoring-zone-loss-boundary")
        (said,) = json.loads(recording.one(":Policy").inputs["policy"])["Statement"]
        assert not [
            action
            for action in said["Action"]
            if "NetworkAcl" not in action
            and not action.startswith(("ec2:CreateTags", "ec2:Describe", "ec2:GetManagedPrefixListEntries"))
        ]

    def test_subnets_of_somebody_else_are_left_alone(self, record):
        assert not record(scoring).of(":ExperimentTemplate")
