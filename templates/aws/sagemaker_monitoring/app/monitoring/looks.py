"""What is looked at, as functions of a day and a store: each gives metric -> value."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log2
from typing import Any

import numpy as np
import pandas as pd
from pyarrow import parquet

from learning import measures
from learning.columns import AMOUNT, LABEL, SCORE, WEIGHT
from learning.forecasts import quality

from .store import Store

CHAMPION, CHALLENGER = "champion", "challenger"
ANSWER_COLUMNS = ("series_id", "target_date", "p10", "p50", "p90")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered: a score, and its reasons by weight."""

    score: float
    reasons: tuple[str, ...]


class InputMissing(RuntimeError):
    """What a look needs of its day is not there; the message names the place."""


def drift(store: Store, captured: str, evaluation: str, day: date, most: int) -> dict[str, float]:
    """How the scores of `day`, and the reasons given for them, differ from those of the evaluation.

    `ScorePSI` is the stability index of the scores. `ReasonsRanking` is the normalised discounted cumulative gain of
    the reasons, 1 where they are named as often in the same order: attribution drift as SageMaker Clarify measures it,
    on the exact contributions that each reply carries. Source: SageMaker developer guide, feature attribution drift.

    Args:
        captured: prefix of the endpoint's captured requests, by variant and hour.
        evaluation: prefix of the evaluation of the version that is served.
        most: replies that are read at most; the objects are taken evenly over the day.

    Raises:
        InputMissing: nothing was captured, or there is no baseline.
    """
    baseline, reasons = _of_evaluation(store, evaluation, "score"), _of_evaluation(store, evaluation, "reason")
    expected = np.array(baseline["shares"])
    found = {}
    for variant, metric in ((CHAMPION, "ScorePSI"), (CHALLENGER, "ChallengerPSI")):
        replies = _replies(store, f"{captured}/{variant}/{day:%Y/%m/%d}/", most)
        if replies:
            scores = np.array([reply.score for reply in replies])
            found[metric] = measures.stability_index(expected, measures.histogram(scores, baseline["edges"]))
        if variant == CHAMPION:
            found["ScoresSeen"] = float(len(replies))
            if replies and reasons:
                found["ReasonsRanking"] = ranking_kept(reasons, replies)
    if not found["ScoresSeen"]:
        raise InputMissing(f"nothing was captured on {day} below {captured}")
    return found


def ranking_kept(expected: Mapping[str, float], replies: Sequence[Reply]) -> float:
    """Gain of the order in which reasons are named now, over that of the best order; what was expected of a reason is
    its gain, and one that nobody names any more comes last."""
    named = Counter(reason for reply in replies for reason in reply.reasons)
    now = sorted(expected, key=lambda reason: (-named[reason], expected[reason], reason))
    best = sorted(expected.values(), reverse=True)
    return _gain([expected[reason] for reason in now]) / _gain(best)


def _gain(values: Sequence[float]) -> float:
    return sum(value / log2(place + 1) for place, value in enumerate(values, start=1))


def _of_evaluation(store: Store, evaluation: str, kind: str) -> Any:
    name = f"{kind}_baseline.json"
    try:
        return json.loads(store.get(f"{evaluation}/{name}"))
    except FileNotFoundError as error:
        raise InputMissing(f"no {name} below {evaluation}") from error


def violations(store: Store, reports: str, day: date) -> dict[str, float]:
    """Violations that Model Monitor has reported on `day`, summed over its hours. No report is no violation: an hour
    without requests has none."""
    count = 0
    for address in store.list(f"{reports}/"):
        if address.endswith("/constraint_violations.json") and f"/{day:%Y/%m/%d}/" in address:
            count += len(json.loads(store.get(address))["violations"])
    return {"DataQualityViolations": float(count)}


def mature_labels(
    store: Store, curated: str, as_of: date, delay: timedelta, false_positive_rate: float
) -> dict[str, float]:
    """What was stopped of the day whose labels have just become mature, at the false-positive rate that was agreed.

    Raises:
        InputMissing: the day is not in the curated data, or holds no fraud or no score at all.
    """
    day = as_of - delay - timedelta(days=1)
    frames = list(tables(store, f"{curated}/date={day:%Y-%m-%d}/", [LABEL, SCORE, AMOUNT, WEIGHT]))
    if not frames:
        raise InputMissing(f"no decisions of {day} below {curated}")
    frame = pd.concat(frames, ignore_index=True)
    # Without a score the rules have decided alone: no version is to blame or to praise.
    frame = frame[frame[SCORE].notna() & frame[LABEL].notna()]
    labels, scores = frame[LABEL].to_numpy(np.float64), frame[SCORE].to_numpy(np.float64)
    weights = frame[WEIGHT].to_numpy(np.float64) if WEIGHT in frame else np.ones(len(frame))
    if not 0 < labels.sum() < len(labels):
        raise InputMissing(f"the scored decisions of {day} have labels of one class alone")
    threshold = measures.threshold_at(labels, scores, weights, false_positive_rate)
    amounts = frame[AMOUNT].to_numpy(np.float64)
    return {
        "ValueRecall": measures.recall_at(labels, scores, weights * amounts, threshold),
        "Recall": measures.recall_at(labels, scores, weights, threshold),
        "ActualRate": float(np.average(labels, weights=weights)),
    }


def past_forecasts(store: Store, answers: str, curated: str, as_of: date, horizon_days: int) -> dict[str, float]:
    """Quality of the youngest run all of whose days have come.

    Raises:
        InputMissing: that run is not there, or none of its days has an actual.
    """
    run = as_of - timedelta(days=horizon_days + 1)
    prefix = f"{answers}/date={run:%Y-%m-%d}/"
    texts = [store.get(address) for address in store.list(prefix)]
    texts = [text for text in texts if text.strip()]
    if not texts:
        raise InputMissing(f"no forecasts of {run} below {answers}")
    forecast = pd.concat(
        [pd.read_csv(io.BytesIO(text), header=None, names=list(ANSWER_COLUMNS)) for text in texts], ignore_index=True
    )
    forecast["target_date"] = pd.to_datetime(forecast["target_date"])
    first, last = forecast["target_date"].min(), forecast["target_date"].max()
    parts = []
    for frame in tables(store, f"{curated}/", ["series_id", "date", "quantity"]):
        day = pd.to_datetime(frame["date"])
        parts.append(frame.assign(date=day)[(day >= first) & (day <= last) & frame["quantity"].notna()])
    if not parts:
        raise InputMissing(f"no actual quantities below {curated}")
    known = pd.concat(parts, ignore_index=True).rename(columns={"date": "target_date"})
    # Keys of one form on both sides: a series of digits is a number to CSV and a text to Parquet.
    known["series_id"], forecast["series_id"] = known["series_id"].astype(str), forecast["series_id"].astype(str)
    both = forecast.merge(known, on=["series_id", "target_date"], validate="one_to_one")
    if not len(both) or not both["quantity"].abs().sum():
        raise InputMissing(f"no day of the forecasts of {run} has an actual quantity")
    columns = [both[name].to_numpy(np.float64) for name in ("quantity", "p10", "p50", "p90")]
    figures = quality(*columns)
    return {
        "WAPE": figures["wape"],
        "Bias": abs(figures["bias"]),
        "SignedBias": figures["bias"],
        "Coverage": figures["coverage"],
    }


def _replies(store: Store, prefix: str, most: int) -> list[Reply]:
    """Captured replies; what was captured of an error is none. Objects evenly over the day, up to `most`."""
    addresses = [address for address in store.list(prefix) if address.endswith(".jsonl")]
    found: list[Reply] = []
    for address in _evenly(addresses):
        if len(found) >= most:
            break
        for line in store.get(address).splitlines():
            reply = _reply(line)
            if reply is not None:
                found.append(reply)
    return found[:most]


def _evenly(addresses: list[str]) -> Iterator[str]:
    """All of them, so ordered that any beginning is spread over the day: every 16th first, then those between."""
    for start in range(16):
        yield from addresses[start::16]


def _reply(line: bytes) -> Reply | None:
    try:
        said = json.loads(json.loads(line)["captureData"]["endpointOutput"]["data"])
        return Reply(float(said["score"]), tuple(map(str, said["reasons"])))
    except (KeyError, TypeError, ValueError):
        return None


def tables(store: Store, prefix: str, columns: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Parquet files below a prefix, with those of the columns that they have."""
    for address in store.list(prefix):
        if address.endswith(".parquet"):
            file = parquet.ParquetFile(io.BytesIO(store.get(address)))
            # Only these are unpacked: a table of all features would not fit into memory.
            yield file.read([column for column in columns if column in file.schema_arrow.names]).to_pandas()
