"""A bridge follows one topic of the client's Kafka, and is told when it falls behind."""

from __future__ import annotations

import pytest

from archgen.errors import NotFeasible
from archgen.services import Setting
from archgen.services.roles.stream_bridge import SOURCE, StreamBridge, bridge_containers, only_source
from archgen.topology import Needs
from tests.services.surroundings import component, demand, external, flow, neighbours

BRIDGE = StreamBridge(
    id="tested",
    role="stream-bridge",
    class_name="Tested",
    title="Tested",
    strengths=("commits what is accepted",),
    containers=bridge_containers("pods", scaling=None),
)
PART = component("bridge", records_per_second=2000)
ALONE = neighbours(PART, external("card-events"), flows=[flow("card-events", "bridge")])


@pytest.mark.parametrize(
    ("needs", "violated"),
    [
        ({}, []),
        ({"system": "kafka", "delivery": "stream"}, []),
        ({"system": "kinesis"}, ["system"]),
        ({"delivery": "daily"}, ["delivery"]),
        ({"system": "sap", "delivery": "daily"}, ["system", "delivery"]),
    ],
)
def test_it_takes_topics_of_kafka_alone(needs: Needs, violated: list[str]) -> None:
    assert [violation.need for violation in BRIDGE.suits(needs).violated] == violated


def test_its_login_is_secret_and_its_topic_needs_a_partition_for_each_container() -> None:
    given = {name: value for name, value in BRIDGE.arguments(PART, ALONE).items() if isinstance(value, Setting)}
    assert {name for name, setting in given.items() if setting.secret} == {"username", "password"}
    assert given["topic"].key == "cardEventsTopic"
    assert given["topic"].description.endswith("as many partitions as the bridge has pods")


def test_it_may_fall_behind_by_what_arrives_in_the_time_of_the_alarm() -> None:
    seconds = ALONE.assumptions.value("bridge_lag_alarm_s")
    assert BRIDGE.arguments(PART, ALONE)["lag_alarm_records"] == 2000 * seconds


def test_the_setting_that_its_grant_has_to_carry_is_one_that_it_asks_for() -> None:
    key = BRIDGE.arguments(PART, ALONE)["broker_cidrs"]
    assert isinstance(key, Setting)
    assert [f"cardEvents{suffix}" for suffix in SOURCE.settings] == [key.key]


def test_two_sources_are_refused_by_name() -> None:
    both = neighbours(
        PART, external("cards"), external("loans"), flows=[flow("cards", "bridge"), flow("loans", "bridge")]
    )
    with pytest.raises(NotFeasible, match="2 sources \\(cards, loans\\)"):
        only_source(PART, both)


def test_a_stream_that_it_writes_to_is_no_source() -> None:
    stream = component("events")
    around = neighbours(PART, stream, external("cards"), flows=[flow("cards", "bridge"), flow("bridge", "events")])
    assert only_source(PART, around) == "cards"


def test_a_source_without_a_rate_is_refused() -> None:
    silent = component("bridge")
    with pytest.raises(NotFeasible, match="how many records"):
        BRIDGE.arguments(silent, neighbours(silent, external("card-events"), flows=ALONE.topology.flows))


def test_the_formula_reminds_of_the_partitions() -> None:
    (row,) = BRIDGE.size(demand(records_per_second=10_000, growth=0.0))
    assert row.name == "pods"
    assert row.formula.endswith("the source topic needs at least as many partitions")
