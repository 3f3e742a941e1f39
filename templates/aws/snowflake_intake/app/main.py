"""The job as AWS Glue starts it: what has changed goes from Snowflake into the lake, then the state moves on."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import boto3
from awsglue.context import GlueContext  # ty: ignore[import-not-found] - exists inside Glue alone
from pyspark.context import SparkContext

from change_window import State, next_window
from intake.query import changed_rows, connection_options, place
from intake.settings import Settings, read_settings

log = logging.getLogger("intake")


def main(settings: Settings) -> None:
    """One run. A failure leaves the state as it was: the next run fetches the same window again."""
    s3 = boto3.client("s3", region_name=settings.region)
    state = State(s3, settings.state_bucket, f"{settings.component}/state/reached.json")
    now = datetime.now(UTC)
    window = next_window(state.read(), now)
    query = changed_rows(settings.table, settings.changed_at, window)
    frame = (
        GlueContext(SparkContext.getOrCreate())
        .create_dynamic_frame.from_options(
            connection_type="snowflake",
            connection_options=connection_options(settings.connection, settings.database, settings.schema, query),
        )
        .toDF()
    )
    target = place(settings.lake, settings.component, settings.day or now.date(), window.until)
    frame.write.mode("overwrite").parquet(target)
    # Counted where it landed: a second look at Snowflake could see another number.
    rows = frame.sparkSession.read.schema(frame.schema).parquet(target).count()
    state.write(window.until)
    log.warning("%d rows changed between %s and %s have landed", rows, window.since, window.until)
    boto3.client("cloudwatch", region_name=settings.region).put_metric_data(
        Namespace=f"archgen/{settings.project}",
        MetricData=[
            {
                "MetricName": "RowsLanded",
                "Dimensions": [{"Name": "Component", "Value": settings.component}],
                "Value": rows,
                "Unit": "Count",
            }
        ],
    )


if __name__ == "__main__":
    main(read_settings(sys.argv[1:]))
