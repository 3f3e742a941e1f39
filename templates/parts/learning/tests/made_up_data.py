"""Data that a model can learn something from, the same in every run."""

from __future__ import annotations

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-01-01", tz="UTC")


def decisions_table(rows: int = 6_000, days: int = 300, seed: int = 1) -> pd.DataFrame:
    """Decisions as curation writes them: fraud follows from velocity and amount, and a little from the channel."""
    random = np.random.default_rng(seed)
    count = random.poisson(2.0, rows).astype(float)
    amount = np.round(random.lognormal(3.5, 1.0, rows), 2)
    channel = random.choice(["shop", "web", "phone"], rows)
    risk = -5.0 + 0.7 * count + 0.01 * amount + (channel == "web") * 1.0
    fraud = random.random(rows) < 1 / (1 + np.exp(-risk))
    seconds = np.sort(random.integers(0, days * 86_400, rows))
    time = START + pd.to_timedelta(seconds, unit="s")
    return pd.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(rows)],
            "event_time": time,
            "amount": amount,
            "currency": "EUR",
            "label": fraud.astype(int),
            "label_time": time + pd.Timedelta(days=5),
            "outcome": "approve",
            "decided_by": "model",
            "score": random.random(rows),
            "entity_card": [f"tok{number % 500}" for number in range(rows)],
            "card_count_1m": count,
            "card_amount_1m": np.round(random.gamma(2.0, 30.0, rows), 2),
            "attribute_channel": channel,
            "attribute_age": random.integers(18, 90, rows).astype(float),
        }
    )


def forecast_rows(series: int = 12, days: int = 450, horizon: int = 28, seed: int = 2) -> pd.DataFrame:
    """Rows as curation makes them of daily demand: a level per series, a week, promotions that double it, and noise.

    Every day is a target once; origins lie one horizon apart, and nothing younger than its origin is in a row.
    """
    random = np.random.default_rng(seed)
    frames = []
    date = pd.date_range("2025-01-01", periods=days, freq="D")
    distance = horizon - np.arange(days)[::-1] % horizon
    for number in range(series):
        promoted = (random.random(days) < 0.1).astype(float)
        week = 1.0 + 0.5 * np.sin(2 * np.pi * date.dayofweek.to_numpy() / 7)
        quantity = pd.Series(random.poisson((5 + 4 * number) * week * (1 + promoted)).astype(float))
        columns: dict[str, object] = {
            "series_id": f"s{number}",
            "target_date": date,
            "horizon": distance,
            "weekday": date.dayofweek + 1,
            "month": date.month,
        }
        for lag in (7, 14, 28, 364):
            columns[f"lag_{lag}"] = quantity.shift(lag).where(distance <= lag)
        for window in (7, 28, 91):
            mean = quantity.rolling(window, min_periods=1).mean()
            columns[f"mean_{window}"] = [
                mean[day - back] if day >= back else np.nan for day, back in enumerate(distance)
            ]
        frames.append(pd.DataFrame({**columns, "promotions_active": promoted, "actual": quantity}))
    return pd.concat(frames, ignore_index=True)
