"""The code of one night end to end: rows of curation, the model that training makes, its server, the write-back to SAP.

What SageMaker does between them (cut the key columns off, join the answers on) is done here by the filters of the job.
"""

from __future__ import annotations

import csv
import importlib
import json
import pathlib
import sys
from collections.abc import Callable, Iterator
from datetime import date
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pandas as pd
import pulumi
import pytest

from archgen import registry
from templates.aws.sagemaker_batch_transform.definition import ANSWERS, KEY_COLUMNS, Run, definition

HORIZON = 28
NIGHT = date(2026, 11, 23)
PROPERTIES = ("Series", "Day", "P10", "P50", "P90")
PARTS = ("change_window", "learning", "odata_pages", "odata_upserts")


@pytest.fixture
def apps(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """The packages as an app has them: beside one another on the path."""
    places = [registry.find("templates", f"parts/{part}/part.yaml").parent for part in PARTS]
    places += [places[1] / "tests", registry.find("templates", "aws/sap_write_back/service.yaml").parent / "app"]
    before = set(sys.modules)
    for place in places:
        monkeypatch.syspath_prepend(str(place))
    names = ("learning.boosting", "learning.forecasts", "learning.server", "made_up_data", "write_back.answers")
    yield SimpleNamespace(**{name.rpartition(".")[2]: importlib.import_module(name) for name in names})
    for name in set(sys.modules) - before:
        if name.split(".")[0] in {*PARTS, "made_up_data", "write_back"}:
            del sys.modules[name]


class Rows:
    """A table that is written as Spark writes it, with the options that were set; all else of Spark does nothing."""

    def __init__(self, table: pd.DataFrame, options: dict[str, str] | None = None) -> None:
        self._table, self._options = table, options or {}

    def __getattr__(self, name: str) -> Any:
        return self if name == "write" else lambda *arguments, **named: self

    def option(self, name: str, value: str) -> Rows:
        return Rows(self._table, self._options | {name: value})

    def parquet(self, path: str) -> None:
        self._write(path, lambda place: self._table.to_parquet(place / "part-0.parquet"))

    def csv(self, path: str) -> None:
        header = self._options.get("header", "false") == "true"
        half = len(self._table) // 2
        for number, part in enumerate((self._table[:half], self._table[half:])):
            self._write(
                path, lambda place, n=number, p=part: p.to_csv(place / f"part-{n}.csv", index=False, header=header)
            )

    def _write(self, path: str, write: Callable[[pathlib.Path], object]) -> None:
        place = pathlib.Path(path.removeprefix("file://"))
        place.mkdir(parents=True, exist_ok=True)
        write(place)
        if self._options.get("mapreduce.fileoutputcommitter.marksuccessfuljobs", "true") == "true":
            (place / "_SUCCESS").touch()


@pytest.fixture
def curation(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The job that writes the rows, with Spark's own modules stood in for."""
    before = set(sys.modules)
    for name in ("pyspark", "pyspark.sql", "pyspark.sql.functions", "pyspark.sql.types"):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    app = registry.find("templates", "aws/glue_curation/service.yaml").parent / "app"
    for place in (app, registry.find("templates", "parts/curation_core/part.yaml").parent):
        monkeypatch.syspath_prepend(str(place))
    yield importlib.import_module("curation.sales")
    for name in set(sys.modules) - before:
        if name.split(".")[0] in ("curation", "curation_core"):
            del sys.modules[name]


def keys_and_features(curation: ModuleType) -> list[str]:
    names = sys.modules["curation_core.forecast_rows"].columns(["promotions_active"])
    return ["series_id", "target_date", *names]


def written(
    curation: ModuleType, monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame, place: pathlib.Path
) -> pathlib.Path:
    """What the job leaves in the lake when `table` is what it has made: the folder of the curated zone."""
    columns = keys_and_features(curation)
    monkeypatch.setattr(curation, "F", SimpleNamespace(col=lambda name: 0, lit=lambda value: 0))
    monkeypatch.setattr(curation, "_sales", lambda *_: Rows(table))
    monkeypatch.setattr(curation, "_covariates", lambda _: {})
    monkeypatch.setattr(curation, "daily", lambda *_: Rows(table))
    monkeypatch.setattr(curation, "training_rows", lambda *_: Rows(table[[*columns, "actual"]]))
    monkeypatch.setattr(curation, "scoring_rows", lambda *_: Rows(table[columns].tail(HORIZON)))
    settings = SimpleNamespace(bucket=str(place), prefix="curation", history_days=400, horizon_days=HORIZON)
    lake = sys.modules["curation.lake"].Lake(None, "file")
    curation.curate(lake, settings, NIGHT, lambda rows, rules: len(rules))
    return place / "curation"


def filters() -> dict[str, str]:
    known = pulumi.Output.from_input("s3://curated/rows")
    run = Run(
        name="forecast",
        group_name="group",
        role_arn="role",
        subnet_ids=["a"],
        security_group_id="sg",
        key_arn="key",
        input_uri=known,
        output_bucket="results",
        output_prefix="forecast",
        instance_type="ml.m5.xlarge",
        vcpus=4,
        instances=1,
    )
    return definition(run)["States"]["Score"]["Parameters"]["DataProcessing"]


def test_rows_of_curation_become_answers_that_sap_takes(
    apps: SimpleNamespace, curation: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    table = apps.made_up_data.forecast_rows(series=4, days=400, horizon=HORIZON)
    zone = written(curation, monkeypatch, table, tmp_path)
    parts = apps.forecasts.split(apps.forecasts.read(zone / "training"), HORIZON)
    effort = apps.boosting.Effort(trees=30, depth=4)
    model = apps.forecasts.learn(parts["train"], parts["validation"], effort, HORIZON)
    assert [feature.name for feature in model.features] == keys_and_features(curation)[KEY_COLUMNS:]

    assert filters() == {"InputFilter": "$[2:]", "JoinSource": "Input", "OutputFilter": "$[0,1,-3,-2,-1]"}
    # A batch transform reads every object below the prefix of the night.
    objects = sorted((zone / "scoring" / f"date={NIGHT}").iterdir())
    rows = [row for one in objects for row in csv.reader(one.read_text().splitlines())]
    assert len(rows) == HORIZON, "neither a line of names nor an empty object is a row"
    asked = "".join(",".join(row[KEY_COLUMNS:]) + "\n" for row in rows)
    said = apps.server.answer_csv(model, asked.encode()).decode().splitlines()
    joined = [[*row, *answer.split(",")] for row, answer in zip(rows, said, strict=True)]
    kept = [[*row[:KEY_COLUMNS], *row[-ANSWERS:]] for row in joined]

    entities = [
        apps.answers.row_of(apps.answers.Line(f"part-0.csv.out:{n}", tuple(row)), PROPERTIES)
        for n, row in enumerate(kept)
    ]
    assert len({json.dumps(entity.key) for entity in entities}) == HORIZON
    for entity in entities:
        assert 0 <= float(entity.body["P10"]) <= float(entity.body["P50"]) <= float(entity.body["P90"])


def test_nothing_but_rows_lies_where_the_night_reads(
    apps: SimpleNamespace, curation: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    table = apps.made_up_data.forecast_rows(series=2, days=400, horizon=HORIZON)
    zone = written(curation, monkeypatch, table, tmp_path)
    for folder in ("dataset", "training", f"scoring/date={NIGHT}"):
        assert all(one.name.startswith("part-") for one in (zone / folder).iterdir()), folder


def test_a_row_with_a_column_too_many_is_refused_by_the_model(
    apps: SimpleNamespace, curation: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    table = apps.made_up_data.forecast_rows(series=4, days=400, horizon=HORIZON)
    zone = written(curation, monkeypatch, table, tmp_path)
    parts = apps.forecasts.split(apps.forecasts.read(zone / "training"), HORIZON)
    model = apps.forecasts.learn(parts["train"], parts["validation"], apps.boosting.Effort(trees=5, depth=3), HORIZON)
    whole = ",".join(str(value) for value in table[keys_and_features(curation)].iloc[-1])
    with pytest.raises(apps.server.RequestError):
        apps.server.answer_csv(model, whole.encode())
