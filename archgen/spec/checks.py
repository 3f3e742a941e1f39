"""Contradictions between fields that are each right by themselves.

Each check is a pure function over the spec; it yields what it finds and says nothing about values that are not there.
They live outside the models, so that they also run over the sound parts of a spec of which other parts are wrong
(`archgen.spec.partial`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from archgen.spec.amounts import TimeOfDay
from archgen.spec.estate import Consumer, Source
from archgen.spec.model import Spec
from archgen.spec.partial import Unjudgeable
from archgen.spec.paths import Loc
from archgen.spec.standards import EEA, countries_of


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """What does not go together: the place to name first, the others, and what would be right."""

    id: str
    loc: Loc
    message: str
    expected: str
    hint: str | None = None
    related: tuple[Loc, ...] = ()


Found = Iterator[Contradiction]
Item = TypeVar("Item")


def contradictions(spec: Spec) -> list[Contradiction]:
    """All contradictions of a spec, whole or partial, in the order of the checks."""
    found = [item for check in _CHECKS for item in _known(check(spec))]
    for index, source in enumerate(_known(spec.sources)):
        found += [item for check in _SOURCE_CHECKS for item in _known(check(spec, index, source))]
    for index, consumer in enumerate(_known(spec.consumers)):
        found += [item for check in _CONSUMER_CHECKS for item in _known(check(spec, index, consumer))]
    return found


def _known(items: Iterable[Item]) -> Iterator[Item]:
    """The items until one turns out to depend on an unknown value."""
    try:
        yield from items
    except Unjudgeable:
        return


def _online_needs(spec: Spec) -> Found:
    workload = spec.workload
    if workload.mode != "online":
        return
    if workload.traffic is None:
        yield Contradiction(
            id="online-without-traffic",
            loc=("workload", "traffic"),
            message="an online workload has no traffic",
            expected="workload.traffic.peak",
            hint="for example `traffic: {peak: 10000/s, average: 3500/s}`",
        )
    latency = workload.latency
    if latency is None or (latency.p99 is None and latency.first_token_p95 is None):
        yield Contradiction(
            id="online-without-latency",
            loc=("workload", "latency"),
            message="an online workload does not say how long a caller may wait",
            expected="workload.latency.p99 or workload.latency.first_token_p95",
            hint="for example `latency: {p99: 100 ms}`",
        )


def _batch_needs(spec: Spec) -> Found:
    if spec.workload.mode == "batch" and spec.workload.batch is None:
        yield Contradiction(
            id="batch-without-window",
            loc=("workload", "batch"),
            message="a batch workload has no batch",
            expected="workload.batch",
            hint='for example `batch: {rows: 2.4M, starts: "01:00", done_by: "05:00"}`',
        )


def _batch_window(spec: Spec) -> Found:
    batch = spec.workload.batch
    if batch is not None and batch.starts == batch.done_by:
        yield Contradiction(
            id="empty-window",
            loc=("workload", "batch", "done_by"),
            message=f"the batch starts and has to be done at {batch.starts}",
            expected="a time after `starts`, over midnight if need be",
            related=(("workload", "batch", "starts"),),
        )


def _private_link(spec: Spec) -> Found:
    if spec.platform.network.callers == "routed":
        return
    if spec.workload.mode != "online" or not any(consumer.pattern == "sync" for consumer in spec.consumers):
        yield Contradiction(
            id="private-link-without-caller",
            loc=("platform", "network", "callers"),
            message="a private link has nobody who would call through it",
            expected="an online workload with a consumer of pattern sync",
            hint="leave `callers` out: what the service itself calls is reached as `connect` says",
            related=(("workload", "mode"),),
        )


def _average_and_peak(spec: Spec) -> Found:
    traffic = spec.workload.traffic
    if traffic is not None and traffic.average is not None and traffic.average > traffic.peak:
        yield Contradiction(
            id="average-above-peak",
            loc=("workload", "traffic", "average"),
            message=f"the average of {traffic.average} is above the peak of {traffic.peak}",
            expected="at most the peak",
            related=(("workload", "traffic", "peak"),),
        )


def _peak_and_requests(spec: Spec) -> Found:
    feeding = [index for index, source in enumerate(spec.sources) if source.feeds == "requests"]
    for index in feeding[1:]:
        yield Contradiction(
            id="second-request-source",
            loc=("sources", index, "feeds"),
            message="a second source feeds the requests",
            expected="at most one source with `feeds: requests`",
            hint="join the streams before, or leave `feeds` out where the stream only gives features",
            related=(("sources", feeding[0], "feeds"),),
        )
    if not feeding:
        return
    source = spec.sources[feeding[0]]
    if spec.workload.mode != "online":
        yield Contradiction(
            id="requests-without-online",
            loc=("sources", feeding[0], "feeds"),
            message="a source feeds requests to a workload that is not online",
            expected="`mode: online`, or no `feeds`",
            related=(("workload", "mode"),),
        )
    traffic, rate = spec.workload.traffic, source.rate
    if traffic is not None and rate is not None and not math.isclose(traffic.peak, rate):
        yield Contradiction(
            id="peak-and-rate-differ",
            loc=("workload", "traffic", "peak"),
            message=f"the peak is {traffic.peak}, and the stream {source.id!r} that feeds it has {rate}",
            expected="the same rate in both places",
            hint="correct one of the two, or delete `feeds: requests` if the stream is not the online load",
            related=(("sources", feeding[0], "rate"),),
        )


def _unique_ids(spec: Spec) -> Found:
    first: dict[str, Loc] = {}
    listed = [("sources", index, item) for index, item in enumerate(spec.sources)]
    for field, index, item in [*listed, *(("consumers", index, item) for index, item in enumerate(spec.consumers))]:
        loc: Loc = (field, index, "id")
        if not isinstance(item.id, str):
            continue
        # `core-1` and `core1` are one name where a cloud allows no hyphens, and one setting in camelCase.
        name = item.id.replace("-", "")
        if name in first:
            yield Contradiction(
                id="duplicate-id",
                loc=loc,
                message=f"{item.id!r} is the id of two things",
                expected="ids that differ among sources and consumers in more than their hyphens",
                related=(first[name],),
            )
        first.setdefault(name, loc)


def _unlike_territories(spec: Spec) -> Found:
    governance = spec.governance
    at_home = frozenset[str]().union(*(countries_of(place) for place in governance.data_subjects)) & EEA
    allowed = frozenset[str]().union(*(countries_of(place) for place in governance.residency))
    if at_home and allowed and not allowed & EEA and governance.transfer == "none":
        yield Contradiction(
            id="residency-without-subjects",
            loc=("governance", "residency"),
            message="data of people in the EEA is to be kept outside it only",
            expected="a residency within the EEA, or the ground of the transfer (GDPR Chapter V)",
            hint="add `eu` to the residency, or say `transfer: adequacy` or `transfer: safeguards`",
            related=(("governance", "data_subjects"),),
        )


def _environments(spec: Spec) -> Found:
    if "prod" not in spec.platform.environments:
        yield Contradiction(
            id="no-production",
            loc=("platform", "environments"),
            message="there is no prod among the environments",
            expected="prod, and if you like dev and staging",
        )


def _region(spec: Spec) -> Found:
    if spec.platform.region is None and spec.platform.cloud != "recommend":
        yield Contradiction(
            id="missing-region",
            loc=("platform", "region"),
            message=f"no region is named on {spec.platform.cloud}",
            expected="the cloud's name of a region",
            hint="only `cloud: recommend` goes without",
        )


def _labels(spec: Spec) -> Found:
    labels = spec.problem.labels
    if labels is None or labels.rows is None or labels.positives is None:
        return
    if labels.positives > labels.rows:
        yield Contradiction(
            id="positives-above-rows",
            loc=("problem", "labels", "positives"),
            message=f"{labels.positives} positives are more than the {labels.rows} rows that they are among",
            expected="at most the number of rows",
            related=(("problem", "labels", "rows"),),
        )


def _kpi(spec: Spec) -> Found:
    baseline, target = spec.objective.kpi.baseline, spec.objective.kpi.target
    if baseline is None:
        return
    here: Loc = ("objective", "kpi", "target")
    related: tuple[Loc, ...] = (("objective", "kpi", "baseline"),)
    if baseline.relative:
        yield Contradiction(
            id="relative-baseline",
            loc=related[0],
            message=f"the baseline {baseline} has a sign, which makes it a change",
            expected="the level of today, without a sign",
        )
    elif not target.relative and target.kind != baseline.kind:
        yield Contradiction(
            id="unlike-levels",
            loc=here,
            message=f"the target {target} and the baseline {baseline} cannot be compared",
            expected="two levels of the same kind, or a relative change such as `-20%`",
            related=related,
        )
    elif not target.relative and target.value == baseline.value:
        yield Contradiction(
            id="target-is-baseline",
            loc=here,
            message=f"the target {target} is what the baseline is already",
            expected="another level than the baseline",
            related=related,
        )


def _features(spec: Spec) -> Found:
    if spec.features.online and not spec.features.entities:
        yield Contradiction(
            id="features-without-entities",
            loc=("features", "entities"),
            message="features are looked up online, and no entity is named that they describe",
            expected="at least one entity",
            hint="for example `entities: [card, merchant]`",
        )


def _repeated(spec: Spec) -> Found:
    lists: tuple[tuple[Loc, Callable[[], Iterable[str]]], ...] = (
        (("features", "entities"), lambda: spec.features.entities),
        (("governance", "frameworks"), lambda: spec.governance.frameworks),
        (("governance", "residency"), lambda: spec.governance.residency),
        (("governance", "data_subjects"), lambda: spec.governance.data_subjects),
        (("platform", "environments"), lambda: spec.platform.environments),
        (("team", "skills"), lambda: spec.team.skills if spec.team is not None else ()),
    )
    for loc, words in lists:
        yield from _known(_repeated_words(loc, words))


def _repeated_words(loc: Loc, words: Callable[[], Iterable[str]]) -> Found:
    first: dict[str, int] = {}
    for index, word in enumerate(words()):
        if word in first:
            yield Contradiction(
                id="repeated-word",
                loc=(*loc, index),
                message=f"{word!r} stands in the list twice",
                expected="each word once",
                related=((*loc, first[word]),),
            )
        first.setdefault(word, index)


def _source_data(spec: Spec, index: int, source: Source) -> Found:
    yield from _repeated_words(("sources", index, "data"), lambda: source.data)


def _source_delivery(spec: Spec, index: int, source: Source) -> Found:
    needs = {"stream": ("rate", "10000/s"), "cdc": ("changes", "300/s")}.get(source.delivery)
    if needs and getattr(source, needs[0]) is None:
        yield Contradiction(
            id=f"{source.delivery}-without-{needs[0]}",
            loc=("sources", index, needs[0]),
            message=f"the source {source.id!r} delivers by {source.delivery} and has no `{needs[0]}`",
            expected=f"`{needs[0]}`",
            hint=f"for example `{needs[0]}: {needs[1]}`",
        )


def _source_unused(spec: Spec, index: int, source: Source) -> Found:
    used_by = {"rate": ("stream",), "changes": ("cdc",), "record": ("stream", "cdc"), "feeds": ("stream",)}
    for name, deliveries in used_by.items():
        if getattr(source, name) is not None and source.delivery not in deliveries:
            yield Contradiction(
                id="unused-field",
                loc=("sources", index, name),
                message=f"`{name}` means nothing for a source that delivers {source.delivery}",
                expected=f"`delivery: {' or '.join(deliveries)}`, or no `{name}`",
                related=(("sources", index, "delivery"),),
            )


def _consumer_deadline(spec: Spec, index: int, consumer: Consumer) -> Found:
    loc: Loc = ("consumers", index, "by")
    if consumer.by is None:
        return
    if consumer.pattern not in ("batch", "file"):
        yield Contradiction(
            id="deadline-without-batch",
            loc=loc,
            message=f"the consumer {consumer.id!r} gets each answer ({consumer.pattern}) and names a time of day",
            expected="`pattern: batch` or `pattern: file`, or no `by`",
            related=(("consumers", index, "pattern"),),
        )
    batch = spec.workload.batch
    if batch is not None and _before(batch.starts, consumer.by, batch.done_by):
        yield Contradiction(
            id="deadline-before-batch",
            loc=loc,
            message=f"the consumer {consumer.id!r} needs answers by {consumer.by}, and they are due at {batch.done_by}",
            expected="a time at which the batch is done",
            related=(("workload", "batch", "done_by"),),
        )


def _before(starts: TimeOfDay, early: TimeOfDay, late: TimeOfDay) -> bool:
    """Whether `early` comes before `late` on a clock set to 0 at `starts`; `starts` itself is a whole day later."""
    return 0 < starts.minutes_until(early) < starts.minutes_until(late)


_CHECKS: tuple[Callable[[Spec], Found], ...] = (
    _online_needs,
    _batch_needs,
    _batch_window,
    _private_link,
    _average_and_peak,
    _peak_and_requests,
    _unique_ids,
    _unlike_territories,
    _environments,
    _region,
    _labels,
    _kpi,
    _features,
    _repeated,
)
_SOURCE_CHECKS = (_source_data, _source_delivery, _source_unused)
_CONSUMER_CHECKS = (_consumer_deadline,)
