"""The code of one night end to end: rows of curation, the model that training makes, its server, the write-back to SAP.

What SageMaker does between them (cut the key columns off, join the answers on) is done here by the filters of the job.
"""

from __future__ import annotations

import ast
import csv
import importlib
import json
import pathlib
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType, SimpleNamespace

import pulumi
import pytest

from archgen import registry
from templates.aws.sagemaker_batch_transform.definition import ANSWERS, KEY_COLUMNS, Run, definition

HORIZON = 28
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


def columns_of_curation() -> list[str]:
    """What `forecast_rows.columns` gives for one covariate, without the Spark that its module needs."""
    path = registry.find("templates", "parts/curation_core/curation_core/forecast_rows.py")
    wanted = ("LAGS", "MEANS", "columns")
    body = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if getattr(node, "name", None) in wanted
        or (isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) in wanted)
    ]
    module = ModuleType("columns")
    module.__dict__["Sequence"] = Sequence
    exec(compile(ast.Module(body=body, type_ignores=[]), str(path), "exec"), module.__dict__)
    return ["series_id", "target_date", *module.__dict__["columns"](["promotions_active"])]


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


def test_rows_of_curation_become_answers_that_sap_takes(apps: SimpleNamespace, tmp_path: pathlib.Path) -> None:
    table = apps.made_up_data.forecast_rows(series=4, days=400, horizon=HORIZON)
    keys_and_features = columns_of_curation()
    training, tonight = table[[*keys_and_features, "actual"]], table[keys_and_features].tail(HORIZON)
    training.to_csv(tmp_path / "part-0.csv", index=False)
    parts = apps.forecasts.split(apps.forecasts.read(tmp_path), HORIZON)
    effort = apps.boosting.Effort(trees=30, depth=4)
    model = apps.forecasts.learn(parts["train"], parts["validation"], effort, HORIZON)
    assert [feature.name for feature in model.features] == keys_and_features[KEY_COLUMNS:]

    assert filters() == {"InputFilter": "$[2:]", "JoinSource": "Input", "OutputFilter": "$[0,1,-3,-2,-1]"}
    rows = list(csv.reader(tonight.to_csv(index=False, header=False).splitlines()))
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


def test_a_row_with_a_column_too_many_is_refused_by_the_model(apps: SimpleNamespace, tmp_path: pathlib.Path) -> None:
    table = apps.made_up_data.forecast_rows(series=4, days=400, horizon=HORIZON)
    table[[*columns_of_curation(), "actual"]].to_csv(tmp_path / "part-0.csv", index=False)
    parts = apps.forecasts.split(apps.forecasts.read(tmp_path), HORIZON)
    model = apps.forecasts.learn(parts["train"], parts["validation"], apps.boosting.Effort(trees=5, depth=3), HORIZON)
    whole = ",".join(str(value) for value in table[columns_of_curation()].iloc[-1])
    with pytest.raises(apps.server.RequestError):
        apps.server.answer_csv(model, whole.encode())
