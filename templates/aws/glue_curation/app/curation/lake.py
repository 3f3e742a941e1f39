"""Reading and writing below prefixes of the lake, whatever file system lies under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from curation.settings import Input


class Lake:
    """`scheme` is `s3` in the cloud; tests read folders of `file`, where a bucket is a path."""

    def __init__(self, spark: SparkSession, scheme: str = "s3") -> None:
        self.spark = spark
        self._scheme = scheme

    def path(self, bucket: str, prefix: str) -> str:
        """The address of a prefix."""
        return f"{self._scheme}://{bucket}/{prefix}"

    def exists(self, path: str) -> bool:
        """Whether anything lies there."""
        place, system = self._at(path)
        return system.exists(place)

    def folders(self, path: str) -> Sequence[str]:
        """Names of what lies directly below, sorted."""
        place, system = self._at(path)
        return sorted(one.getPath().getName() for one in system.listStatus(place)) if system.exists(place) else []

    def remove(self, path: str) -> None:
        """Remove all that lies below."""
        place, system = self._at(path)
        system.delete(place, True)

    def days(self, one: Input, days: Sequence[date], schema: StructType) -> DataFrame:
        """What arrived on these days, as the schema has it; empty where nothing did."""
        found = [p for p in (self._day(one, day) for day in days) if self.exists(p)]
        if not found:
            return self.spark.createDataFrame([], schema)
        return self._read(one, schema).option("basePath", self.path(one.bucket, one.prefix)).load(found)

    def since(self, one: Input, first: date | None = None) -> DataFrame | None:
        """All that arrived from a day on, in the source's own columns; None where nothing ever did."""
        path = self.path(one.bucket, one.prefix)
        if not self.exists(path):
            return None
        # A change capture has folders of its own, by schema, table and date, in which Spark finds nothing by itself.
        by_day = any(name.startswith("date=") for name in self.folders(path))
        rows = self._read(one, None).option("recursiveFileLookup", str(not by_day).lower()).load(path)
        if first is not None and "date" in rows.columns:
            rows = rows.where(F.col("date") >= F.lit(first))
        return rows

    def replace(self, rows: DataFrame, path: str) -> None:
        """Write rows as Parquet in place of what lies there."""
        self._write(rows).parquet(path)

    def replace_csv(self, rows: DataFrame, path: str, *, header: bool) -> None:
        """Write rows as CSV in place of what lies there; a line of names heads each file, or none does."""
        self._write(rows).option("header", str(header).lower()).option("emptyValue", "").csv(path)

    def _write(self, rows: DataFrame):
        # No empty `_SUCCESS` beside the rows: who reads a prefix, as a batch transform does, would take it for rows.
        return rows.write.mode("overwrite").option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")

    def _day(self, one: Input, day: date) -> str:
        return f"{self.path(one.bucket, one.prefix)}/date={day.isoformat()}"

    def _read(self, one: Input, schema: StructType | None):
        reader = self.spark.read.format(one.form)
        return reader if schema is None else reader.schema(schema)

    def _at(self, path: str):
        # What Spark offers to Python has no way to look, only to read.
        java: Any = self.spark._jvm
        context: Any = self.spark._jsc
        place = java.org.apache.hadoop.fs.Path(path)
        return place, place.getFileSystem(context.hadoopConfiguration())
