from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from archgen.spec.amounts import Level, Measure, Money, TimeOfDay, measure
from archgen.spec.units import Count, Duration, Rate, Share, Size


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2), st.sampled_from(["EUR", "USD", "JPY"]))
def test_money_keeps_its_amount_to_the_cent_and_its_currency(amount: Decimal, currency: str) -> None:
    money = Money.read(f"{amount} {currency}")
    assert (money.amount, money.currency) == (amount, currency)
    assert Money.read(str(money)) == money == pickle.loads(pickle.dumps(money))


def test_money_of_two_currencies_is_never_equal() -> None:
    assert Money.read("80 EUR") != Money.read("80 USD")


@pytest.mark.parametrize("raw", ["80", 80, "80 euros", "80 ABC", "0 EUR", "-80 EUR", "EUR 80", "80 eur", None])
def test_money_needs_an_amount_and_a_known_currency(raw: object) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|is out of range"):
        Money.read(raw)


@given(st.times())
def test_a_time_of_day_round_trips(time: Any) -> None:
    text = f"{time:%H:%M}"
    assert str(TimeOfDay.read(text)) == text
    assert TimeOfDay.read(text).minutes == 60 * time.hour + time.minute


@pytest.mark.parametrize("raw", ["5:00", "24:00", "12:60", "noon", 300, "05:00:00", None])
def test_a_time_of_day_has_two_digits_for_each_part(raw: object) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        TimeOfDay.read(raw)


def test_the_way_to_a_time_of_day_may_lead_over_midnight() -> None:
    assert TimeOfDay.read("01:00").minutes_until(TimeOfDay.read("05:00")) == 240
    assert TimeOfDay.read("22:00").minutes_until(TimeOfDay.read("04:30")) == 390


@pytest.mark.parametrize(
    ("text", "value", "kind", "relative"),
    [
        ("12 bps", 0.0012, "share", False),
        ("6%", 0.06, "share", False),
        ("50 ppm", 0.00005, "share", False),
        ("-20%", -0.2, "share", True),
        ("+5%", 0.05, "share", True),
        ("150%", 1.5, "share", False),
        ("4.5", 4.5, "number", False),
        ("80 EUR", 80, "EUR", False),
        ("30 min", 1800, "duration", False),
        ("0/day", 0, "rate", False),
    ],
)
def test_a_level_knows_what_it_measures(text: str, value: float, kind: str, *, relative: bool) -> None:
    level = Level.read(text)
    assert (level.value, level.kind, level.relative, str(level)) == (value, kind, relative, text)


@pytest.mark.parametrize("raw", ["-3 bps", "less", "-120%", "0 wishes", "+0%", True, None, "--2%", float("nan")])
def test_a_level_is_a_figure_and_only_a_percentage_has_a_sign(raw: object) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|is out of range"):
        Level.read(raw)


def test_a_relative_target_starts_from_the_baseline() -> None:
    baseline = Level.read("6%")
    assert Level.read("-20%").reached_from(baseline) == pytest.approx(0.048)
    assert Level.read("4%").reached_from(baseline) == 0.04


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("5000/day", Rate("5000/day")),
        ("80 EUR", Money(Decimal(80), "EUR")),
        ("2%", Share("2%")),
        ("30 days", Duration("30 days")),
        ("5 MB", Size("5 MB")),
        ("40k", Count("40k")),
        (1200, Count(1200)),
        (0.3, 0.3),
    ],
)
def test_the_unit_tells_what_is_measured(raw: object, expected: object) -> None:
    measured = measure(raw)
    assert measured == expected
    assert type(measured) is type(expected)
    adapter = TypeAdapter[Any](Measure)
    assert adapter.validate_json(adapter.dump_json(measured)) == expected


@pytest.mark.parametrize("raw", ["many", True, None, [], float("inf"), float("nan"), -1, "80 ABC"])
def test_a_measure_without_meaning_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        measure(raw)
