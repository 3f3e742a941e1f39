from __future__ import annotations

import pytest

from archgen.services import Setting, catalogue
from templates.aws.flink_features.component import JAR, LIBRARIES, MAIN, FlinkFeatures, FlinkFeaturesArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    STREAM,
    Features,
    Network,
    Stream,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    component,
    demand,
    platform,
    policy,
    resources_of,
    sizes,
    waits_for,
)

SERVICE = catalogue.services("aws")["flink_features"]
CODE = "velocity/features-1.zip"


def build(kind="kinesis", code_key=CODE, protected=True):
    return FlinkFeatures(
        "velocity",
        FlinkFeaturesArgs(
            platform=platform(protected),
            network=Network(),
            source=Stream(kind),
            online=Features(),
            entities=["card", "merchant", "device"],
            parallelism=11,
            freshness_seconds=2,
            lag_records=20_000,
            code_key=code_key,
        ),
    )


def configuration(made):
    return made.one(":Application").inputs["applicationConfiguration"]


def groups(made):
    said = configuration(made)["environmentProperties"]["propertyGroups"]
    return {group["propertyGroupId"]: group["propertyMap"] for group in said}


def test_without_code_there_is_everything_but_the_job(record):
    made = record(lambda: build(code_key=None))
    assert not made.of(":Application") and not made.of(":MetricAlarm")
    assert made.names(":RolePolicy") == {"velocity-reads-payments", "velocity-writes-features", "velocity-service"}
    assert made.of(":Role") and made.of(":SecurityGroup") and made.of(":LogGroup")


def test_the_job_starts_with_its_state_encrypted_and_restored(record):
    made = record(build)
    application = made.one(":Application").inputs
    assert application["runtimeEnvironment"] == "FLINK-1_20" and application["startApplication"] is True
    assert "forceStop" not in application, "a forced stop loses the windows"
    said = configuration(made)
    assert said["applicationEncryptionConfiguration"] == {"keyType": "CUSTOMER_MANAGED_KEY", "keyId": DATA_KEY}
    assert said["applicationSnapshotConfiguration"] == {"snapshotsEnabled": True}
    restore = said["runConfiguration"]["applicationRestoreConfiguration"]
    assert restore == {"applicationRestoreType": "RESTORE_FROM_LATEST_SNAPSHOT"}


def test_it_runs_at_its_size_and_is_not_restarted_to_scale(record):
    running = configuration(record(build))["flinkApplicationConfiguration"]
    parallelism = running["parallelismConfiguration"]
    assert (parallelism["parallelism"], parallelism["parallelismPerKpu"]) == (11, 1)
    assert parallelism["autoScalingEnabled"] is False
    assert running["checkpointConfiguration"]["checkpointingEnabled"] is True
    assert {running[key]["configurationType"] for key in running} == {"CUSTOM"}


def test_it_lies_in_the_private_subnets(record):
    vpc = configuration(record(build))["vpcConfiguration"]
    assert vpc["subnetIds"] == ["app-a", "app-b", "app-c"] and len(vpc["securityGroupIds"]) == 1


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("kinesis", {"kind": "kinesis", "stream.arn": STREAM, "region": "eu-west-1"}),
        ("kafka", {"kind": "kafka", "bootstrap.servers": "b-1:9098", "topic": "payments", "region": "eu-west-1"}),
    ],
)
def test_the_job_is_told_its_source_its_target_and_its_entities(record, kind, source):
    said = groups(record(lambda: build(kind)))
    assert said["source"] == source
    assert said["online"] == {"endpoint": "features.cache:6379", "user": "writer", "cache": "features"}
    assert said["features"] == {"entities": "card,merchant,device"}
    assert said["kinesis.analytics.flink.run.options"] == {"python": MAIN, "jarfile": JAR, "pyFiles": LIBRARIES}


def test_the_package_is_laid_out_as_the_job_is_told():
    app = catalogue.folder("aws", "flink_features") / "app"
    assert (app / MAIN).is_file()
    layout = (app / "package.py").read_text()
    assert f'JAR = "{JAR}"' in layout and LIBRARIES in layout


def test_it_may_fetch_its_own_code_alone(record):
    said = policy(record(build).one(":RolePolicy", "velocity-service"))
    assert resources_of(said, "s3:GetObject") == ["arn:aws:s3:::artefacts/velocity/*"]
    location = configuration(record(build))["applicationCodeConfiguration"]["codeContent"]["s3ContentLocation"]
    assert location == {"bucketArn": "arn:aws:s3:::artefacts", "fileKey": CODE}


def test_code_of_another_component_is_refused(record):
    with pytest.raises(ValueError, match=r"other/features\.zip.*expected one that starts with velocity/"):
        record(lambda: build(code_key="other/features.zip"))


def test_its_interfaces_lie_in_its_subnets_and_its_group(record):
    said = policy(record(build).one(":RolePolicy", "velocity-service"))
    named = resources_of(said, "ec2:CreateNetworkInterface")
    assert {arn.rpartition("/")[2] for arn in named if ":subnet/" in arn} == {"app-a", "app-b", "app-c"}
    assert "*" not in named


@pytest.mark.parametrize("kind", ["kinesis", "kafka"])
def test_it_starts_after_its_grants_and_paths(record, kind):
    made = record(lambda: build(kind))
    paths = made.of(":SecurityGroupEgressRule")
    assert {rule.name for rule in paths} == {"velocity-endpoints", "velocity-s3"}
    assert waits_for(made.one(":Application"), *made.of(":RolePolicy"), *paths)
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)


@pytest.mark.parametrize(
    ("kind", "metric", "threshold"),
    [("kinesis", "GetRecords.IteratorAgeMilliseconds", 2_000), ("kafka", "records_lag_max", 20_000)],
)
def test_stale_features_raise_an_alarm_at_the_freshness_asked_for(record, kind, metric, threshold):
    alarm = record(lambda: build(kind)).one(":MetricAlarm", "velocity-lag").inputs
    assert (alarm["metricName"], alarm["threshold"]) == (metric, threshold)


def test_failures_raise_an_alarm_and_counters_by_their_rate(record):
    made = record(build)
    assert made.names(":MetricAlarm") == {
        f"velocity-{part}" for part in ("downtime", "restarts", "checkpoints", "checkpoint-duration", "cpu", "lag")
    }
    for name, counter in (("velocity-restarts", "fullRestarts"), ("velocity-checkpoints", "numberOfFailedCheckpoints")):
        alarm = made.one(":MetricAlarm", name).inputs
        returned, measured = alarm["metricQueries"]
        assert returned["expression"] == f"RATE({measured['id']})" and returned["returnData"] is True
        assert measured["metric"]["metricName"] == counter
    assert_every_alarm_reaches_a_person(made)


def test_size_for_10000_payments_a_second():
    size = sizes(SERVICE.size(demand("velocity", "stream-features")))
    # 10,000 x 1.2 x 3 updates / (5,000 x 0.7) = 10.3; 12 MB/s / 2.5 = 4.8
    assert size.parallelism.value == 11
    assert size.kpus.value == 12
    assert size.parallelism.low < 11 < size.parallelism.high


def test_bytes_decide_when_records_are_large():
    large = {**FRAUD, "record_bytes": 10_000}
    assert sizes(SERVICE.size(demand("velocity", "stream-features", large))).parallelism.value == 48


def test_the_setting_for_the_code_is_live_and_lies_below_the_component():
    arguments = SERVICE.arguments(component("card-velocity", "stream-features"), alone())
    code = arguments["code_key"]
    assert isinstance(code, Setting) and code.key == "cardVelocityCodeKey"
    assert code.live and str(code.sample).startswith("card-velocity/")
    assert arguments["lag_records"] == 20_000
