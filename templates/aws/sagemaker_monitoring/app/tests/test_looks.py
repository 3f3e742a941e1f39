from __future__ import annotations

import io
import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from monitoring import __main__ as job
from monitoring import looks
from monitoring.store import S3Store, split

DAY = date(2026, 11, 22)
EVALUATION = "s3://artefacts/models/registry/run/evaluation"
CAPTURED = "s3://lake/capture/model/payments-prod-model"


class MemoryStore(dict):
    """A bucket as a dictionary."""

    def list(self, prefix):
        return iter(sorted(address for address in self if address.startswith(prefix)))

    def get(self, address):
        if address not in self:
            raise FileNotFoundError(address)
        return self[address]


REASONS = ("CARD_COUNT_1M", "AMOUNT")


def captured(scores, reasons=REASONS):
    lines = [
        json.dumps({"captureData": {"endpointOutput": {"data": json.dumps(reply), "encoding": "JSON"}}})
        for reply in ({"score": score, "reasons": reasons} for score in scores)
    ]
    return "\n".join(lines).encode()


def parquet(frame):
    target = io.BytesIO()
    frame.to_parquet(target, index=False)
    return target.getvalue()


@pytest.fixture
def store():
    random = np.random.default_rng(5)
    edges = [0.1, 0.2, 0.3, 0.4]
    shares = np.bincount(np.searchsorted(edges, random.beta(2, 8, 50_000)), minlength=5) / 50_000
    baseline = json.dumps({"edges": edges, "shares": shares.tolist()}).encode()
    reasons = json.dumps({"CARD_COUNT_1M": 0.6, "AMOUNT": 0.5, "MERCHANT_COUNT_1M": 0.01}).encode()
    return MemoryStore({f"{EVALUATION}/score_baseline.json": baseline, f"{EVALUATION}/reason_baseline.json": reasons})


def scores_of(store, scores, variant="champion", hour=3):
    store[f"{CAPTURED}/{variant}/2026/11/22/{hour:02}/part.jsonl"] = captured(scores)


def test_scores_like_those_of_the_evaluation_do_not_drift(store):
    scores_of(store, np.random.default_rng(6).beta(2, 8, 5_000))
    found = looks.drift(store, CAPTURED, EVALUATION, DAY, 10_000)
    assert found["ScorePSI"] < 0.01
    assert found["ScoresSeen"] == 5_000
    assert "ChallengerPSI" not in found


def test_scores_of_another_population_drift_and_a_challenger_has_a_figure_of_its_own(store):
    random = np.random.default_rng(7)
    scores_of(store, random.beta(4, 6, 5_000))
    scores_of(store, random.beta(2, 8, 500), "challenger")
    found = looks.drift(store, CAPTURED, EVALUATION, DAY, 10_000)
    assert found["ScorePSI"] > 0.25
    assert found["ChallengerPSI"] < 0.1


def test_a_day_is_sampled_over_all_of_its_hours(store):
    for hour in range(24):
        scores_of(store, [0.05 if hour < 12 else 0.95] * 100, hour=hour)
    found = looks._replies(store, f"{CAPTURED}/champion/2026/11/22/", 400)
    assert len(found) == 400
    assert {reply.score for reply in found} == {0.05, 0.95}


def test_captured_errors_have_no_score(store):
    address = f"{CAPTURED}/champion/2026/11/22/03/part.jsonl"
    store[address] = captured([0.2]) + b'\n{"captureData": {}}\nnot json\n'
    assert looks.drift(store, CAPTURED, EVALUATION, DAY, 10)["ScoresSeen"] == 1


def test_silence_is_no_measurement(store):
    with pytest.raises(looks.InputMissing, match="nothing was captured on 2026-11-22"):
        looks.drift(store, CAPTURED, EVALUATION, DAY, 10)
    with pytest.raises(looks.InputMissing, match=r"no score_baseline\.json"):
        looks.drift(store, CAPTURED, "s3://artefacts/other", DAY, 10)


def test_reasons_in_their_old_order_have_not_drifted_whatever_the_scores(store):
    store[f"{CAPTURED}/champion/2026/11/22/03/part.jsonl"] = (
        captured([0.9] * 100) + b"\n" + captured([0.9], REASONS[:1])
    )
    assert looks.drift(store, CAPTURED, EVALUATION, DAY, 1_000)["ReasonsRanking"] == pytest.approx(1.0)


def test_a_reason_that_nobody_gave_before_and_all_give_now_is_drift(store):
    store[f"{CAPTURED}/champion/2026/11/22/03/part.jsonl"] = captured([0.2] * 100, ["MERCHANT_COUNT_1M"])
    found = looks.drift(store, CAPTURED, EVALUATION, DAY, 1_000)
    # 0.01/1 + 0.5/1.585 + 0.6/2 over 0.6/1 + 0.5/1.585 + 0.01/2: what was worth most comes last.
    assert found["ReasonsRanking"] == pytest.approx(0.6254 / 0.9205, abs=1e-3)


def test_violations_of_a_days_hours_are_summed():
    report = json.dumps({"violations": [{"feature_name": "amount"}, {"feature_name": "currency"}]}).encode()
    place = "s3://artefacts/monitoring/reports/endpoint/schedule"
    store = MemoryStore(
        {
            f"{place}/2026/11/22/01/constraint_violations.json": report,
            f"{place}/2026/11/22/02/constraint_violations.json": report,
            f"{place}/2026/11/22/02/statistics.json": b"{}",
            f"{place}/2026/11/21/02/constraint_violations.json": report,
        }
    )
    assert looks.violations(store, "s3://artefacts/monitoring/reports", DAY) == {"DataQualityViolations": 4}


def test_labels_are_judged_on_the_day_on_which_they_became_mature():
    frame = pd.DataFrame(
        {
            "label": [1, 1, 0, 0, 0, 0, 1],
            "score": [0.9, 0.2, 0.3, 0.1, 0.1, 0.1, None],
            "amount": [900.0, 100.0, 10.0, 10.0, 10.0, 10.0, 5000.0],
            "sample_weight": [1.0, 1.0, 5.0, 5.0, 5.0, 5.0, 1.0],
        }
    )
    store = MemoryStore({"s3://curated/curation/dataset/date=2026-08-23/part.parquet": parquet(frame)})
    found = looks.mature_labels(store, "s3://curated/curation/dataset", date(2026, 11, 22), timedelta(days=90), 0.0)
    # The threshold lies just over 0.3; what had no score was decided by the rules and is not counted.
    assert found["ValueRecall"] == pytest.approx(0.9)
    assert found["Recall"] == pytest.approx(0.5)
    assert found["ActualRate"] == pytest.approx(2 / 22)


def test_a_day_without_labels_is_missing_and_not_perfect():
    with pytest.raises(looks.InputMissing, match="no decisions of 2026-08-23"):
        looks.mature_labels(MemoryStore(), "s3://curated/x", date(2026, 11, 22), timedelta(days=90), 0.01)


def forecasting_store():
    run = date(2026, 11, 22) - timedelta(days=3)
    days = [run + timedelta(days=1), run + timedelta(days=2)]
    answers = "".join(f"7,{day},8,10,12\n" for day in days)
    actual = pd.DataFrame({"series_id": ["7", "7", "7"], "date": [run, *days], "quantity": [99.0, 10.0, 15.0]})
    return MemoryStore(
        {
            f"s3://results/forecast/date={run}/part.csv.out": answers.encode(),
            "s3://curated/curation/dataset/part.parquet": parquet(actual),
        }
    )


def test_a_run_is_judged_when_all_of_its_days_have_come():
    found = looks.past_forecasts(
        forecasting_store(), "s3://results/forecast", "s3://curated/curation/dataset", date(2026, 11, 22), 2
    )
    assert found["WAPE"] == pytest.approx(5 / 25)
    assert found["SignedBias"] == pytest.approx(-5 / 25)
    assert found["Bias"] == pytest.approx(5 / 25)
    assert found["Coverage"] == pytest.approx(0.5)


class CloudWatch:
    def __init__(self):
        self.calls = []

    def put_metric_data(self, **call):
        self.calls.append(call)


ENVIRONMENT = {
    "TASK": "forecasting",
    "AS_OF": "2026-11-22T08:00:00.000Z",
    "PROJECT": "demand-prod",
    "COMPONENT": "model-monitoring",
    "HORIZON_DAYS": "2",
    "ANSWERS_URI": "s3://results/forecast",
    "CURATED_URI": "s3://curated/curation/dataset",
}


def test_the_job_publishes_what_it_measured_where_the_alarms_look():
    cloudwatch = CloudWatch()
    assert job.main(ENVIRONMENT, forecasting_store(), cloudwatch) == 0
    (call,) = cloudwatch.calls
    assert call["Namespace"] == "archgen/demand-prod"
    assert {each["MetricName"] for each in call["MetricData"]} == {"WAPE", "Bias", "SignedBias", "Coverage"}
    assert call["MetricData"][0]["Dimensions"] == [{"Name": "Component", "Value": "model-monitoring"}]


def test_one_missing_input_fails_the_job_and_keeps_the_other_measurements(store):
    scores_of(store, np.random.default_rng(6).beta(2, 8, 500))
    environment = {
        "TASK": "fraud-detection",
        "AS_OF": "2026-11-23T08:00:00+00:00",
        "PROJECT": "payments-prod",
        "COMPONENT": "model-monitoring",
        "CURATED_URI": "s3://curated/curation/dataset",
        "CAPTURED_URI": CAPTURED,
        "EVALUATION_URI": EVALUATION,
        "REPORTS_URI": "s3://artefacts/monitoring/reports",
        "LABEL_DELAY_DAYS": "90",
        "FALSE_POSITIVE_RATE": "0.005",
        "MAX_ROWS": "1000",
    }
    cloudwatch = CloudWatch()
    assert job.main(environment, store, cloudwatch) == 1
    published = {each["MetricName"] for call in cloudwatch.calls for each in call["MetricData"]}
    assert published == {"ScorePSI", "ReasonsRanking", "ScoresSeen", "DataQualityViolations"}


class Client:
    """The two calls that the store makes, as boto3 answers them."""

    class exceptions:
        class NoSuchKey(Exception):
            pass

    def get_paginator(self, name):
        assert name == "list_objects_v2"
        return self

    def paginate(self, Bucket, Prefix):
        assert (Bucket, Prefix) == ("lake", "a/")
        yield {"Contents": [{"Key": "a/1"}, {"Key": "a/2"}]}
        yield {}

    def get_object(self, Bucket, Key):
        if Key != "a/1":
            raise self.exceptions.NoSuchKey
        return {"Body": io.BytesIO(b"one")}

    def put_object(self, Bucket, Key, Body):
        assert (Bucket, Key, Body) == ("lake", "a/3", b"three")


def test_objects_are_listed_read_and_written():
    store = S3Store(Client())
    assert list(store.list("s3://lake/a/")) == ["s3://lake/a/1", "s3://lake/a/2"]
    assert store.get("s3://lake/a/1") == b"one"
    store.put("s3://lake/a/3", b"three")
    with pytest.raises(FileNotFoundError, match="s3://lake/b"):
        store.get("s3://lake/b")
    with pytest.raises(ValueError, match="no s3:// address"):
        split("lake/a")
