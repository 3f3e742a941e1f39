"""Flagged decisions to a consumer: those and no others, repeated for a day, kept when it does not answer."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from archgen.errors import NotFeasible
from archgen.services import Neighbours, Region, Setting
from archgen.services.catalogue import facts, services
from archgen.topology import Component, Flow, Topology, Zone
from templates.aws.eventbridge_routing.component import EventbridgeRouting, EventbridgeRoutingArgs
from tests.templates.aws.stand_ins import (
    Stream,
    actions,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    demand,
    platform,
    policy,
    waits_for,
)

NEEDS = {"system": "salesforce", "pattern": "event", "records_per_second": 40.0, "share": 0.004}
SERVICE = services("aws")["eventbridge_routing"]
NAME = "case-management-routing"


def routing(*, protected: bool = True, stream: str = "kinesis", **changed: Any) -> EventbridgeRouting:
    arguments: dict[str, Any] = {
        "platform": platform(protected),
        "source": Stream(stream),
        "consumer": "case-management",
        "endpoint": "https://bank.my.salesforce.com/services/apexrest/decisions",
        "token_endpoint": "https://bank.my.salesforce.com/services/oauth2/token",
        "client_id": "decisions",
        "client_secret": pulumi.Output.secret("hunter2"),
        "calls_per_second": 80,
    }
    return EventbridgeRouting(NAME, EventbridgeRoutingArgs(**arguments | changed))


def test_only_flagged_decisions_leave_the_stream_and_without_their_features(record):
    pipe = record(routing).one(":Pipe").inputs
    (only,) = pipe["sourceParameters"]["filterCriteria"]["filters"]
    assert json.loads(only["pattern"]) == {"data": {"decision": {"outcome": ["step-up", "decline"]}}}
    taken = pipe["targetParameters"]["inputTemplate"]
    assert "decision" in taken and "features" not in taken and "attributes" not in taken


def test_a_record_that_fails_blocks_no_shard_and_is_not_lost(record):
    recording = record(routing)
    source = recording.one(":Pipe").inputs["sourceParameters"]["kinesisStreamParameters"]
    assert source["onPartialBatchItemFailure"] == "AUTOMATIC_BISECT"
    assert source["startingPosition"] == "TRIM_HORIZON"
    target = recording.one(":EventTarget").inputs
    assert target["retryPolicy"] == {"maximumEventAgeInSeconds": 86400, "maximumRetryAttempts": 185}
    queues = {source["deadLetterConfig"]["arn"], target["deadLetterConfig"]["arn"]}
    queues.add(recording.one(":EventBus").inputs["deadLetterConfig"]["arn"])
    assert [queue.rpartition("/")[2] for queue in queues] == [f"{NAME}-dead-letters"]
    assert recording.one(":EventArchive").inputs["retentionDays"] == 30


def test_everything_on_the_way_lies_under_one_key_that_eventbridge_accepts(record):
    recording = record(routing)
    key = recording.one(":Key")
    assert key.inputs["tags"] == {"EventBridgeApiDestinations": "true"}
    for kind in (":EventBus", ":EventArchive", ":EventConnection", ":Pipe"):
        assert recording.one(kind).inputs["kmsKeyIdentifier"].endswith(f"Key/{NAME}"), kind
    assert recording.one(":Queue").inputs["kmsMasterKeyId"].endswith(f"Key/{NAME}")
    services_let_in = [
        said["Principal"]["Service"]
        for said in json.loads(key.inputs["policy"])["Statement"]
        if "Service" in said["Principal"]
    ]
    assert services_let_in == ["events.amazonaws.com"]


def test_the_client_secret_is_secret_and_appears_once(record):
    recording = record(routing)
    connection = recording.one(":EventConnection")
    assert any("clientSecret" in path or path == "authParameters" for path in connection.secret_inputs)
    others = [one for one in recording.resources if one is not connection]
    assert not [one.name for one in others if "hunter2" in json.dumps(one.inputs)]


def test_the_pipe_reads_and_the_rule_calls_each_under_a_role_of_its_own(record):
    recording = record(routing)
    assert recording.names(":RolePolicy") == {
        f"{NAME}-reads-payments",
        f"{NAME}-passes-on",
        f"{NAME}-calls-case-management",
    }
    assert actions(policy(recording.one(":RolePolicy", f"{NAME}-calls-case-management"))) == {
        "events:InvokeApiDestination"
    }
    assert actions(policy(recording.one(":RolePolicy", f"{NAME}-passes-on"))) == {
        "events:PutEvents",
        "sqs:SendMessage",
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }
    pipe = recording.one(":Pipe")
    assert waits_for(
        pipe, *(recording.one(":RolePolicy", f"{NAME}-{what}") for what in ("reads-payments", "passes-on"))
    )
    assert_every_role_is_bounded_and_never_open(recording)
    assert_every_log_group_is_encrypted_and_ends(recording)


def test_the_consumer_is_called_at_its_address_no_faster_than_sized(record):
    destination = record(routing).one(":EventApiDestination", f"{NAME}-calls-case-management").inputs
    assert destination["invocationEndpoint"].startswith("https://bank.my.salesforce.com/")
    assert destination["invocationRateLimitPerSecond"] == 80


def test_an_api_inside_the_network_is_reached_through_lattice_for_calls_and_for_the_token(record):
    arn = "arn:aws:vpc-lattice:eu-west-1:123456789012:resourceconfiguration/rcfg-1"
    inside = record(lambda: routing(resource_configuration_arn=arn)).one(":EventConnection").inputs
    assert inside["invocationConnectivityParameters"]["resourceParameters"]["resourceConfigurationArn"] == arn
    reached = inside["authParameters"]["connectivityParameters"]["resourceParameters"]
    assert reached["resourceConfigurationArn"] == arn
    assert "invocationConnectivityParameters" not in record(routing).one(":EventConnection").inputs


def test_alarms_tell_of_dead_letters_at_once_and_of_more_flags_than_the_consumer_takes(record):
    recording = record(routing)
    dead = recording.one(":MetricAlarm", f"{NAME}-dead-letters").inputs
    assert (dead["threshold"], dead["evaluationPeriods"]) == (0, 1)
    assert recording.one(":MetricAlarm", f"{NAME}-flagged").inputs["threshold"] == 80 * 60
    assert_every_alarm_reaches_a_person(recording)


def test_no_errors_log_holds_a_decision(record):
    logged = record(routing).one(":Pipe").inputs["logConfiguration"]
    assert logged["level"] == "ERROR" and "includeExecutionDatas" not in logged


def test_plain_http_and_a_kafka_stream_are_refused(record):
    with pytest.raises(ValueError, match="https"):
        record(lambda: routing(endpoint="http://bank.example.com"))
    with pytest.raises(ValueError, match="Kinesis"):
        record(lambda: routing(stream="kafka"))
    (events, _) = SERVICE.ports
    assert events.speaks == {"kinesis"}, "so that binding never gives it a Kafka stream"


@pytest.mark.parametrize("protected", [True, False])
def test_protection_covers_dead_letters_and_key(record, protected):
    recording = record(lambda: routing(protected=protected))
    assert recording.one(":Queue").protect is recording.one(":Key").protect is protected


def test_the_fraud_case_is_called_80_times_a_second_at_most_of_300():
    assert not SERVICE.suits(NEEDS).violated
    (row,) = SERVICE.size(demand("routing", "event-routing", NEEDS))
    assert (row.name, row.value, row.low, row.high) == ("calls_per_second", 80, 60, 120)
    (limit,) = [one for one in facts("aws", "eventbridge_routing")["limits"] if one["id"] == "api-destination-rate"]
    assert limit["value"] == 300


def test_all_decisions_of_the_fraud_case_are_too_many_and_the_figure_says_so():
    (violation,) = SERVICE.suits({**NEEDS, "records_per_second": 10_000.0}).violated
    assert (violation.need, violation.found, violation.limit) == ("records_per_second", "10000/s", "300/s")
    (other,) = SERVICE.suits({**NEEDS, "pattern": "file"}).violated
    assert other.need == "pattern"


def around(system: str, *consumers: str) -> Neighbours:
    components = [Component(id=id, role="consumer", zone="outside", needs={"system": system}) for id in consumers]
    own = Component(id=NAME, role="event-routing", zone="serving", needs={**NEEDS, "system": system})
    topology = Topology(
        blueprint="test",
        zones=(Zone(id="outside", kind="external"), Zone(id="serving", kind="stage")),
        components=(own, *components),
        flows=tuple(
            Flow(source=NAME, target=id, kind="decisions", opened_by="source", data_class="token", step=step)
            for step, id in enumerate(consumers, 1)
        ),
    )
    return Neighbours(
        topology=topology,
        services={},
        region=Region(name="eu-west-1", zones=("a",)),
        assumptions=alone().assumptions,
    )


@pytest.mark.parametrize(("system", "private"), [("salesforce", False), ("rest", True)])
def test_settings_bear_the_consumers_name_and_only_a_saas_is_called_over_the_internet(system, private):
    neighbours = around(system, "case-management")
    given = SERVICE.arguments(neighbours.topology.component(NAME), neighbours)
    keys = {value.key: value for value in given.values() if isinstance(value, Setting)}
    assert ("caseManagementResourceConfigurationArn" in keys) is private
    assert [key for key, setting in keys.items() if setting.secret] == ["caseManagementClientSecret"]
    assert not any(setting.live for setting in keys.values()), "routing works before the first model"


def test_a_routing_has_one_consumer():
    neighbours = around("salesforce", "first", "second")
    with pytest.raises(NotFeasible, match="one: each consumer"):
        SERVICE.arguments(neighbours.topology.component(NAME), neighbours)
