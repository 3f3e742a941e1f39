from __future__ import annotations

import json

import pulumi
import pytest

from archgen.services import Setting, catalogue
from archgen.topology import Flow, Topology, Zone
from templates.aws.dms_capture.component import DmsCapture, DmsCaptureArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Network,
    Store,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_role_is_bounded_and_never_open,
    component,
    demand,
    platform,
    policy,
    resources_of,
    sizes,
    waits_for,
)

NEEDS = {"system": "oracle", "delivery": "cdc", "records_per_second": 300.0, "data_class": "pii"}


def build(protected=True, **changed):
    said = {"system": "oracle", "tables": ["BANK.CARDS"], "started": True}
    return DmsCapture(
        "core-capture",
        DmsCaptureArgs(
            platform=platform(protected),
            network=Network(),
            destination=Store(),
            source="core",
            host="db.example.com",
            port=2484,
            database="BANK",
            username=pulumi.Output.secret("CAPTURE"),
            password=pulumi.Output.secret("hidden"),
            certificate=pulumi.Output.secret("wallet"),
            address_ranges=["10.66.2.0/28"],
            min_capacity_units=2,
            max_capacity_units=8,
            **(said | changed),
        ),
    )


def source(made):
    return made.one("dms/endpoint:Endpoint").inputs


def test_both_ends_are_encrypted_and_the_source_is_who_it_says(record):
    made = record(build)
    assert source(made)["sslMode"] == "verify-ca" and source(made)["certificateArn"]
    target = made.one(":S3Endpoint").inputs
    assert target["encryptionMode"] == "SSE_KMS" and target["serverSideEncryptionKmsKeyId"] == DATA_KEY
    assert target["expectedBucketOwner"] == "123456789012"
    compute = made.one(":ReplicationConfig").inputs["computeConfig"]
    assert compute["kmsKeyId"] == DATA_KEY and compute["multiAz"] is True
    assert (compute["minCapacityUnits"], compute["maxCapacityUnits"]) == (2, 8)
    assert_every_role_is_bounded_and_never_open(made)


@pytest.mark.parametrize(
    ("system", "engine", "check", "certificate"),
    [
        ("oracle", "oracle", "verify-ca", "certificateWallet"),
        ("postgres", "postgres", "verify-full", "certificatePem"),
        ("sql-server", "sqlserver", "verify-full", "certificatePem"),
    ],
)
def test_each_engine_is_checked_as_strictly_as_it_can_be(record, system, engine, check, certificate):
    made = record(lambda: build(system=system))
    assert (source(made)["engineName"], source(made)["sslMode"]) == (engine, check)
    assert certificate in made.one(":Certificate").secret_inputs
    assert ("postgresSettings" in source(made)) == (system == "postgres")


def test_the_login_is_a_secret_that_dms_of_this_region_reads(record):
    made = record(build)
    assert "password" not in source(made) and "username" not in source(made)
    role = made.one(":Role", "core-capture-login")
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "dms.eu-west-1.amazonaws.com"}
    reads = policy(made.one(":RolePolicy", "core-capture-reads-core"))
    assert resources_of(reads, "secretsmanager:GetSecretValue")[0].endswith("/core-capture-source")
    rule = made.one(":SecurityGroupEgressRule", "core-capture-reads-core").inputs
    assert (rule["cidrIpv4"], rule["fromPort"]) == ("10.66.2.0/28", 2484)


def test_changes_say_when_and_what_and_nothing_is_left_out(record):
    made = record(build)
    target = made.one(":S3Endpoint").inputs
    assert target["timestampColumnName"] == "changed_at" and target["includeOpForFullLoad"] is True
    assert target["bucketFolder"] == "core-capture" and target["dataFormat"] == "parquet"
    replication = made.one(":ReplicationConfig").inputs
    settings = json.loads(replication["replicationSettings"])
    assert settings["ErrorBehavior"]["DataErrorPolicy"] == "STOP_TASK"
    (rule,) = json.loads(replication["tableMappings"])["rules"]
    assert rule["object-locator"] == {"schema-name": "BANK", "table-name": "CARDS"}


def test_it_may_write_before_it_starts(record):
    made = record(build)
    writes = made.one(":RolePolicy", "core-capture-writes-lake")
    assert waits_for(made.one(":ReplicationConfig"), writes, made.one(":RolePolicy", "core-capture-reads-core"))


def test_the_full_load_waits_for_the_owners_of_the_source(record):
    waiting = record(lambda: build(started=False))
    assert waiting.one(":ReplicationConfig").inputs["startReplication"] is False
    late = waiting.one(":MetricAlarm", "core-capture-late-source").inputs
    assert late["treatMissingData"] == "notBreaching"
    running = record(build)
    assert running.one(":MetricAlarm", "core-capture-late-source").inputs["treatMissingData"] == "breaching"
    assert_every_alarm_reaches_a_person(running)


def test_development_needs_no_standby(record):
    assert record(lambda: build(protected=False)).one(":ReplicationConfig").inputs["computeConfig"]["multiAz"] is False


@pytest.mark.parametrize("tables", [[], ["CARDS"], ["BANK.%"], [".CARDS"]])
def test_tables_are_named(record, tables):
    with pytest.raises(Exception, match="table"):
        record(lambda: build(tables=tables))


def test_it_refuses_what_it_cannot_follow():
    service = catalogue.services("aws")["dms_capture"]
    assert not service.suits(NEEDS).violated
    for changed, need in (
        ({"system": "sap"}, "system"),
        ({"delivery": "daily"}, "delivery"),
        ({"tokenises": True, "data_class": "pan"}, "data_class"),
    ):
        assert [violation.need for violation in service.suits({**NEEDS, **changed}).violated] == [need]


def test_three_hundred_changes_a_second_take_two_units():
    service = catalogue.services("aws")["dms_capture"]
    sized = sizes(service.size(demand("core-capture", "change-capture", NEEDS)))
    assert sized.min_capacity_units.value == 2, "300 / 250, up"
    assert sized.max_capacity_units.value == 8
    quiet = sizes(service.size(demand("core-capture", "change-capture", {**NEEDS, "records_per_second": 0.0})))
    assert quiet.min_capacity_units.value == 1


def test_its_settings_bear_the_name_of_the_source():
    service = catalogue.services("aws")["dms_capture"]
    flow = Flow(source="core", target="core-capture", kind="changes", opened_by="target", data_class="pii", step=1)
    part = component("core-capture", "change-capture", NEEDS)
    around = alone()
    topology = Topology(blueprint="t", zones=(Zone(id="network", kind="network"),), components=(part,), flows=(flow,))
    given = service.arguments(
        part,
        type(around)(topology=topology, services={}, region=around.region, assumptions=around.assumptions),
    )
    settings = {value.key: value for value in given.values() if isinstance(value, Setting)}
    assert settings["coreAddressRanges"].type == "array" and settings["corePassword"].secret
    assert not [setting for setting in settings.values() if setting.live]
    assert given["system"] == "oracle" and settings["corePort"].sample == 2484
