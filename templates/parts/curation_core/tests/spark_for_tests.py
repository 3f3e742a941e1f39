"""One Spark for all tests, and rows from plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from shutil import which
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

if which("java") is None:
    pytest.skip("Spark runs on Java, and there is none", allow_module_level=True)


@cache
def spark() -> SparkSession:
    return (
        SparkSession.builder.master("local[1]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        # The tests are over before the second compiler would pay.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.default.parallelism", "1")
        # A few hundred rows: compiling and replanning each query takes longer than running it.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )


def frame(rows: Sequence[Mapping[str, Any]], schema: str) -> DataFrame:
    names = [column.split()[0] for column in schema.split(", ")]
    return spark().createDataFrame([tuple(row.get(name) for name in names) for row in rows], schema)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def table(rows: DataFrame) -> list[dict[str, Any]]:
    return [row.asDict() for row in rows.collect()]
