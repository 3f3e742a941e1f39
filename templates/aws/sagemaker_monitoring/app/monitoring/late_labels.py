"""Labels for Model Monitor, and what it has made of them.

A captured request carries no id of its event, and its own id is SageMaker's. It is found again by what both sides hold:
the tokens of its entities, its amount and currency, the version that scored it and the score to its last digit.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

import pandas as pd

from learning.columns import AMOUNT, ENTITY_PREFIX, LABEL, SCORE

from .looks import CHAMPION, InputMissing, tables
from .store import Store

CURRENCY, VERSION = "currency", "model_version"
DAYS_AFTER_MATURITY = 2
"""The monitors look at a day this long after its labels have become mature; see the program's `late_labels.py`."""
ENOUGH_REQUESTS = 10_000
"""Below so many captured requests of a day it may be chance that none of them is among the sampled rows."""
WEEK = 7
GAPS = {"RD": "RecallGap", "SD": "SpecificityGap"}
"""Clarify's names. Both compare within one label, so that the sampling of negatives does not change them."""


def write_labels(
    store: Store, captured: str, curated: str, target: str, as_of: date, delay: timedelta, entities: Sequence[str]
) -> dict[str, float]:
    """Write the labels of the day that has just become mature for the requests that were captured of it.

    One file of JSON lines per hour of capture, `target/yyyy/mm/dd/hh/labels.jsonl`; a repeated run writes the same.

    Raises:
        InputMissing: requests were captured and there is no curated row of the day.
    """
    day = as_of - delay - timedelta(days=1)
    hours = _by_hour(store, f"{captured}/{CHAMPION}/{day:%Y/%m/%d}/")
    if not hours:
        # Before the endpoint was there, nothing was captured: no label is missing.
        return {}
    labels = _labels(store, f"{curated}/date={day:%Y-%m-%d}/", entities)
    if not labels:
        raise InputMissing(f"requests of {day} were captured, and there is no decision of it below {curated}")
    seen = matched = 0
    for hour, addresses in hours.items():
        lines = []
        for address in addresses:
            for line in store.get(address).splitlines():
                seen += 1
                if said := _labelled(line, labels, entities):
                    lines.append(said)
        if lines:
            store.put(f"{target}/{hour}/labels.jsonl", ("\n".join(lines) + "\n").encode())
        matched += len(lines)
    if not matched and seen < ENOUGH_REQUESTS:
        return {}
    return {"LabelsMatched": float(matched)}


def reports(
    store: Store, target: str, quality: str, groups: str | None, as_of: date, delay: timedelta
) -> dict[str, float]:
    """What the monitors have found, after checking that they ran: of a day with labels there is a report.

    Args:
        quality: prefix of the reports of the quality monitor.
        groups: prefix of those of the group monitor, None where no groups are compared.

    Raises:
        InputMissing: a monitor has not reported on a day that has labels.
    """
    yesterday = as_of - timedelta(days=1)
    watched = yesterday - delay - timedelta(days=DAYS_AFTER_MATURITY + 1)
    found = {prefix: list(store.list(f"{prefix}/")) for prefix in (quality, *([groups] if groups else []))}
    if any(True for _ in store.list(f"{target}/{watched:%Y/%m/%d}/")):
        for prefix, addresses in found.items():
            if not _of_day(addresses, yesterday):
                raise InputMissing(f"no report of {yesterday} below {prefix}, though {watched} has labels")
    return _gaps(store, found[groups], yesterday) if groups else {}


def _gaps(store: Store, addresses: Sequence[str], until: date) -> dict[str, float]:
    """The largest difference of any group from the others, each taken as the median of a week: of a sample, a day has
    few positives in a small group."""
    found: dict[tuple[str, str, str], list[float]] = {}
    for back in range(WEEK):
        for address in _of_day(addresses, until - timedelta(days=back)):
            if address.endswith("/analysis.json"):
                for key, value in _differences(json.loads(store.get(address))):
                    found.setdefault(key, []).append(abs(value))
    largest: dict[str, float] = {}
    for (_, _, metric), values in found.items():
        name = GAPS[metric]
        largest[name] = max(largest.get(name, 0.0), median(values))
    return largest


def _differences(report: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str, str], float]]:
    """(column, value, metric) -> difference; what could not be reckoned, as of a group without positives, is left."""
    for column, values in report.get("post_training_bias_metrics", {}).get("facets", {}).items():
        for group in values:
            for metric in group["metrics"]:
                value = metric.get("value")
                if metric["name"] in GAPS and isinstance(value, (int, float)) and math.isfinite(value):
                    yield (column, str(group["value_or_threshold"]), metric["name"]), float(value)


def _of_day(addresses: Sequence[str], day: date) -> list[str]:
    """Those of a day's reports: `<schedule>/yyyy/mm/dd/hh/<file>` below their prefix."""
    return [address for address in addresses if f"/{day:%Y/%m/%d}/" in address]


def _by_hour(store: Store, prefix: str) -> dict[str, list[str]]:
    """`yyyy/mm/dd/hh` -> files of captured requests."""
    found: dict[str, list[str]] = {}
    for address in store.list(prefix):
        if address.endswith(".jsonl"):
            found.setdefault("/".join(address.split("/")[-5:-1]), []).append(address)
    return found


def _labels(store: Store, prefix: str, entities: Sequence[str]) -> dict[bytes, int]:
    """Key -> label. A key of two labels is left out: which of them a request has nobody can say."""
    tokens = [f"{ENTITY_PREFIX}{entity}" for entity in entities]
    found: dict[bytes, int] = {}
    unclear: set[bytes] = set()
    for frame in tables(store, prefix, [LABEL, SCORE, AMOUNT, CURRENCY, VERSION, *tokens]):
        scored = frame[frame[SCORE].notna() & frame[LABEL].notna()]
        absent = pd.Series([None] * len(scored), index=scored.index)
        columns = [scored.get(name, absent) for name in (AMOUNT, CURRENCY, VERSION, SCORE, *tokens)]
        for label, *values in zip(scored[LABEL], *columns, strict=True):
            key = _key(values)
            if found.setdefault(key, int(label)) != int(label):
                unclear.add(key)
    return {key: label for key, label in found.items() if key not in unclear}


def _labelled(line: bytes, labels: Mapping[bytes, int], entities: Sequence[str]) -> str | None:
    """The label of a captured request in Model Monitor's form; None where it has none, or is no request."""
    try:
        captured = json.loads(line)
        asked = json.loads(captured["captureData"]["endpointInput"]["data"])
        answered = json.loads(captured["captureData"]["endpointOutput"]["data"])
        features, tokens = asked["features"], asked["entities"]
        values = [features["amount"], features["currency"], answered["model_version"], answered["score"]]
        key = _key([*values, *(tokens.get(entity) for entity in entities)])
        # The caller's id, where there is one, takes the place of SageMaker's.
        event = captured["eventMetadata"].get("inferenceId") or captured["eventMetadata"]["eventId"]
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if key not in labels:
        return None
    return json.dumps(
        {
            "groundTruthData": {"data": json.dumps({"label": labels[key]}), "encoding": "JSON"},
            "eventMetadata": {"eventId": event},
            "eventVersion": "0",
        }
    )


def _key(values: Sequence[Any]) -> bytes:
    """Sixteen bytes instead of all values: a day has millions of them. A number keeps its last digit."""
    parts = [_text(value) for value in values]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def _text(value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return value if isinstance(value, str) else repr(float(value))
