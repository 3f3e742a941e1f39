"""The options of `archgen init`, each with the place in the spec that it answers. Imports no model: help is quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Loc = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option. `repeated`: a list, given once for each item; `fields`: its value is `field=value,...`."""

    name: str
    loc: Loc
    help: str
    repeated: bool = False
    fields: bool = False

    @property
    def flag(self) -> str:
        """The option as it is typed."""
        return f"--{self.name.replace('_', '-')}"


OPTIONS = (
    Option(name="name", loc=("name",), help="Short name of the system."),
    Option(name="title", loc=("title",), help="Name for people."),
    Option(name="statement", loc=("objective", "statement"), help="The goal in one sentence."),
    Option(
        name="kpi",
        loc=("objective", "kpi"),
        fields=True,
        help="The figure to move: metric=fraud-loss,baseline=12 bps,target=6 bps,within=12 months",
    ),
    Option(name="task", loc=("problem", "task"), help="What is to be decided, such as fraud-detection."),
    Option(name="mode", loc=("workload", "mode"), help="online: somebody waits for each answer; batch: one run."),
    Option(name="peak", loc=("workload", "traffic", "peak"), help="Requests at the busiest moment: 10000/s"),
    Option(name="average", loc=("workload", "traffic", "average"), help="Requests averaged over a month: 3500/s"),
    Option(name="growth", loc=("workload", "traffic", "growth"), help="Growth of the load: 20%/year"),
    Option(name="p99", loc=("workload", "latency", "p99"), help="How long a caller may wait: 100ms"),
    Option(
        name="first_token_p95",
        loc=("workload", "latency", "first_token_p95"),
        help="Time until a generated answer begins: 2s",
    ),
    Option(name="rows", loc=("workload", "batch", "rows"), help="Rows that one run scores: 2.4M"),
    Option(name="starts", loc=("workload", "batch", "starts"), help="When a run may start: 01:00"),
    Option(name="done_by", loc=("workload", "batch", "done_by"), help="When answers are due: 05:00"),
    Option(name="time_zone", loc=("workload", "batch", "time_zone"), help="Time zone of these: Europe/Berlin"),
    Option(name="availability", loc=("workload", "availability"), help="Share of a month in service: 99.95%"),
    Option(
        name="source",
        loc=("sources",),
        repeated=True,
        fields=True,
        help="Where data comes from; repeatable: id=orders,system=sap,delivery=daily,size=6 GB,data=pii+confidential",
    ),
    Option(
        name="consumer",
        loc=("consumers",),
        repeated=True,
        fields=True,
        help="Who gets the answers; repeatable: id=portal,system=rest,pattern=sync",
    ),
    Option(name="framework", loc=("governance", "frameworks"), repeated=True, help="Regulation to meet; repeatable."),
    Option(name="residency", loc=("governance", "residency"), repeated=True, help="Where data may lie; repeatable."),
    Option(
        name="data_subjects",
        loc=("governance", "data_subjects"),
        repeated=True,
        help="Where the people live whose data it is; repeatable.",
    ),
    Option(name="cloud", loc=("platform", "cloud"), help="aws, gcp, azure, or recommend."),
    Option(name="region", loc=("platform", "region"), help="The cloud's name of the region."),
    Option(name="environment", loc=("platform", "environments"), repeated=True, help="Stack to make; repeatable."),
    Option(name="network", loc=("platform", "network", "mode"), help="create or existing."),
    Option(name="connect", loc=("platform", "network", "connect"), help="Way to your network: none, hub, vpn, ..."),
    Option(name="budget", loc=("budget", "monthly"), help="What a month may cost: 85000 USD"),
)


def given(values: Mapping[str, Any]) -> Iterator[tuple[Option, tuple[str, ...]]]:
    """The options that were given, each with its texts."""
    for option in OPTIONS:
        said = values.get(option.name)
        if said is not None and said != ():
            yield option, tuple(said) if option.repeated else (said,)
