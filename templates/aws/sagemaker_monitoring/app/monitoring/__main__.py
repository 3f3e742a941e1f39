"""One look: read, measure, publish. Ends with an error when anything of the day is missing."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import boto3

from . import late_labels, looks
from .store import S3Store, Store

log = logging.getLogger("monitoring")


def main(environment: Mapping[str, str], store: Store, cloudwatch: Any) -> int:
    """Make every look of the task; gives the number of those that failed. What one of them measured is published even
    if another one failed.

    Raises:
        KeyError: a variable is not set.
    """
    failed = 0
    for name, look in _looks(environment, store).items():
        try:
            metrics = look()
        except looks.InputMissing as error:
            log.error("%s: %s", name, error)
            failed += 1
        else:
            log.info("%s: %s", name, metrics)
            _publish(metrics, environment, cloudwatch)
    return failed


def _looks(environment: Mapping[str, str], store: Store) -> Mapping[str, Callable[[], dict[str, float]]]:
    today = datetime.fromisoformat(environment["AS_OF"]).date()
    yesterday = today - timedelta(days=1)
    curated = environment["CURATED_URI"]
    if environment["TASK"] == "forecasting":
        horizon = int(environment["HORIZON_DAYS"])
        answers = environment["ANSWERS_URI"]
        return {"forecasts": lambda: looks.past_forecasts(store, answers, curated, today, horizon)}
    delay = timedelta(days=float(environment["LABEL_DELAY_DAYS"]))
    rate = float(environment["FALSE_POSITIVE_RATE"])
    made: dict[str, Callable[[], dict[str, float]]] = {
        "labels": lambda: looks.mature_labels(store, curated, today, delay, rate)
    }
    if "CAPTURED_URI" in environment:
        captured, evaluation = environment["CAPTURED_URI"], environment["EVALUATION_URI"]
        most = int(environment["MAX_ROWS"])
        made["scores"] = lambda: looks.drift(store, captured, evaluation, yesterday, most)
        if reports := environment.get("REPORTS_URI"):
            made["requests"] = lambda: looks.violations(store, reports, yesterday)
        made |= _late_labels(environment, store, today, delay)
    return made


def _late_labels(
    environment: Mapping[str, str], store: Store, today: date, delay: timedelta
) -> Mapping[str, Callable[[], dict[str, float]]]:
    """What Model Monitor needs and what it has found; nothing where it does not join labels."""
    if "GROUND_TRUTH_URI" not in environment:
        return {}
    captured, curated, target = (environment[f"{name}_URI"] for name in ("CAPTURED", "CURATED", "GROUND_TRUTH"))
    entities = environment["ENTITIES"].split(",") if environment["ENTITIES"] else []
    quality, groups = environment["QUALITY_URI"], environment.get("GROUPS_URI")
    return {
        "late labels": lambda: late_labels.write_labels(store, captured, curated, target, today, delay, entities),
        "monitors": lambda: late_labels.reports(store, target, quality, groups, today, delay),
    }


def _publish(metrics: Mapping[str, float], environment: Mapping[str, str], cloudwatch: Any) -> None:
    if not metrics:
        return
    dimensions = [{"Name": "Component", "Value": environment["COMPONENT"]}]
    cloudwatch.put_metric_data(
        Namespace=f"archgen/{environment['PROJECT']}",
        MetricData=[
            {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": "None"}
            for name, value in sorted(metrics.items())
        ],
    )


if __name__ == "__main__":
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s %(message)s")
    region = os.environ["AWS_REGION"]
    clients = boto3.client("s3", region_name=region), boto3.client("cloudwatch", region_name=region)
    sys.exit(1 if main(os.environ, S3Store(clients[0]), clients[1]) else 0)
