"""Rows of a direct forecast over many days: one row per series and target day, and what was known at its origin.

The same function makes the rows that a model learns from and those that it forecasts: they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

LAGS = (7, 14, 28, 364)
MEANS = (7, 28, 91)


def columns(covariates: Sequence[str]) -> Sequence[str]:
    """Names of the features in the order that the model reads them."""
    lags = [f"lag_{days}" for days in LAGS]
    means = [f"mean_{days}" for days in MEANS]
    return ["horizon", "weekday", "month", *lags, *means, *covariates]


def scoring_rows(series: DataFrame, last: date, horizon_days: int, covariates: Sequence[str]) -> DataFrame:
    """`series_id`, `target_date` and the features, for each day after `last`."""
    ahead = (F.col("date") > F.lit(last)) & (F.col("date") <= F.lit(last + timedelta(days=horizon_days)))
    rows = _rows(series, F.lit(last), covariates).where(ahead)
    return rows.select("series_id", "target_date", *columns(covariates))


def training_rows(series: DataFrame, last: date, horizon_days: int, covariates: Sequence[str]) -> DataFrame:
    """The same columns and `actual`, for each day of the history: every day is a target once.

    Origins lie one horizon apart, counted back from `last`. Days before the first whole year have no lag of a year and
    are left out, unless that leaves nothing.
    """
    back = F.floor(F.datediff(F.lit(last), F.col("date")) / horizon_days) + 1
    origin = F.date_sub(F.lit(last), (back * horizon_days).cast("int"))
    bounds = series.agg(F.min("date").alias("first")).first()
    assert bounds is not None  # an aggregate without groups has one row
    begin = bounds["first"] + timedelta(days=max(LAGS)) if bounds["first"] else last
    begin = begin if begin < last - timedelta(days=horizon_days) else bounds["first"] or last
    rows = _rows(series, origin, covariates).where(F.col("date").between(F.lit(begin), F.lit(last)))
    return rows.select("series_id", "target_date", *columns(covariates), F.col("quantity").alias("actual"))


def _rows(series: DataFrame, origin: Column, covariates: Sequence[str]) -> DataFrame:
    by_day = Window.partitionBy("series_id").orderBy("date")
    horizon = F.datediff(F.col("date"), F.col("_origin"))
    rows = series.withColumn("_origin", origin).withColumn("horizon", horizon)
    for days in LAGS:
        # A lag shorter than the horizon lies after the origin: nobody knew it then.
        value = F.lag("quantity", days).over(by_day)
        rows = rows.withColumn(f"lag_{days}", F.when(F.col("horizon") <= days, value))
    means = series.select(
        "series_id",
        F.col("date").alias("_origin"),
        *(F.avg("quantity").over(by_day.rowsBetween(1 - days, 0)).alias(f"mean_{days}") for days in MEANS),
    )
    return (
        rows.join(means, ["series_id", "_origin"], "left")
        .withColumn("target_date", F.col("date"))
        # Monday is 1: Spark's own dayofweek begins with Sunday.
        .withColumn("weekday", F.weekday("date") + 1)
        .withColumn("month", F.month("date"))
    )
