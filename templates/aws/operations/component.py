"""Operations: one dashboard with a row for each part, and one alarm that says whether anything needs a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Observed, Platform

COLUMNS = 24
"""Width of a CloudWatch dashboard."""
WIDGET_WIDTH, WIDGET_HEIGHT = 6, 6
MAX_CHILD_ALARMS = 75
"""A composite alarm watches 100 at most, in a rule of 10,240 characters: at 136 an alarm that is 75."""


class ObservedPart(Observed, Protocol):
    """A component that is observed. Its URN ends in the name that the program gave it."""

    @property
    def urn(self) -> pulumi.Output[str]: ...


@dataclass(frozen=True, kw_only=True)
class OperationsArgs:
    platform: Platform
    observed: Sequence[ObservedPart]
    """All parts with something to watch, in the order of the dashboard's rows."""


class Operations(pulumi.ComponentResource):
    def __init__(self, name: str, args: OperationsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:Operations", name, None, opts)
        self._name = name
        self._platform = args.platform
        child = pulumi.ResourceOptions(parent=self)
        dashboard = aws.cloudwatch.Dashboard(
            name,
            dashboard_name=args.platform.name,
            dashboard_body=pulumi.Output.json_dumps({"widgets": list(_widgets(args.observed, args.platform.region))}),
            opts=child,
        )
        self._make_attention_alarms([alarm for part in args.observed for alarm in part.alarms], dashboard)
        self.register_outputs({"dashboard": dashboard.dashboard_name})

    def _make_attention_alarms(
        self, alarms: Sequence[aws.cloudwatch.MetricAlarm], dashboard: aws.cloudwatch.Dashboard
    ) -> None:
        groups = [alarms[start : start + MAX_CHILD_ALARMS] for start in range(0, len(alarms), MAX_CHILD_ALARMS)]
        for number, group in enumerate(groups, start=1):
            suffix = "" if len(groups) == 1 else f"-{number}"
            aws.cloudwatch.CompositeAlarm(
                f"{self._name}-attention{suffix}",
                alarm_name=f"{self._platform.name}-attention{suffix}",
                alarm_description=pulumi.Output.concat(
                    "Something needs a person. Open the dashboard ",
                    dashboard.dashboard_name,
                    " and begin at the first row whose alarms are red: later rows often only suffer from it.",
                ),
                alarm_rule=_any_of(group),
                # The parts' own alarms say what is wrong; this one says that an incident begins and that it is over.
                alarm_actions=[self._platform.alarm_topic_arn],
                ok_actions=[self._platform.alarm_topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )


def _any_of(alarms: Sequence[aws.cloudwatch.MetricAlarm]) -> pulumi.Output[str]:
    # By ARN, not by name: a quote in a name would end the rule's string.
    return pulumi.Output.all(*(alarm.arn for alarm in alarms)).apply(
        lambda arns: " OR ".join(f'ALARM("{arn}")' for arn in arns)
    )


def _widgets(parts: Sequence[ObservedPart], region: str) -> Iterator[Mapping[str, Any]]:
    """A heading, the states of its alarms and the graphs of its metrics for each part, from the top down."""
    top = 0
    for part in parts:
        yield _placed("text", 0, top, COLUMNS, 1, {"markdown": part.urn.apply(lambda urn: f"## {urn.split('::')[-1]}")})
        top += 1
        cells = ([_alarm_states(part)] if part.alarms else []) + [_graph(metric, region) for metric in part.metrics]
        per_row = COLUMNS // WIDGET_WIDTH
        for index, (kind, properties) in enumerate(cells):
            left, down = index % per_row * WIDGET_WIDTH, index // per_row * WIDGET_HEIGHT
            yield _placed(kind, left, top + down, WIDGET_WIDTH, WIDGET_HEIGHT, properties)
        top += -(-len(cells) // per_row) * WIDGET_HEIGHT


def _placed(kind: str, x: int, y: int, width: int, height: int, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": kind, "x": x, "y": y, "width": width, "height": height, "properties": properties}


def _alarm_states(part: ObservedPart) -> tuple[str, Mapping[str, Any]]:
    return "alarm", {"title": "Alarms", "alarms": [alarm.arn for alarm in part.alarms]}


def _graph(metric: Metric, region: str) -> tuple[str, Mapping[str, Any]]:
    dimensions = [text for pair in sorted(metric.dimensions.items(), key=lambda pair: pair[0]) for text in pair]
    return "metric", {
        "title": metric.title,
        "region": region,
        "view": "timeSeries",
        "stat": metric.statistic,
        "period": metric.period_seconds,
        "metrics": [[metric.namespace, metric.name, *dimensions]],
    }
