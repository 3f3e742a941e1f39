from __future__ import annotations

import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from archgen.spec.units import (
    Availability,
    Count,
    CountOrZero,
    Duration,
    DurationOrZero,
    Growth,
    Quantity,
    Rate,
    Share,
    ShareOrZero,
    Size,
)

NUMBERS = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(1_000_000), places=3).map(lambda n: f"{n:f}")


def round_trips(kind: type[Quantity], text: str, expected: float) -> None:
    quantity = kind(text)
    assert quantity == pytest.approx(expected, rel=1e-12)
    assert str(quantity) == text == f"{quantity}"
    adapter = TypeAdapter(kind)
    assert adapter.dump_python(quantity, mode="json") == text
    for again in (adapter.validate_json(adapter.dump_json(quantity)), pickle.loads(pickle.dumps(quantity))):
        assert type(again) is kind
        assert (again, str(again)) == (quantity, text)


@given(NUMBERS, st.sampled_from([("s", 1), ("min", 60), ("h", 3600), ("day", 86_400), ("year", 31_536_000)]))
def test_a_rate_round_trips_in_events_per_second(number: str, per: tuple[str, int]) -> None:
    round_trips(Rate, f"{number}/{per[0]}", float(number) / per[1])


@given(
    NUMBERS,
    st.sampled_from(
        [("ms", 0.001), ("s", 1), ("min", 60), ("days", 86_400), ("weeks", 604_800), ("years", 31_536_000)]
    ),
    st.sampled_from(["", " "]),
)
def test_a_duration_round_trips_in_seconds(number: str, unit: tuple[str, float], space: str) -> None:
    round_trips(Duration, f"{number}{space}{unit[0]}", float(number) * unit[1])


@given(NUMBERS, st.sampled_from([("B", 1), ("KB", 1000), ("TB", 10**12), ("KiB", 1024), ("GiB", 1024**3)]))
def test_a_size_round_trips_in_bytes(number: str, unit: tuple[str, int]) -> None:
    round_trips(Size, f"{number} {unit[0]}", float(number) * unit[1])


@given(st.decimals(min_value=Decimal("0.0001"), max_value=100, places=4).map(lambda n: f"{n:f}"))
def test_a_share_round_trips_as_a_fraction(number: str) -> None:
    round_trips(Share, f"{number}%", float(number) / 100)


@given(st.integers(1, 10**9), st.sampled_from([("", 1), ("k", 10**3), ("M", 10**6)]))
def test_a_count_round_trips(number: int, multiple: tuple[str, int]) -> None:
    round_trips(Count, f"{number}{multiple[0]}", number * multiple[1])


@given(st.integers(1, 10**14))
def test_a_plain_integer_counts(number: int) -> None:
    assert Count(number) == number
    assert str(Count(number)) == str(number)
    assert Count(str(Count(number))) == Count(number)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Rate("600000/min"), Rate("10k/s")),
        (Duration("36 months"), Duration("3 years")),
        (Duration("1 week"), Duration("7 days")),
        (Size("1.2 TB"), Size("1200 GB")),
        (Size("1 KiB"), Size("1024 B")),
        (Share("99.95%"), 0.9995),
        (Growth("20%/year"), 0.2),
        (Count("2.4M"), 2_400_000),
        (Rate("12 / year"), Rate("12/year")),
    ],
)
def test_what_means_the_same_is_equal_to_the_last_digit(left: float, right: float) -> None:
    assert left == right


def test_quantities_calculate_and_compare_as_numbers() -> None:
    assert Rate("10000/s") * (1 + Growth("20%/year")) == 12_000
    assert Duration("100 ms") < Duration("2 s") < Duration("15 min")
    assert max(Size("2 KB"), Size("2 KiB")) == 2048


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (Rate, "10000"),
        (Rate, 10_000),
        (Rate, "10000/fortnight"),
        (Rate, "-1/s"),
        (Rate, "0/s"),
        (Rate, "10,000/s"),
        (Duration, "soon"),
        (Duration, 90),
        (Duration, "0 s"),
        (Duration, "1e3 s"),
        (Duration, "٣ s"),
        (DurationOrZero, "-1 s"),
        (Size, "2 Kb"),
        (Size, "2 KB 3"),
        (Share, "100.1%"),
        (Share, "0%"),
        (Share, 0.004),
        (ShareOrZero, "-1%"),
        (Availability, "100%"),
        (Availability, "0.9995%"),
        (Growth, "20%"),
        (Growth, "-100%/year"),
        (Count, "2.5"),
        (Count, 2.5),
        (Count, 0),
        (Count, -3),
        (Count, True),
        (Count, float("inf")),
        (Count, float("nan")),
        (Count, 10**400),
        (Count, "9" * 400),
        (CountOrZero, None),
        (Rate, ["10000/s"]),
    ],
)
def test_nothing_is_guessed(kind: type[Quantity], raw: object) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|is out of range"):
        kind.read(raw)


@pytest.mark.parametrize(
    ("kind", "raw", "hint"),
    [
        (Duration, "100 msec", "`100 ms`"),
        (Duration, "3 Years", "`3 years`"),
        (Size, "2 kib", "`2 KiB`"),
        (Rate, "10000/sec", "`10000/s`"),
        (Count, "3m", "`3M`"),
        (Growth, "20%", "`20%/year`"),
        (Rate, 10_000, "write the unit"),
        (Rate, "10000 requests per second", "`10000/s`"),
        (Rate, "250 rps", "`250/s`"),
        (Rate, "3,000/min", "`3000/min`"),
        (Duration, "100 milliseconds", "`100 ms`"),
        (Duration, "2027-12-31", "not a date"),
        (Duration, "31.12.2027", "not a date"),
        (Size, "2 kilobytes", "`2 KB`"),
        (Count, "260 million", "`260M`"),
        (Growth, "20% per year", "`20%/year`"),
        (Share, "5", "`5%`"),
        (Share, 0.4, "`40%`, or `0.4%`"),
        (Availability, 0.9995, "`99.95%`"),
    ],
)
def test_a_wrong_unit_is_answered_with_the_nearest_right_one(kind: type[Quantity], raw: object, hint: str) -> None:
    with pytest.raises(ValueError, match="cannot be read") as refused:
        kind.read(raw)
    assert hint in refused.value.context["hint"]  # ty: ignore[missing-attribute]


@pytest.mark.parametrize(("kind", "text"), [(DurationOrZero, "0 s"), (ShareOrZero, "0%"), (CountOrZero, "0")])
def test_none_at_all_is_an_answer_where_it_means_something(kind: type[Quantity], text: str) -> None:
    assert kind(text) == 0


def test_a_load_may_stand_still_or_shrink() -> None:
    assert Growth("0%/year") == 0
    assert Growth("-10%/year") == -0.1


@pytest.mark.parametrize("text", ["5\n/s", "5\u2028/s", "5\u00a0/s", " 5 /\ts "])
def test_a_quantity_is_remembered_on_one_line(text: str) -> None:
    assert Rate(text) == 5
    assert str(Rate(text)) in ("5 /s", "5 / s")
