"""Decision records as they were published, one row per event."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

EVENT = T.StructType(
    [
        T.StructField("id", T.StringType()),
        T.StructField("time", T.TimestampType()),
        T.StructField(
            "amount",
            T.StructType([T.StructField("value", T.StringType()), T.StructField("currency", T.StringType())]),
        ),
        T.StructField("entities", T.MapType(T.StringType(), T.StringType())),
        T.StructField("attributes", T.MapType(T.StringType(), T.StringType())),
    ]
)
"""The event contract, as Spark reads it from JSON."""
RECORD = T.StructType(
    [
        *EVENT.fields,
        T.StructField("features", T.MapType(T.StringType(), T.MapType(T.StringType(), T.DoubleType()))),
        T.StructField(
            "decision",
            T.StructType(
                [
                    T.StructField("outcome", T.StringType()),
                    T.StructField("decided_by", T.StringType()),
                    T.StructField("score", T.DoubleType()),
                    T.StructField("model_version", T.StringType()),
                    T.StructField("decided_at", T.TimestampType()),
                ]
            ),
        ),
    ]
)
"""The decision record: the event, the online features as they were, and the decision."""
FEATURES = ("count", "amount")


def feature_names(entities: Sequence[str], windows: Sequence[str]) -> Sequence[str]:
    """Features as the model's interface names them, e.g. `card_count_5m`."""
    return [f"{entity}_{kind}_{window}" for entity in entities for kind in FEATURES for window in windows]


def flatten(records: DataFrame, entities: Sequence[str], windows: Sequence[str]) -> DataFrame:
    """One row per event: the first decision on it, in the columns that training reads.

    The features are those of the moment of the decision, which no later recomputation can match exactly: a model that
    learns from them learns from what it will see.
    """
    first = Window.partitionBy("id").orderBy(F.asc_nulls_last("decision.decided_at"))
    rows = (
        records.where(F.isnotnull("id") & F.isnotnull("time"))
        .withColumn("_place", F.row_number().over(first))
        .where("_place = 1")
    )
    attributes = attribute_names(rows)
    return rows.select(
        F.col("id").alias("event_id"),
        F.col("time").alias("event_time"),
        F.col("amount.value").cast("double").alias("amount"),
        F.col("amount.currency").alias("currency"),
        F.col("decision.score").alias("score"),
        F.col("decision.model_version").alias("model_version"),
        *(F.col("entities").getItem(entity).alias(f"entity_{entity}") for entity in entities),
        *(F.col("attributes").getItem(name).alias(f"attribute_{name}") for name in attributes),
        *(_feature(entity, kind, window) for entity in entities for kind in FEATURES for window in windows),
    )


def attribute_names(rows: DataFrame) -> Sequence[str]:
    """Every attribute that any event has, sorted; the contract allows 64 per event."""
    found = rows.select(F.explode(F.map_keys("attributes")).alias("name")).distinct().collect()
    return sorted(row["name"] for row in found)


def sample(rows: DataFrame, share: float) -> DataFrame:
    """All positives and a share of the negatives, with `sample_weight` to undo it. The same ids in every run.

    Raises:
        ValueError: `share` is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share of {share}; expected more than 0 and at most 1")
    # Ids of the same event fall into the same bucket on any cluster: no seed, no state.
    kept = F.pmod(F.xxhash64("event_id"), F.lit(1_000_000)) < round(share * 1_000_000)
    weight = F.when(F.col("label") == 1, F.lit(1.0)).otherwise(F.lit(1.0 / share))
    return rows.where((F.col("label") == 1) | kept).withColumn("sample_weight", weight)


def _feature(entity: str, kind: str, window: str) -> Column:
    # An entity without history is absent from the record: nothing has happened, which is a number.
    value = F.col("features").getItem(entity).getItem(f"{kind}_{window}")
    present = F.isnotnull(F.col("entities").getItem(entity))
    return F.when(present, F.coalesce(value, F.lit(0.0))).alias(f"{entity}_{kind}_{window}")
