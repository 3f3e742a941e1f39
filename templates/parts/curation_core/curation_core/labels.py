"""Labels that have had their time: nothing is learnt from an event that may still turn out to be fraud."""

from __future__ import annotations

from datetime import date, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F


def mature_day(as_of: date, delay_days: int) -> date:
    """The last whole day of which every event is at least `delay_days` old when `as_of` begins.

    Raises:
        ValueError: a delay below 0.
    """
    if delay_days < 0:
        raise ValueError(f"a delay of {delay_days} days")
    return as_of - timedelta(days=delay_days + 1)


def with_labels(events: DataFrame, labels: DataFrame, delay_days: int) -> DataFrame:
    """`label` and `label_time` beside each event; `label_time` is null where nothing came in.

    Args:
        events: with `event_id` and `event_time`; all of them mature.
        labels: `event_id`, `label_time` (timestamp) and `label` (0 or 1: a claim can be withdrawn).
        delay_days: how long each event waits. Every event waits the same: one that waited longer would be fraud more
            often for that reason alone, and a label from before its event is a mistake.
    """
    latest = Window.partitionBy("event_id").orderBy(F.desc("label_time"), F.desc("label"))
    known = (
        labels.select("event_id", "label_time", F.col("label").cast("int").alias("label"))
        .join(events.select("event_id", "event_time"), "event_id")
        .where(
            (F.col("label_time") >= F.col("event_time"))
            & (F.col("label_time") <= F.col("event_time") + F.make_interval(days=F.lit(delay_days)))
        )
        .withColumn("_place", F.row_number().over(latest))
        .where("_place = 1")
        .select("event_id", "label", "label_time")
    )
    return events.join(known, "event_id", "left").withColumn("label", F.coalesce("label", F.lit(0)))
