from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import lightgbm as lgb
import numpy as np
import pandas as pd
import pytest
from made_up_data import START, decisions_table

from learning import decisions, labelled
from learning.artefact import load
from learning.boosting import Effort
from learning.columns import LABEL, WEIGHT, features_of

EFFORT = Effort(trees=60, depth=4)
AS_OF = datetime(2026, 11, 1, tzinfo=UTC)
DELAY = timedelta(days=30)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    place = tmp_path_factory.mktemp("labelled")
    data = place / "data"
    table = decisions_table()
    for month, frame in table.groupby(table["event_time"].dt.month):
        (data / f"date=2026-{month:02}-01").mkdir(parents=True)
        frame.to_parquet(data / f"date=2026-{month:02}-01" / "part.parquet", index=False)
    labelled.prepare(data, place / "out", as_of=AS_OF, label_delay=DELAY, max_rows=4_000)
    return {name: labelled.read(place / "out" / name) for name in labelled.SHARES}


@pytest.fixture(scope="module")
def learnt(parts):
    return decisions.learn("fraud-detection", parts["train"], parts["validation"], EFFORT)


def test_parts_follow_one_another_in_time_with_a_gap_for_labels_to_come_in(parts):
    assert parts["train"]["event_time"].max() < parts["validation"]["event_time"].min()
    assert parts["test"]["event_time"].min() - parts["validation"]["event_time"].max() >= DELAY
    assert parts["test"]["event_time"].max() <= pd.Timestamp(AS_OF) - DELAY


def test_young_labels_take_no_part(tmp_path):
    (tmp_path / "data").mkdir()
    decisions_table().to_parquet(tmp_path / "data" / "part.parquet")
    with pytest.raises(labelled.DataError, match="no row is old enough"):
        labelled.prepare(tmp_path / "data", tmp_path, as_of=START, label_delay=DELAY, max_rows=10_000)


def test_the_frequent_class_is_sampled_and_its_weights_make_up_for_it(parts):
    everything = pd.concat(parts.values())
    assert (everything.loc[everything[LABEL] == 1, WEIGHT] == 1).all()
    negatives = everything[everything[LABEL] == 0]
    assert negatives[WEIGHT].iloc[0] > 1
    whole = decisions_table()
    shares = len(negatives) * negatives[WEIGHT].iloc[0] / (whole["label"] == 0).sum()
    # All but the gap between validation and test, a tenth of the time.
    assert shares == pytest.approx(0.9, abs=0.07)


def test_rows_that_were_sampled_before_keep_that_weight_too(tmp_path):
    (tmp_path / "data").mkdir()
    decisions_table().assign(sample_weight=3.0).to_parquet(tmp_path / "data" / "part.parquet")
    labelled.prepare(tmp_path / "data", tmp_path, as_of=AS_OF, label_delay=DELAY, max_rows=100_000)
    assert (labelled.read(tmp_path / "train")[WEIGHT] == 3.0).all()


def test_too_short_a_time_for_slow_labels_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    decisions_table(days=60).to_parquet(tmp_path / "data" / "part.parquet")
    with pytest.raises(labelled.DataError, match="too few"):
        labelled.prepare(tmp_path / "data", tmp_path, as_of=AS_OF, label_delay=timedelta(days=40), max_rows=10_000)


def test_nothing_is_learnt_from_that_is_known_only_afterwards():
    names = {feature.name for feature in features_of(decisions_table(50))}
    assert names == {"amount", "currency", "card_count_1m", "card_amount_1m", "attribute_channel", "attribute_age"}


def test_a_version_beats_chance_and_says_how_often_it_is_right(learnt, parts):
    figures = decisions.judge(learnt, parts["test"], 0.05)
    assert figures["auc"] > 0.75
    assert figures["value_recall"] > 0.3
    # Weighted, so the mean score is the rate of fraud although negatives were sampled.
    assert figures["predicted_rate"] == pytest.approx(figures["actual_rate"], rel=0.35)


def test_more_events_in_a_window_never_lower_the_score(learnt):
    base = {"amount": 40.0, "currency": "EUR", "card_amount_1m": 60.0, "attribute_channel": "web", "attribute_age": 40}
    scores = [decisions.answer(learnt, {**base, "card_count_1m": float(count)})["score"] for count in range(10)]
    assert scores == sorted(scores) and scores[-1] > scores[0]


def test_reasons_name_what_raised_the_score(learnt):
    reply = decisions.answer(
        learnt, {"amount": 40.0, "currency": "EUR", "card_count_1m": 9.0, "attribute_channel": "web", "unknown": 1}
    )
    assert reply["reasons"][0] == "CARD_COUNT_1M"
    assert len(reply["reasons"]) <= 4
    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]{0,47}", reason) for reason in reply["reasons"])
    assert 0 <= reply["score"] <= 1


def test_contributions_add_up_to_the_score(learnt, parts):
    values = decisions.matrix(parts["test"].head(5), learnt.features)
    raw = learnt.boosters["score"].predict(values, raw_score=True)
    whole = learnt.boosters["score"].predict(values, pred_contrib=True).sum(axis=1)
    assert np.allclose(raw, whole)


def test_an_artefact_comes_back_as_it_was(learnt, parts, tmp_path):
    learnt.save(tmp_path)
    back = load(tmp_path)
    values = decisions.matrix(parts["test"].head(50), learnt.features)
    assert np.allclose(back.predict("score", values), learnt.predict("score", values))
    assert (back.version, back.features) == (learnt.version, learnt.features)
    assert json.loads((tmp_path / "model.json").read_text())["columns"] == [f.name for f in learnt.features]


def test_learning_goes_on_from_a_checkpoint(parts, tmp_path):
    checkpoint = tmp_path / "score.txt"
    decisions.learn("fraud-detection", parts["train"], parts["validation"], Effort(50, 3), checkpoint)
    interrupted = lgb.Booster(model_file=checkpoint)
    assert interrupted.num_trees() == 50
    again = decisions.learn("fraud-detection", parts["train"], parts["validation"], Effort(52, 3), checkpoint)
    booster = again.boosters["score"]
    assert 50 < booster.num_trees() <= 52
    # Its first trees are those that the interrupted run has grown.
    values = decisions.matrix(parts["test"], again.features)
    assert np.allclose(booster.predict(values, num_iteration=50), interrupted.predict(values))


def test_the_same_data_gives_the_same_version(learnt, parts):
    again = decisions.learn("fraud-detection", parts["train"], parts["validation"], EFFORT)
    assert again.version == learnt.version
