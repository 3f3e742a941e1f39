from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_up_data import forecast_rows

from learning import forecasts
from learning.boosting import Effort
from learning.columns import matrix
from learning.labelled import DataError

HORIZON = 28


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    place = tmp_path_factory.mktemp("rows")
    table = forecast_rows()
    table[table["series_id"] < "s5"].to_csv(place / "part-0.csv", index=False)
    table[table["series_id"] >= "s5"].to_csv(place / "part-1.csv.gz", index=False)
    return forecasts.split(forecasts.read(place), HORIZON)


@pytest.fixture(scope="module")
def learnt(parts):
    return forecasts.learn(parts["train"], parts["validation"], Effort(trees=120, depth=5), HORIZON)


def test_the_naive_forecast_is_a_same_weekday_that_was_known_at_the_origin():
    rows = forecasts.with_naive(forecast_rows(series=1, days=120))
    actual = rows.set_index("target_date")["actual"]
    seen = rows[rows["naive"].notna()]
    for row in seen.itertuples():
        back = -(-row.horizon // 7) * 7
        assert back >= row.horizon
        assert row.naive == actual[row.target_date - pd.Timedelta(days=back)]
    assert len(seen) >= 120 - HORIZON


def test_the_order_of_the_features_is_that_of_the_rows(learnt):
    assert list(forecasts.columns(learnt)) == [
        "horizon", "weekday", "month", "lag_7", "lag_14", "lag_28", "lag_364", "mean_7", "mean_28", "mean_91",
        "promotions_active",
    ]  # fmt: skip


def test_parts_follow_one_another_in_time(parts):
    assert parts["train"]["target_date"].max() < parts["validation"]["target_date"].min()
    assert parts["test"]["target_date"].nunique() == HORIZON


def test_the_model_beats_the_last_same_weekday(learnt, parts):
    figures = forecasts.judge(learnt, parts["test"])
    assert figures["wape_to_naive"] < 0.9
    assert abs(figures["bias"]) < 0.1
    assert 0.65 < figures["coverage"] < 0.95


def test_a_promotion_that_is_known_ahead_raises_the_forecast(learnt, parts):
    day = parts["test"].head(1)
    plain, promoted = (
        forecasts.forecast(learnt, matrix(day.assign(promotions_active=value), learnt.features))[0][1]
        for value in (0.0, 1.0)
    )
    assert promoted > 1.3 * plain


def test_intervals_never_cross_and_no_demand_is_negative(learnt, parts):
    low, middle, high = forecasts.forecast(learnt, matrix(parts["train"], learnt.features)).T
    assert np.isfinite(middle).all() and (low >= 0).all() and (low <= middle).all() and (middle <= high).all()


def test_what_cannot_be_learnt_from_is_refused(tmp_path):
    with pytest.raises(DataError, match="too short for train"):
        forecasts.split(forecasts.with_naive(forecast_rows(days=57)), HORIZON)
    with pytest.raises(DataError, match="no CSV file"):
        forecasts.read(tmp_path)
    (tmp_path / "part.csv").write_text("s1,2026-01-01,3\n")
    with pytest.raises(DataError, match="lack actual, horizon, series_id, target_date"):
        forecasts.read(tmp_path)
