"""The whole pipeline on made-up data, on folders as SageMaker mounts them."""

from __future__ import annotations

import csv
import json
import tarfile

import pytest
from made_up_data import decisions_table, forecast_rows

from training import jobs
from training.settings import settings

COMMON = {"TREES": "40", "DEPTH": "4", "MAX_ROWS": "5000"}
FRAUD = {
    **COMMON,
    "TASK": "fraud-detection",
    "LABEL_DELAY_DAYS": "30",
    "FALSE_POSITIVE_RATE": "0.05",
    "BIAS_COLUMNS": "attribute_channel,attribute_age",
    "AS_OF": "2026-11-01T00:00:00+00:00",
}
FORECAST = {**COMMON, "TASK": "forecasting", "HORIZON_DAYS": "14"}


def run(place, table, given):
    told = settings(given)
    (place / "curated").mkdir()
    if told.forecasts:
        table.to_csv(place / "curated" / "part.csv", index=False)
    else:
        table.to_parquet(place / "curated" / "part.parquet", index=False)
    jobs.prepare(told, place / "curated", place / "prepared")
    jobs.train(told, place / "prepared", place / "model", place / "checkpoints")
    # The artefact travels as SageMaker packs it.
    (place / "packed").mkdir()
    with tarfile.open(place / "packed" / "model.tar.gz", "w:gz") as archive:
        for file in (place / "model").iterdir():
            archive.add(file, file.name)
    jobs.evaluate(told, place / "packed", place / "prepared" / "test", place / "out")
    return place / "out"


def figures(out):
    return json.loads((out / "evaluation" / "evaluation.json").read_text())


def test_fraud_from_curated_data_to_the_figures_of_its_gate(tmp_path):
    out = run(tmp_path, decisions_table(), FRAUD)
    assert figures(out)["value_recall"] > 0.3
    assert figures(out)["model_version"]
    baseline = json.loads((out / "evaluation" / "score_baseline.json").read_text())
    assert sum(baseline["shares"]) == pytest.approx(1)
    assert len(baseline["shares"]) == len(baseline["edges"]) + 1
    reasons = json.loads((out / "evaluation" / "reason_baseline.json").read_text())
    assert 0 < max(reasons.values()) <= 1 and list(reasons.values()) == sorted(reasons.values(), reverse=True)
    with (out / "features" / "features.csv").open() as file:
        assert "card_count_1m" in next(csv.reader(file))


def test_groups_are_told_line_by_line_for_labels_and_decisions(tmp_path):
    out = run(tmp_path, decisions_table(), FRAUD)
    labels = list(csv.reader((out / "labels" / "labels.csv").open()))
    predicted = list(csv.reader((out / "predicted" / "predicted.csv").open()))
    assert len(labels) == len(predicted) > 0
    assert {row[1] for row in labels} == {"shop", "web", "phone"}
    # A number is compared by bands, never value by value.
    assert len({row[2] for row in labels}) == 4
    assert {row[0] for row in predicted} == {"0", "1"}


def test_forecasting_from_series_to_the_figures_of_its_gate(tmp_path):
    out = run(tmp_path, forecast_rows(6, 300, 14), FORECAST)
    assert figures(out)["wape_to_naive"] < 1
    assert "mean_28" in json.loads((out / "evaluation" / "importance.json").read_text())


def test_series_are_thinned_whole_when_there_are_too_many(tmp_path):
    out = run(tmp_path, forecast_rows(30, 300, 14), {**FORECAST, "MAX_ROWS": "4500"})
    assert 0 < figures(out)["rows"] <= 30 * 14 * 0.8


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "TASK is not set"),
        ({"TASK": "churn", "DEPTH": "3", "MAX_ROWS": "10"}, "TREES is not set"),
        ({**FRAUD, "MAX_ROWS": "many"}, "MAX_ROWS is 'many'; expected a number"),
    ],
)
def test_settings_say_what_is_wrong_with_them(given, message):
    with pytest.raises(ValueError, match=message):
        settings(given)


def test_the_age_of_labels_needs_the_time_of_the_run(tmp_path):
    with pytest.raises(ValueError, match="AS_OF"):
        jobs.prepare(settings({**FRAUD, "AS_OF": ""}), tmp_path, tmp_path)
