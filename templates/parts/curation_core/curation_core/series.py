"""Daily series, dense and with what is known ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


def daily(sales: DataFrame, first: date, last: date, horizon_days: int) -> DataFrame:
    """`series_id`, `date`, `quantity`: a row for each series and day; null beyond `last`, the days to be forecast.

    A day without sales is a zero, not a gap: a model that never sees zeros forecasts too much.

    Args:
        sales: `series_id`, `date`, `quantity`; several rows a day add up.
    """
    days = F.explode(F.sequence(F.lit(first), F.lit(last + timedelta(days=horizon_days)))).alias("date")
    grid = sales.select("series_id").distinct().select("series_id", days)
    sums = (
        sales.where(F.col("date").between(F.lit(first), F.lit(last)))
        .groupBy("series_id", "date")
        .agg(F.sum(F.col("quantity").cast("double")).alias("quantity"))
    )
    known = F.when(F.col("date") <= F.lit(last), F.coalesce("quantity", F.lit(0.0)))
    return grid.join(sums, ["series_id", "date"], "left").withColumn("quantity", known)


def newest(rows: DataFrame, keys: Sequence[str], changed_at: str) -> DataFrame:
    """The last state of each row of a source that sends a row again when it changes."""
    columns = [column for column in rows.columns if column not in keys]
    last = F.max(F.struct(F.col(changed_at).alias("_order"), *(F.col(column) for column in columns))).alias("_last")
    return rows.groupBy(*keys).agg(last).select(*keys, *(f"_last.{column}" for column in columns))


def with_covariates(series: DataFrame, rows: DataFrame, columns: Sequence[str]) -> DataFrame:
    """What is known of a series and day ahead of time, such as a promotion; 0 where nothing is said.

    Args:
        rows: `series_id`, `date` and numeric `columns`; the highest counts where a day is named twice.
    """
    known = rows.groupBy("series_id", "date").agg(*(F.max(F.col(c).cast("double")).alias(c) for c in columns))
    joined = series.join(known, ["series_id", "date"], "left")
    return joined.select(*series.columns, *(F.coalesce(F.col(c), F.lit(0.0)).alias(c) for c in columns))
