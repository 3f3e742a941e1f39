"""A day of decisions: their labels, the states of their entities, the gate, and the history of their features."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from curation.lake import Lake
from curation.settings import Settings
from curation_core.as_of import join_as_of, moment, renamed
from curation_core.history import entity_rows
from curation_core.labels import mature_day, with_labels
from curation_core.parity import Parity, compare_counts, sampled
from curation_core.quality import decision_rules
from curation_core.records import EVENT, FEATURES, RECORD, feature_names, flatten, sample

Gate = Callable[[DataFrame, Sequence[str]], int]
"""Checks rows against rules and gives how many rules there were; raises when one fails."""
Keep = Callable[[str, DataFrame], None]
"""Adds rows to the history of an entity's features."""

log = logging.getLogger("curation")


def curate(lake: Lake, settings: Settings, windows: Mapping[str, int], as_of: date, gate: Gate) -> int:
    """Write the training rows of the days that have become mature, one partition a day; how many days there were.

    Raises:
        QualityFailed: a rule failed; that day and those before it are not written.
    """
    done = 0
    for back in range(settings.days):
        day = mature_day(as_of - timedelta(days=back), settings.label_delay_days)
        rows = _decided_on(lake, settings, windows, day)
        if rows.isEmpty():
            log.warning("no decisions of %s: nothing to learn from it", day)
            continue
        rows = _with_states(lake, settings, with_labels(rows, _labels(lake, settings, day), settings.label_delay_days))
        rows = sample(rows, settings.negative_share).cache()
        gate(rows, decision_rules(feature_names(settings.entities, tuple(windows))))
        lake.replace(rows, f"{lake.path(settings.bucket, settings.prefix)}/dataset/date={day.isoformat()}")
        rows.unpersist()
        done += 1
    return done


def remember(
    lake: Lake, settings: Settings, windows: Mapping[str, int], as_of: date, written: datetime, keep: Keep
) -> None:
    """Add the features of yesterday's decisions to the history, entity by entity."""
    rows = _decided_on(lake, settings, windows, as_of - timedelta(days=1)).cache()
    names = [f"{kind}_{window}" for kind in FEATURES for window in windows]
    for entity in settings.entities:
        if entity in settings.groups:
            keep(entity, entity_rows(rows, entity, names, written))
    rows.unpersist()


def check_parity(lake: Lake, settings: Settings, windows: Mapping[str, int], as_of: date) -> Parity:
    """Compare yesterday's online counts of some entities with the events themselves."""
    day = as_of - timedelta(days=1)
    found = Parity(compared=0, apart=0)
    decided = _decided_on(lake, settings, windows, day)
    arrived = [day - timedelta(days=1), day, as_of]
    for one in settings.of_kind("events"):
        events = lake.days(one, arrived, EVENT)
        for entity in settings.entities:
            own = events.withColumn("_token", F.col("entities").getItem(entity)).where(F.isnotnull("_token"))
            part = compare_counts(
                sampled(decided, f"entity_{entity}", settings.parity_per_million),
                sampled(own, "_token", settings.parity_per_million),
                entity,
                windows,
                settings.freshness_seconds,
            )
            found = Parity(found.compared + part.compared, found.apart + part.apart)
    return found


def _decided_on(lake: Lake, settings: Settings, windows: Mapping[str, int], day: date) -> DataFrame:
    """Decisions on events of that day. They are filed by arrival, so the next day holds the last of them."""
    rows = None
    for one in settings.of_kind("decisions"):
        found = lake.days(one, [day, day + timedelta(days=1)], RECORD).where(F.to_date("time") == F.lit(day))
        rows = found if rows is None else rows.unionByName(found)
    if rows is None:
        raise ValueError("no input holds decisions")
    return flatten(rows, settings.entities, tuple(windows))


def _labels(lake: Lake, settings: Settings, day: date) -> DataFrame:
    """Every label that came in since `day`. A source of claims alone says fraud by sending a row at all."""
    labels = lake.spark.createDataFrame([], "event_id string, label_time timestamp, label int")
    for one in settings.of_kind("labels"):
        arrived = lake.since(one, day)
        if arrived is None:
            continue
        rows = renamed(arrived, settings.columns[one.source])
        label = F.col("label").cast("int") if "label" in rows.columns else F.lit(1)
        labels = labels.unionByName(
            rows.select(
                F.col("event_id").cast("string"), moment("label_time").alias("label_time"), label.alias("label")
            )
        )
    return labels


def _with_states(lake: Lake, settings: Settings, rows: DataFrame) -> DataFrame:
    for one in settings.of_kind("features"):
        said = dict(settings.columns[one.source])
        entities = [entity for entity in settings.entities if entity in said]
        folder = said.pop("folder", "")
        changes = lake.since(replace(one, prefix=f"{one.prefix}/{folder}") if folder else one)
        if changes is None or not entities:
            log.warning("nothing of %s can be joined", one.source)
            continue
        states = renamed(changes, said).withColumn("changed_at", moment("changed_at"))
        columns = [ours for ours in said if ours not in (*settings.entities, "changed_at")]
        rows = join_as_of(rows, states, entities[0], one.source, columns)
    return rows
