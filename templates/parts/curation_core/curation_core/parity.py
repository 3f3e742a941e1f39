"""Whether online features were what the events say: the model learns from the one and would be judged by the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

BUCKETS = 60
"""Online windows move in steps of a sixtieth of their length."""


@dataclass(frozen=True, slots=True)
class Parity:
    """Counts that were compared, and those of them that no reading of the events explains."""

    compared: int
    apart: int

    @property
    def share_apart(self) -> float:
        """From 0 to 1; 0 where there was nothing to compare."""
        return self.apart / self.compared if self.compared else 0.0


def sampled(rows: DataFrame, column: str, per_million: int) -> DataFrame:
    """The rows of some entities, all of theirs: a window of a sampled entity has to be whole."""
    return rows.where(F.pmod(F.xxhash64(column), F.lit(1_000_000)) < per_million)


def compare_counts(
    decisions: DataFrame, events: DataFrame, entity: str, windows: Mapping[str, int], freshness_seconds: float
) -> Parity:
    """Compare `<entity>_count_<window>` of decisions with the events themselves.

    The online count lags by up to the freshness, and its window begins at a bucket's edge. So it is compared with an
    interval: at least what lies surely inside, at most what may.

    Args:
        decisions: `event_id`, `event_time`, `entity_<entity>` and the counts.
        events: `id`, `time` and `entities`, of the same entities and from one window before the first decision on.
        windows: window name to seconds.
    """
    seen = (
        events.dropDuplicates(["id"])
        .select("id", F.col("entities").getItem(entity).alias("_token"), F.col("time").cast("double").alias("_at"))
        .where(F.isnotnull("_token"))
    )
    asked = decisions.where(F.isnotnull(f"entity_{entity}")).select(
        "event_id",
        F.col(f"entity_{entity}").alias("_token"),
        F.col("event_time").cast("double").alias("_now"),
        *(f"{entity}_count_{window}" for window in windows),
    )
    longest = max(windows.values())
    slack = float(freshness_seconds)
    near = (F.col("_at") > F.col("_now") - longest * (1 + 1 / BUCKETS)) & (F.col("_at") <= F.col("_now") + slack)
    # The decision's own event may or may not have been counted when it was decided on.
    pairs = asked.join(seen, "_token", "left").where(near | F.isnull("_at"))
    counted = []
    for window, seconds in windows.items():
        age = F.col("_now") - F.col("_at")
        surely = (age > slack) & (age < seconds * (1 - 1 / BUCKETS) - slack) & (F.col("id") != F.col("event_id"))
        maybe = (age >= -slack) & (age < seconds * (1 + 1 / BUCKETS) + slack)
        counted += [
            F.sum(F.when(surely, 1).otherwise(0)).alias(f"_least_{window}"),
            F.sum(F.when(maybe, 1).otherwise(0)).alias(f"_most_{window}"),
            F.first(f"{entity}_count_{window}").alias(f"_online_{window}"),
        ]
    per_event = pairs.groupBy("event_id").agg(*counted)
    explained = (
        F.col(f"_online_{window}").between(F.col(f"_least_{window}"), F.col(f"_most_{window}")) for window in windows
    )
    wrong = reduce(add, (F.when(one, 0).otherwise(1) for one in explained))
    found = per_event.agg(F.count("*").alias("events"), F.sum(wrong).alias("apart")).first()
    assert found is not None  # an aggregate without groups has one row
    return Parity(compared=found["events"] * len(windows), apart=found["apart"] or 0)
