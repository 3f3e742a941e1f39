from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pandas as pd
import pytest

from monitoring import __main__ as job
from monitoring import late_labels
from monitoring.looks import InputMissing

AS_OF, DELAY = date(2026, 11, 22), timedelta(days=90)
MATURE = date(2026, 8, 23)
CAPTURED = "s3://lake/capture/model/payments-prod-model"
CURATED = "s3://curated/curation/dataset"
TARGET = "s3://curated/model-monitoring/ground-truth"
QUALITY = "s3://curated/model-monitoring/quality/payments-prod-model"
GROUPS = "s3://curated/model-monitoring/groups/payments-prod-model"
HOUR = f"{TARGET}/2026/08/23/14/labels.jsonl"


class Bucket(dict):
    """A store in memory."""

    def list(self, prefix):
        return iter(sorted(address for address in self if address.startswith(prefix)))

    def get(self, address):
        return self[address]

    def put(self, address, body):
        self[address] = body


def request(event, card, score=0.1, amount=12.3, **metadata):
    asked = {
        "features": {"amount": amount, "currency": "EUR", "attribute_country": "IE"},
        "entities": {"card": card, "device": "d1"},
    }
    answered = {"score": score, "reasons": ["AMOUNT"], "model_version": "7"}
    return json.dumps(
        {
            "captureData": {
                "endpointInput": {"data": json.dumps(asked), "encoding": "JSON"},
                "endpointOutput": {"data": json.dumps(answered), "encoding": "JSON"},
            },
            "eventMetadata": {"eventId": event, "inferenceTime": "2026-08-23T14:00:01Z", **metadata},
            "eventVersion": "0",
        }
    ).encode()


def captured(store, *lines, hour=14, variant="champion"):
    store[f"{CAPTURED}/{variant}/2026/08/23/{hour:02}/part.jsonl"] = b"\n".join(lines)


def row(event, card, label, score: float | None = 0.1, amount=12.3, device: str | None = "d1"):
    return {
        "event_id": event,
        "entity_card": card,
        "entity_device": device,
        "amount": amount,
        "currency": "EUR",
        "model_version": "7" if score is not None else None,
        "score": score,
        "label": label,
    }


def curated(store, *rows):
    target = io.BytesIO()
    pd.DataFrame(list(rows)).to_parquet(target, index=False)
    store[f"{CURATED}/date={MATURE}/part.parquet"] = target.getvalue()


def write(store):
    return late_labels.write_labels(store, CAPTURED, CURATED, TARGET, AS_OF, DELAY, ["card", "device"])


def written(store, address=HOUR):
    lines = [json.loads(line) for line in store[address].splitlines()]
    return {line["eventMetadata"]["eventId"]: json.loads(line["groundTruthData"]["data"])["label"] for line in lines}


def test_labels_are_written_under_the_ids_and_the_hours_of_the_requests():
    store = Bucket()
    captured(store, request("a1", "c1"), request("a2", "c2", 0.9))
    captured(store, request("a3", "c3"), hour=23)
    curated(store, row("e1", "c1", 0), row("e2", "c2", 1, 0.9), row("e3", "c3", 0), row("e4", "never captured", 1))
    assert write(store) == {"LabelsMatched": 3.0}
    assert written(store) == {"a1": 0, "a2": 1}
    assert written(store, f"{TARGET}/2026/08/23/23/labels.jsonl") == {"a3": 0}
    line = json.loads(store[HOUR].splitlines()[0])
    assert line["eventVersion"] == "0" and line["groundTruthData"]["encoding"] == "JSON"


def test_a_request_without_its_row_has_no_label():
    store = Bucket()
    last_digit = 0.1 + 2**-56
    captured(
        store,
        request("sampled away", "c9"),
        request("other amount", "c1", amount=12.4),
        request("other score", "c1", last_digit),
        b'{"captureData": {}}',
        b"not json",
        request("found", "c1"),
    )
    curated(store, row("e1", "c1", 1))
    write(store)
    assert written(store) == {"found": 1}


def test_two_rows_that_look_alike_give_a_label_only_when_they_agree():
    store = Bucket()
    captured(store, request("alike", "c1"), request("apart", "c2"))
    curated(store, row("e1", "c1", 0), row("e2", "c1", 0), row("e3", "c2", 0), row("e4", "c2", 1))
    write(store)
    assert written(store) == {"alike": 0}


def test_an_entity_that_an_event_lacks_is_absent_on_both_sides():
    store = Bucket()
    line = json.loads(request("a1", "c1"))
    asked = json.loads(line["captureData"]["endpointInput"]["data"])
    del asked["entities"]["device"]
    line["captureData"]["endpointInput"]["data"] = json.dumps(asked)
    captured(store, json.dumps(line).encode())
    curated(store, row("e1", "c1", 1, device=None), row("e2", "c1", 0, device="d1"))
    write(store)
    assert written(store) == {"a1": 1}


def test_the_callers_id_takes_the_place_of_sagemakers():
    store = Bucket()
    captured(store, request("a1", "c1", inferenceId="mine"))
    curated(store, row("e1", "c1", 0))
    write(store)
    assert written(store) == {"mine": 0}


def test_a_challengers_answers_and_decisions_of_the_rules_take_no_part():
    store = Bucket()
    captured(store, request("shadow", "c1"), variant="challenger")
    curated(store, row("e1", "c1", 0), row("e2", "c2", 1, None))
    assert write(store) == {}
    assert not list(store.list(TARGET))


def test_a_repeated_run_writes_the_same():
    store = Bucket()
    captured(store, request("a1", "c1"))
    curated(store, row("e1", "c1", 0))
    write(store)
    before = dict(store)
    write(store)
    assert dict(store) == before


def test_captured_requests_without_a_curated_day_are_a_fault():
    store = Bucket()
    captured(store, request("a1", "c1"))
    with pytest.raises(InputMissing, match="requests of 2026-08-23 were captured"):
        write(store)


def test_no_match_is_told_only_where_it_cannot_be_chance(monkeypatch):
    store = Bucket()
    captured(store, *(request(f"a{n}", "c1") for n in range(5)))
    curated(store, row("e1", "c2", 0))
    assert write(store) == {}
    monkeypatch.setattr(late_labels, "ENOUGH_REQUESTS", 5)
    assert write(store) == {"LabelsMatched": 0.0}


def analysis(*groups):
    """(value, recall difference, specificity difference) of each."""
    facets = [
        {
            "value_or_threshold": value,
            "metrics": [{"name": "RD", "value": rd}, {"name": "SD", "value": sd}, {"name": "DI", "value": 9.0}],
        }
        for value, rd, sd in groups
    ]
    return json.dumps({"post_training_bias_metrics": {"facets": {"attribute_country": facets}}}).encode()


def read_reports(store, groups: str | None = GROUPS):
    return late_labels.reports(store, TARGET, QUALITY, groups, AS_OF, DELAY)


def report(store, day, body, prefix=GROUPS, file="analysis.json"):
    store[f"{prefix}/schedule/{day:%Y/%m/%d}/00/{file}"] = body


def test_the_largest_gap_of_any_group_over_a_week_is_told():
    store = Bucket()
    yesterday = AS_OF - timedelta(days=1)
    # One bad day of a small group is chance; a group that is missed all week is not.
    for back, small in enumerate([-0.9, 0.0, 0.05, 0.0, 0.1, 0.0, 0.0]):
        report(store, yesterday - timedelta(days=back), analysis(("MT", small, 0.01), ("DE", -0.3, 0.02)))
    report(store, yesterday - timedelta(days=7), analysis(("DE", 1.0, 1.0)))
    assert read_reports(store) == {"RecallGap": pytest.approx(0.3), "SpecificityGap": pytest.approx(0.02)}


def test_what_could_not_be_reckoned_is_no_gap():
    store = Bucket()
    report(store, AS_OF - timedelta(days=1), analysis(("MT", None, float("inf")), ("DE", 0.1, 0.05)))
    assert read_reports(store) == {"RecallGap": 0.1, "SpecificityGap": 0.05}


def test_of_a_day_with_labels_there_is_a_report_of_each_monitor():
    store = Bucket()
    assert read_reports(store) == {}, "nothing is due before there are labels"
    store[f"{TARGET}/2026/08/20/14/labels.jsonl"] = b"{}"
    yesterday = AS_OF - timedelta(days=1)
    with pytest.raises(InputMissing, match=r"no report of 2026-11-21 below .*quality.*2026-08-20 has labels"):
        read_reports(store)
    report(store, yesterday, b"{}", QUALITY, "statistics.json")
    with pytest.raises(InputMissing, match="groups"):
        read_reports(store)
    assert read_reports(store, None) == {}
    report(store, yesterday, analysis(("DE", 0.1, 0.05)))
    assert read_reports(store)["RecallGap"] == 0.1


def test_the_daily_job_makes_both_looks_where_labels_are_joined():
    environment = {
        "TASK": "fraud-detection",
        "AS_OF": "2026-11-22T08:00:00+00:00",
        "CURATED_URI": CURATED,
        "CAPTURED_URI": CAPTURED,
        "EVALUATION_URI": "s3://artefacts/evaluation",
        "REPORTS_URI": "s3://artefacts/model-monitoring/reports",
        "LABEL_DELAY_DAYS": "90",
        "FALSE_POSITIVE_RATE": "0.005",
        "MAX_ROWS": "10",
    }
    late = {"GROUND_TRUTH_URI": TARGET, "QUALITY_URI": QUALITY, "GROUPS_URI": GROUPS, "ENTITIES": "card,device"}
    store = Bucket()
    captured(store, request("a1", "c1"))
    curated(store, row("e1", "c1", 0))
    assert set(job._looks(environment, store)) == {"labels", "scores", "requests"}
    without = {name: value for name, value in environment.items() if name != "REPORTS_URI"}
    assert set(job._looks(without, store)) == {"labels", "scores"}, "no report of nobody is no violation"
    looks = job._looks(environment | late, store)
    assert looks["late labels"]() == {"LabelsMatched": 1.0}
    assert looks["monitors"]() == {}
