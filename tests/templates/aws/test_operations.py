"""Operations: a row for each part, and one alarm that follows all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws
import pytest

from archgen.knowledge import assumptions
from archgen.services import Neighbours, Region
from archgen.services.catalogue import services
from archgen.services.service import Ref
from archgen.topology import Component, Topology, Zone
from templates.aws.contracts import Metric, QuotaNeed
from templates.aws.hardened.monitoring import alarm
from templates.aws.hardened.quotas import brokers, fargate_vcpus, instances, stream_shards
from templates.aws.operations.component import Operations, OperationsArgs
from tests.templates.aws.conftest import Recording
from tests.templates.aws.stand_ins import TOPIC, platform

Record = Callable[[Callable[[], object]], Recording]
SERVICE = services("aws")["operations"]


class Part(pulumi.ComponentResource):
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, metrics: int, alarms: int) -> None:
        super().__init__("test:index:Part", name)
        self.metrics = [
            Metric(title=f"m{i}", namespace="Test", name=f"m{i}", statistic="p99", dimensions={"B": "2", "A": "1"})
            for i in range(metrics)
        ]
        measured = Metric(title="any", namespace="Test", name="any", statistic="Sum")
        self.alarms = [alarm(f"{name}-{i}", measured, "look", 0, platform(), self) for i in range(alarms)]


def operations(*parts: tuple[str, int, int]) -> Operations:
    observed = [Part(*part) for part in parts]
    return Operations("operations", OperationsArgs(platform=platform(), observed=observed))


def widgets(recording: Recording, name: str = "operations") -> list[dict]:
    return json.loads(recording.one(":Dashboard", name).inputs["dashboardBody"])["widgets"]


def test_each_part_has_its_name_its_alarms_what_to_do_and_its_graphs(record: Record) -> None:
    found = widgets(record(lambda: operations(("payments", 2, 1), ("scoring", 1, 2))))
    texts = [w["properties"]["markdown"] for w in found if w["type"] == "text"]
    assert [text for text in texts if text.startswith("## ")] == ["## payments", "## scoring"]
    assert [text.count("look") for text in texts if text.startswith("* **")] == [1, 2]
    everything, *each = [len(w["properties"]["alarms"]) for w in found if w["type"] == "alarm"]
    assert (everything, each) == (3, [1, 2])
    assert [w["properties"]["title"] for w in found if w["type"] == "metric"] == ["m0", "m1", "m0"]


def test_a_graph_names_region_statistic_and_dimensions(record: Record) -> None:
    (graph,) = [w for w in widgets(record(lambda: operations(("payments", 1, 0)))) if w["type"] == "metric"]
    assert graph["properties"]["metrics"] == [["Test", "m0", "A", "1", "B", "2", {"label": "m0"}]]
    assert (graph["properties"]["region"], graph["properties"]["stat"]) == ("eu-west-1", "p99")


def test_no_two_widgets_share_a_place_and_none_hangs_over_the_edge(record: Record) -> None:
    recording = record(lambda: watched(ERRORS, RECALL, *AGES))
    for name in ("operations", "operations-business"):
        found = widgets(recording, name)
        cells = [
            (x, y)
            for w in found
            for x in range(w["x"], w["x"] + w["width"])
            for y in range(w["y"], w["y"] + w["height"])
        ]
        assert len(cells) == len(set(cells))
        assert max(x for x, _ in cells) < 24


ERRORS = Metric(title="errors", namespace="AWS/ApplicationELB", name="HTTPCode_Target_5XX_Count", statistic="Sum")
RECALL = Metric(title="recall", namespace="archgen/payments-fraud-prod", name="ValueRecall", statistic="Maximum")
AGES = [
    Metric(
        title=f"age of {stream}",
        namespace="AWS/Kinesis",
        name="GetRecords.IteratorAgeMilliseconds",
        statistic="Maximum",
        dimensions={"StreamName": stream},
    )
    for stream in ("events", "decisions")
]


def watched(*metrics: Metric) -> Operations:
    part = Part("scoring", 0, 2)
    part.metrics = list(metrics)
    return Operations("operations", OperationsArgs(platform=platform(), observed=[part]))


def test_what_hurts_the_caller_comes_before_what_causes_it_and_before_every_part(record: Record) -> None:
    found = widgets(record(lambda: watched(*AGES, ERRORS)))
    titles = [w["properties"]["markdown"].splitlines()[0] for w in found if w["type"] == "text"]
    asked = ["## 1. Is the caller hurt?", "## 4. Is the data fresh and whole?"]
    assert [title for title in titles if title.startswith("## ")] == [*asked, "## scoring"]
    assert found[1]["type"] == "alarm"  # what is red stands above every graph


def test_parts_that_measure_alike_share_a_graph(record: Record) -> None:
    found = widgets(record(lambda: watched(*AGES)))
    (shared,) = [w for w in found if len(w["properties"].get("metrics", ())) == 2]
    assert [line[-1] for line in shared["properties"]["metrics"]] == [{"label": metric.title} for metric in AGES]


def test_who_owns_the_decisions_has_a_dashboard_of_their_own(record: Record) -> None:
    recording = record(lambda: watched(ERRORS, RECALL))
    assert {made.inputs["dashboardName"] for made in recording.of(":Dashboard")} == {
        "payments-fraud-prod",
        "payments-fraud-prod-business",
    }
    graphs = [w for w in widgets(recording, "operations-business") if w["type"] == "metric"]
    assert [graph["properties"]["title"] for graph in graphs] == ["recall"]


def test_without_anything_to_tell_them_there_is_none(record: Record) -> None:
    assert record(lambda: watched(ERRORS)).names(":Dashboard") == {"operations"}


def test_one_alarm_rises_when_any_does(record: Record) -> None:
    recording = record(lambda: operations(("payments", 1, 2), ("scoring", 1, 1)))
    attention = recording.one(":CompositeAlarm").inputs
    assert attention["alarmName"] == "payments-fraud-prod-attention"
    assert attention["alarmActions"] == attention["okActions"] == [TOPIC]
    arns = [
        f"arn:aws:cloudwatch:eu-west-1:123456789012:MetricAlarm/{n}" for n in ("payments-0", "payments-1", "scoring-0")
    ]
    assert attention["alarmRule"] == " OR ".join(f'ALARM("{arn}")' for arn in arns)


def test_rules_stay_within_what_a_composite_alarm_can_hold(record: Record) -> None:
    recording = record(lambda: operations(("a-component-name-of-31-characters", 0, 160)))
    rules = [made.inputs["alarmRule"] for made in recording.of(":CompositeAlarm")]
    assert sum(len(re.findall("ALARM", rule)) for rule in rules) == 160
    assert all(len(re.findall("ALARM", rule)) <= 100 and len(rule) <= 10_240 for rule in rules)
    assert len({made.inputs["alarmName"] for made in recording.of(":CompositeAlarm")}) == len(rules) == 3


@pytest.mark.parametrize("network", ["private_network", "existing_network"])
def test_it_watches_every_part_that_has_something_to_watch(network: str) -> None:
    bound = {"network": network, "payments": "kinesis_stream", "foundation": "foundation", "operations": "operations"}
    parts = [Component(id=id, role="any", zone="all", needs={}) for id in (*bound, "case-management")]
    zones = (Zone(id="all", kind="account"), Zone(id="consumers", kind="external"))
    outside = Component(id="case-management", role="consumer", zone="consumers", needs={})
    around = Neighbours(
        topology=Topology(blueprint="test", zones=zones, components=(*parts[:-1], outside), flows=()),
        services={id: services("aws")[service] for id, service in bound.items()},
        region=Region(name="eu-west-1", zones=("a", "b", "c")),
        assumptions=assumptions(),
    )
    watched = ("network", "payments") if network == "private_network" else ("payments",)
    found = SERVICE.arguments(parts[3], around)["observed"]
    assert found == tuple(Ref(component=id) for id in watched)


@dataclass(frozen=True)
class Pressing:
    quotas: Sequence[QuotaNeed]


def asking(*quotas: QuotaNeed, owned: bool = True) -> Callable[[], Operations]:
    return lambda: Operations(
        "operations",
        OperationsArgs(
            platform=platform(), observed=[], limited=[Pressing([q]) for q in quotas], manage_account_baseline=owned
        ),
    )


def test_parts_that_share_a_quota_are_asked_for_together(record: Record) -> None:
    (asked,) = record(asking(fargate_vcpus(20), fargate_vcpus(15))).of(":ServiceQuota")
    assert (asked.inputs["serviceCode"], asked.inputs["value"]) == ("fargate", 50), "35 vCPU are 70 % of it"
    assert asked.inputs["quotaCode"] == "code of Fargate On-Demand vCPU resource count", "looked up by its name"


@pytest.mark.parametrize(
    ("need", "asked"),
    [
        (fargate_vcpus(4), False),
        (fargate_vcpus(5), True),
        (stream_shards(30, "eu-west-1"), False),
        (stream_shards(141, "eu-central-1"), True),
        (stream_shards(141, "us-east-1"), False),
        (brokers(6), False),
        (instances("ml.c6i.2xlarge", "endpoint usage", 1), True),
        (instances("ml.c6i.2xlarge", "endpoint usage", 0), False),
    ],
)
def test_only_what_presses_on_a_new_account_is_asked_for(record: Record, need: QuotaNeed, asked: bool) -> None:
    assert bool(record(asking(need)).of(":ServiceQuota")) is asked


def test_one_stack_of_an_account_asks(record: Record) -> None:
    assert not record(asking(fargate_vcpus(100), owned=False)).of(":ServiceQuota")


def test_it_asks_for_every_part_that_says_what_it_takes() -> None:
    bound = {"payments": "kinesis_stream", "lake": "lake_bucket", "operations": "operations"}
    parts = tuple(Component(id=id, role="any", zone="all", needs={}) for id in bound)
    around = Neighbours(
        topology=Topology(blueprint="test", zones=(Zone(id="all", kind="account"),), components=parts, flows=()),
        services={id: services("aws")[service] for id, service in bound.items()},
        region=Region(name="eu-west-1", zones=("a", "b", "c")),
        assumptions=assumptions(),
    )
    given = SERVICE.arguments(parts[-1], around)
    assert given["limited"] == (Ref(component="payments"),)
    assert given["manage_account_baseline"].key == "manageAccountBaseline"
