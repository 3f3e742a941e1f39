"""The job as AWS Glue starts it: what has changed goes from SAP into the lake, then the state moves on."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import boto3
from pyspark.sql import SparkSession

from change_window import State, Window, next_window
from intake.landing import Place, land, starts
from intake.settings import Settings, read_login, read_settings
from odata_pages import EntitySet, Login, count, page

log = logging.getLogger("intake")


def main(settings: Settings) -> None:
    """One run. A failure leaves the state as it was: the next run fetches the same window again."""
    s3 = boto3.client("s3", region_name=settings.region)
    secrets = boto3.client("secretsmanager", region_name=settings.region)
    login = read_login(secrets.get_secret_value(SecretId=settings.secret_arn)["SecretString"])
    state = State(s3, settings.state_bucket, f"{settings.component}/state/reached.json")
    now = datetime.now(UTC)
    window = next_window(state.read(), now)
    rows = count(settings.entities, login, window)
    place = Place(settings.lake, settings.component, settings.day or now.date(), window.until)
    context = SparkSession.builder.getOrCreate().sparkContext
    pages = context.parallelize(starts(rows, settings.page_rows), settings.connections)
    fetch = fetcher(settings.entities, login, window, settings.page_rows, place, settings.region)
    landed = pages.map(fetch).sum() if rows else 0
    if landed < rows:
        raise RuntimeError(f"{landed} of {rows} rows arrived; nothing is lost, the next run fetches the window again")
    state.write(window.until)
    log.warning("%d rows changed between %s and %s have landed", landed, window.since, window.until)
    _count_rows(settings, int(landed))


def fetcher(
    entities: EntitySet, login: Login, window: Window, page_rows: int, place: Place, region: str
) -> Callable[[int], int]:
    """What an executor does with the number of a page's first row. The client is made there: it cannot be sent."""

    def fetch(skip: int) -> int:
        objects = boto3.client("s3", region_name=region)
        return land(objects, place, skip, page(entities, login, window, skip, page_rows))

    return fetch


def _count_rows(settings: Settings, rows: int) -> None:
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
