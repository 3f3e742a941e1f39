"""Operations: a row for each part, and one alarm that follows all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

import pulumi
import pulumi_aws as aws
import pytest

from archgen.knowledge import assumptions
from archgen.services import Neighbours, Region
from archgen.services.catalogue import services
from archgen.services.service import Ref
from archgen.topology import Component, Topology, Zone
from templates.aws.contracts import Metric
from templates.aws.hardened.monitoring import alarm
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


def widgets(recording: Recording) -> list[dict]:
    return json.loads(recording.one(":Dashboard").inputs["dashboardBody"])["widgets"]


def test_each_part_has_a_heading_with_its_name_its_alarms_and_its_graphs(record: Record) -> None:
    found = widgets(record(lambda: operations(("payments", 2, 1), ("scoring", 1, 2))))
    assert [w["properties"]["markdown"] for w in found if w["type"] == "text"] == ["## payments", "## scoring"]
    assert [len(w["properties"]["alarms"]) for w in found if w["type"] == "alarm"] == [1, 2]
    assert [w["properties"]["title"] for w in found if w["type"] == "metric"] == ["m0", "m1", "m0"]


def test_a_graph_names_region_statistic_and_dimensions(record: Record) -> None:
    (graph,) = [w for w in widgets(record(lambda: operations(("payments", 1, 0)))) if w["type"] == "metric"]
    assert graph["properties"]["metrics"] == [["Test", "m0", "A", "1", "B", "2"]]
    assert (graph["properties"]["region"], graph["properties"]["stat"]) == ("eu-west-1", "p99")


def test_no_two_widgets_share_a_place_and_none_hangs_over_the_edge(record: Record) -> None:
    found = widgets(record(lambda: operations(("payments", 6, 3), ("scoring", 3, 1), ("lake", 0, 1))))
    cells = [
        (x, y) for w in found for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


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
