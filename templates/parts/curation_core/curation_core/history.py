"""The history of features: each entity's features at each decision, for a feature store's offline table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

RECORD_ID = "token"
EVENT_TIME = "event_time"


def entity_rows(decisions: DataFrame, entity: str, names: Sequence[str], written: datetime) -> DataFrame:
    """One row per decision on an entity, in the columns of an offline feature store.

    `event_time` is text in ISO 8601 with milliseconds, as SageMaker Feature Store has it; `write_time`,
    `api_invocation_time` and `is_deleted` are its own columns.

    Args:
        decisions: as `records.flatten` gives them.
        names: features without the entity's name, e.g. `count_5m`.
        written: when this run writes.
    """
    return (
        decisions.where(F.isnotnull(f"entity_{entity}"))
        .select(
            F.col(f"entity_{entity}").alias(RECORD_ID),
            F.date_format(F.to_utc_timestamp("event_time", F.current_timezone()), "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").alias(
                EVENT_TIME
            ),
            *(F.col(f"{entity}_{name}").cast("double").alias(name) for name in names),
            F.lit(written).cast("timestamp").alias("write_time"),
            F.lit(written).cast("timestamp").alias("api_invocation_time"),
            F.lit(False).alias("is_deleted"),
        )
        .dropDuplicates([RECORD_ID, EVENT_TIME])
    )


def merge_statement(table: str, view: str) -> str:
    """SQL that adds the rows of `view` which `table` does not have: a repeated run adds nothing."""
    return (
        f"MERGE INTO {table} AS kept USING {view} AS new"
        f" ON kept.{RECORD_ID} = new.{RECORD_ID} AND kept.{EVENT_TIME} = new.{EVENT_TIME}"
        " WHEN NOT MATCHED THEN INSERT *"
    )
