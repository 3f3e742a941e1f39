"""What was known of an entity when an event happened: never what became known later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

DELETED = "D"
OPERATION = "Op"
"""Column of a change capture: I, U or D; a full load has none."""


def renamed(rows: DataFrame, columns: Mapping[str, str]) -> DataFrame:
    """The columns that are asked for, under our names, and the operation where there is one.

    Raises:
        ValueError: a column is not there. The message names those that are.
    """
    if missing := sorted(set(columns.values()) - set(rows.columns)):
        raise ValueError(f"no column {', '.join(missing)}; there are {', '.join(sorted(rows.columns))}")
    operation = [F.col(OPERATION)] if OPERATION in rows.columns else []
    return rows.select(*(F.col(theirs).alias(ours) for ours, theirs in columns.items()), *operation)


def moment(column: str) -> Column:
    """A time as sources write it: a timestamp, ISO 8601, or OData version 2's `/Date(1492041600000)/`."""
    text = F.col(column).cast("string")
    milliseconds = F.regexp_extract(text, r"^/Date\((-?\d+)", 1)
    return F.when(milliseconds != "", F.timestamp_millis(milliseconds.cast("long"))).otherwise(F.to_timestamp(text))


def join_as_of(events: DataFrame, changes: DataFrame, entity: str, source: str, columns: Sequence[str]) -> DataFrame:
    """The state of an entity at each event, as `<source>_<column>`; null where it was not known or was deleted.

    Args:
        events: with `event_id`, `event_time` and `entity_<entity>`.
        changes: one row per change: the column `entity`, `changed_at`, `columns`, and `Op` where deletes are known.
    """
    if OPERATION not in changes.columns:
        changes = changes.withColumn(OPERATION, F.lit(None).cast("string"))
    last = Window.partitionBy("event_id").orderBy(F.desc("changed_at"))
    prefix = source.replace("-", "_")
    state = (
        events.select("event_id", "event_time", F.col(f"entity_{entity}").alias("_token"))
        .join(changes.withColumnRenamed(entity, "_token"), "_token")
        .where(F.col("changed_at") <= F.col("event_time"))
        .withColumn("_place", F.row_number().over(last))
        .where((F.col("_place") == 1) & (F.coalesce(F.col(OPERATION), F.lit("")) != DELETED))
        .select("event_id", *(F.col(column).alias(f"{prefix}_{column}") for column in columns))
    )
    return events.join(state, "event_id", "left")
