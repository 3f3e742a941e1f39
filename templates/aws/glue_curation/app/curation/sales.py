"""Series to forecast: the sales so far, what is known ahead, the gate, and the rows of training and scoring."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from curation.decisions import Gate
from curation.lake import Lake
from curation.settings import Input, Settings
from curation_core.as_of import moment, renamed
from curation_core.forecast_rows import scoring_rows, training_rows
from curation_core.quality import series_rules
from curation_core.series import daily, newest, with_covariates

KEPT_STATES = 3
"""States of the sales that are kept: tonight's, and two to go back to."""

log = logging.getLogger("curation")


def curate(lake: Lake, settings: Settings, as_of: date, gate: Gate) -> int:
    """Write the series, the rows to train on and those to score tonight; how many rules were checked.

    Raises:
        QualityFailed: a rule failed; nothing is written, and the last night's rows stay as they are.
        ValueError: no source has sales.
    """
    last = as_of - timedelta(days=1)
    sales = _sales(lake, settings, as_of)
    series = daily(sales, last - timedelta(days=settings.history_days - 1), last, settings.horizon_days)
    covariates = _covariates(settings)
    for one, columns in covariates.items():
        series = with_covariates(series, _known_ahead(lake, settings, one), columns)
    names = [column for columns in covariates.values() for column in columns]
    series = series.cache()
    checked = gate(series.where(F.col("date") <= F.lit(last)), series_rules(names))
    root = lake.path(settings.bucket, settings.prefix)
    lake.replace(series, f"{root}/dataset")
    # A model learns its columns from the names at the head; what it is asked is rows alone, in the same order.
    learnt_from = training_rows(series, last, settings.horizon_days, names)
    lake.replace_csv(learnt_from, f"{root}/training", header=True)
    tonight = scoring_rows(series, last, settings.horizon_days, names)
    lake.replace_csv(tonight, f"{root}/scoring/date={as_of.isoformat()}", header=False)
    series.unpersist()
    return checked


def _sales(lake: Lake, settings: Settings, as_of: date) -> DataFrame:
    """Every sale in its last state: what earlier runs knew, and what has arrived.

    What arrived is deleted after the retention of raw data, and a series is longer than that: the state outlives it.
    """
    states = f"{lake.path(settings.bucket, settings.prefix)}/sales"
    before = [name for name in lake.folders(states) if name < f"date={as_of.isoformat()}"]
    parts = [lake.spark.read.parquet(f"{states}/{before[-1]}")] if before else []
    parts += [rows for one in settings.of_kind("features") if (rows := _arrived(lake, settings, one)) is not None]
    if not parts:
        raise ValueError("no source has sales; expected one whose columns name series_id, date and quantity")
    rows = parts[0]
    for part in parts[1:]:
        rows = rows.unionByName(part)
    lake.replace(newest(rows, ["row_id"], "changed_at"), f"{states}/date={as_of.isoformat()}")
    for old in before[: 1 - KEPT_STATES]:
        lake.remove(f"{states}/{old}")
    return lake.spark.read.parquet(f"{states}/date={as_of.isoformat()}")


def _arrived(lake: Lake, settings: Settings, one: Input) -> DataFrame | None:
    said = settings.columns[one.source]
    if "quantity" not in said or (rows := lake.since(one)) is None:
        return None
    return renamed(rows, said).select(
        F.col("row_id").cast("string"),
        moment("changed_at").alias("changed_at"),
        F.col("series_id").cast("string"),
        F.to_date(moment("date")).alias("date"),
        F.col("quantity").cast("double").alias("quantity"),
    )


def _covariates(settings: Settings) -> dict[Input, Sequence[str]]:
    """The sources of what is known ahead, and their columns."""
    found = {}
    for one in settings.of_kind("features"):
        said = settings.columns[one.source]
        if "quantity" not in said:
            found[one] = [ours for ours in said if ours not in ("series_id", "date", "row_id", "changed_at")]
    return found


def _known_ahead(lake: Lake, settings: Settings, one: Input) -> DataFrame:
    said = settings.columns[one.source]
    rows = lake.since(one)
    if rows is None:
        raise ValueError(f"nothing of {one.source} has arrived yet")
    known = newest(
        renamed(rows, said).withColumn("changed_at", moment("changed_at")), ["series_id", "date"], "changed_at"
    )
    return known.withColumn("date", F.to_date(moment("date"))).withColumn(
        "series_id", F.col("series_id").cast("string")
    )
