"""The whole of a run on generated files: only Glue's own rule engine and its catalogue are stood in for."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from spark_for_tests import spark

from curation import decisions, sales
from curation.lake import Lake
from curation.settings import Input, Settings, read_columns, read_settings
from curation_core.quality import QualityFailed

WINDOWS = {"1m": 60, "5m": 300, "60m": 3600}
AS_OF = date(2026, 11, 23)
MATURE = AS_OF - timedelta(days=91)


class Gate:
    """Notes what it was asked; closed when told so."""

    def __init__(self, closed: bool = False) -> None:
        self.asked: list[list[str]] = []
        self._closed = closed

    def __call__(self, rows, rules):
        self.asked.append(list(rules))
        if self._closed:
            raise QualityFailed("closed")
        return len(rules)


def lines(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


def event(id, moment, card):
    return {
        "id": id,
        "time": moment.isoformat(),
        "amount": {"value": "10.00", "currency": "EUR"},
        "entities": {"card": card},
        "attributes": {"channel": "web"},
    }


def decided(id, moment, card, counts):
    return event(id, moment, card) | {
        "features": {
            "card": {f"count_{w}": float(n) for w, n in counts.items()} | {f"amount_{w}": 1.0 for w in WINDOWS}
        },
        "decision": {
            "outcome": "approve",
            "decided_by": "model",
            "score": 0.1,
            "model_version": "3",
            "decided_at": moment.isoformat(),
        },
    }


def settings(tmp_path, **changed):
    def one(kind, source, prefix):
        return Input(kind, source, str(tmp_path / "in"), prefix, "json")

    said: dict[str, Any] = {
        "project": "p",
        "component": "curation",
        "region": "eu-west-1",
        "task": "fraud-detection",
        "entities": ("card",),
        "inputs": (
            one("decisions", "decisions", "decision-delivery/data"),
            one("events", "events", "event-delivery/data"),
            one("labels", "chargebacks", "chargebacks-intake/data"),
            one("features", "core-banking", "core-banking-capture"),
        ),
        "columns": {
            "chargebacks": read_columns("event_id=ZUONR, label_time=BUDAT"),
            "core-banking": read_columns("folder=BANK/CARDS,card=CARD,changed_at=TS,segment=SEG"),
        },
        "groups": {"card": "store.card"},
        "bucket": str(tmp_path / "out"),
        "prefix": "curation",
        "label_delay_days": 90,
        "horizon_days": 28,
        "history_days": 400,
        "days": 2,
        "negative_share": 1.0,
        "parity_per_million": 1_000_000,
        "freshness_seconds": 2.0,
        "day": None,
    }
    return Settings(**(said | changed))


@pytest.fixture
def lake():
    return Lake(spark(), "file")


@pytest.fixture
def payments(tmp_path):
    """Events of the mature day and of yesterday, the one before midnight arriving after it."""
    noon = datetime(MATURE.year, MATURE.month, MATURE.day, 12, tzinfo=UTC)
    late = noon.replace(hour=23, minute=59, second=59)
    source = tmp_path / "in"
    delivery = source / "decision-delivery" / "data"
    lines(
        delivery / f"date={MATURE}" / "hour=12" / "a.json.gz",
        [decided("e1", noon, "c1", dict.fromkeys(WINDOWS, 0)), decided("e2", noon, "c2", dict.fromkeys(WINDOWS, 0))],
    )
    lines(
        delivery / f"date={MATURE + timedelta(days=1)}" / "hour=00" / "b.json.gz",
        [decided("e3", late, "c1", dict.fromkeys(WINDOWS, 0))],
    )
    lines(
        source / "chargebacks-intake" / "data" / f"date={MATURE + timedelta(days=30)}" / "c.json.gz",
        [{"ZUONR": "e1", "BUDAT": f"/Date({int((noon + timedelta(days=30)).timestamp() * 1000)})/"}],
    )
    lines(
        source / "core-banking-capture" / "BANK" / "CARDS" / "2026" / "d.json.gz",
        [
            {"Op": "I", "CARD": "c1", "TS": (noon - timedelta(days=5)).isoformat(), "SEG": "new"},
            {"Op": "U", "CARD": "c1", "TS": (noon + timedelta(days=5)).isoformat(), "SEG": "gold"},
        ],
    )
    yesterday = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 10, tzinfo=UTC) - timedelta(days=1)
    happened = [event(f"y{n}", yesterday + timedelta(seconds=20 * n), "c9") for n in range(3)]
    lines(source / "event-delivery" / "data" / f"date={yesterday.date()}" / "hour=10" / "e.json.gz", happened)
    lines(
        delivery / f"date={yesterday.date()}" / "hour=10" / "f.json.gz",
        [decided("y2", yesterday + timedelta(seconds=40), "c9", {"1m": 3, "5m": 3, "60m": 99})],
    )
    return tmp_path


def test_a_mature_day_becomes_training_rows_and_a_younger_one_does_not(lake, payments):
    gate = Gate()
    said = settings(payments)
    assert decisions.curate(lake, said, WINDOWS, AS_OF, gate) == 1
    root = f"file://{said.bucket}/curation/dataset"
    assert lake.folders(root) == [f"date={MATURE}"], "yesterday may still turn out to be fraud"
    rows = {row["event_id"]: row for row in spark().read.parquet(root).collect()}
    assert sorted(rows) == ["e1", "e2", "e3"], "the last second of the day arrived on the next"
    assert {id: row["label"] for id, row in rows.items()} == {"e1": 1, "e2": 0, "e3": 0}
    assert rows["e1"]["core_banking_segment"] == "new", "gold became known later"
    assert rows["e2"]["core_banking_segment"] is None
    assert rows["e1"]["attribute_channel"] == "web" and rows["e1"]["sample_weight"] == 1.0
    assert 'IsUnique "event_id"' in gate.asked[0]


def test_a_second_run_changes_nothing(lake, payments):
    said = settings(payments)
    decisions.curate(lake, said, WINDOWS, AS_OF, Gate())
    decisions.curate(lake, said, WINDOWS, AS_OF, Gate())
    assert spark().read.parquet(f"file://{said.bucket}/curation/dataset").count() == 3


def test_a_closed_gate_leaves_the_curated_zone_as_it_was(lake, payments):
    said = settings(payments)
    with pytest.raises(QualityFailed):
        decisions.curate(lake, said, WINDOWS, AS_OF, Gate(closed=True))
    assert not lake.exists(f"file://{said.bucket}/curation/dataset")


def test_features_are_remembered_and_compared_with_the_events(lake, payments):
    kept = {}
    said = settings(payments)
    decisions.remember(
        lake,
        said,
        WINDOWS,
        AS_OF,
        datetime(2026, 11, 23, tzinfo=UTC),
        lambda entity, rows: kept.setdefault(entity, rows.collect()),
    )
    assert [(row["token"], row["count_60m"]) for row in kept["card"]] == [("c9", 99.0)]
    parity = decisions.check_parity(lake, said, WINDOWS, AS_OF)
    assert (parity.compared, parity.apart) == (3, 1), "ninety-nine events an hour were never there"


def orders(day, n, quantity):
    return {"ID": f"{day}-{n}", "TS": f"{day}T20:00:00Z", "SKU": "s1", "DAY": str(day), "QTY": str(quantity)}


@pytest.fixture
def shop(tmp_path):
    days = [AS_OF - timedelta(days=n) for n in range(1, 60)]
    lines(tmp_path / "in" / "orders-intake" / "data" / f"date={AS_OF}" / "a.json.gz", [orders(d, 1, 5) for d in days])
    lines(
        tmp_path / "in" / "promotions-intake" / "data" / f"date={AS_OF}" / "b.json.gz",
        [{"SKU": "s1", "DAY": str(AS_OF + timedelta(days=2)), "TS": f"{AS_OF}T00:00:00Z", "ON": 1}],
    )
    inputs = tuple(
        Input("features", s, str(tmp_path / "in"), f"{s}-intake/data", "json") for s in ("orders", "promotions")
    )
    return settings(
        tmp_path,
        task="forecasting",
        inputs=inputs,
        columns={
            "orders": read_columns("row_id=ID,changed_at=TS,series_id=SKU,date=DAY,quantity=QTY"),
            "promotions": read_columns("series_id=SKU,date=DAY,changed_at=TS,promotion=ON"),
        },
    )


def test_a_night_makes_series_training_and_scoring_rows(lake, shop):
    assert sales.curate(lake, shop, AS_OF, Gate()) > 0
    root = f"file://{shop.bucket}/curation"
    series = {row["date"]: row for row in spark().read.parquet(f"{root}/dataset").collect()}
    assert len(series) == 400 + 28 and series[AS_OF]["quantity"] is None
    assert series[AS_OF + timedelta(days=2)]["promotion"] == 1.0
    scoring = spark().read.csv(f"{root}/scoring/date={AS_OF}").collect()
    assert len(scoring) == 28 and scoring[0][0] == "s1", "rows alone: a line of names would be forecast as one of them"
    training = spark().read.option("header", "true").csv(f"{root}/training")
    assert training.columns[:3] == ["series_id", "target_date", "horizon"] and training.columns[-1] == "actual"
    assert len(scoring[0]) == len(training.columns) - 1, "training has the actual besides"


def test_every_training_file_has_its_names_and_nothing_lies_beside_the_rows(lake, shop, tmp_path):
    sales.curate(lake, shop, AS_OF, Gate())
    root = tmp_path / "out" / "curation"
    training = sorted((root / "training").glob("*.csv"))
    assert training and all(file.read_text().startswith("series_id,target_date,horizon,") for file in training)
    for folder in ("dataset", "training", f"scoring/date={AS_OF}"):
        # Checksums are of the local file system alone.
        others = [one.name for one in (root / folder).iterdir() if not one.name.startswith(("part-", "."))]
        assert not others, "a batch transform takes every object of a prefix for rows"


def test_sales_outlive_the_raw_files_and_corrections_count(lake, shop, tmp_path):
    sales.curate(lake, shop, AS_OF, Gate())
    landed = tmp_path / "in" / "orders-intake" / "data"
    lake.remove(f"file://{landed}/date={AS_OF}")
    tomorrow = AS_OF + timedelta(days=1)
    corrected = orders(AS_OF - timedelta(days=1), 1, 2) | {"TS": f"{tomorrow}T00:00:00Z"}
    lines(landed / f"date={tomorrow}" / "c.json.gz", [corrected, orders(AS_OF, 1, 7)])
    sales.curate(lake, shop, tomorrow, Gate())
    series = {
        row["date"]: row["quantity"] for row in spark().read.parquet(f"file://{shop.bucket}/curation/dataset").collect()
    }
    assert series[AS_OF] == 7.0 and series[AS_OF - timedelta(days=1)] == 2.0
    assert series[AS_OF - timedelta(days=30)] == 5.0, "its raw file has expired"


def test_settings_are_read_and_nonsense_is_refused():
    document = {
        "task": "forecasting",
        "entities": [],
        "groups": {},
        "bucket": "b",
        "prefix": "curation",
        "inputs": [{"kind": "features", "source": "orders", "bucket": "l", "prefix": "x", "form": "json"}],
        "columns": {"orders": "quantity=MENGE"},
        "label_delay_days": 0,
        "horizon_days": 28,
        "history_days": 400,
        "days": 1,
        "negative_share": 1.0,
        "parity_per_million": 0,
        "freshness_seconds": 1.0,
    }
    arguments = ["--project", "p", "--component", "c", "--region", "r", "--settings", json.dumps(document)]
    read = read_settings([*arguments, "--date", "2026-11-23", "--JOB_NAME", "c"])
    assert read.day == AS_OF and read.columns["orders"] == {"quantity": "MENGE"}
    for text in ("MENGE", "a=", "=b", "a=b,a=c"):
        with pytest.raises(ValueError):
            read_columns(text)
