from __future__ import annotations

from feature_layout.layout import FeatureLayout
from velocity_core.fields import hash_fields
from velocity_core.windows import Observation, VelocityState, observe

LAYOUT = FeatureLayout.load()
NOW = 1_800_000_000_000


def fields() -> dict[str, str]:
    state = observe(VelocityState(), Observation("a", NOW - 120_000, 123_400, "EUR"), LAYOUT.windows)
    return hash_fields(observe(state, Observation("b", NOW, 100_000, "EUR"), LAYOUT.windows), LAYOUT)


def test_the_hash_names_windows_currency_and_time() -> None:
    assert fields() == {
        "updated_at": str(NOW),
        "count_1m": "1",
        "amount_1m_EUR": "10",
        "count_5m": "2",
        "amount_5m_EUR": "22.34",
        "count_60m": "2",
        "amount_60m_EUR": "22.34",
    }


def test_a_reader_finds_what_was_written() -> None:
    read = LAYOUT.read(fields(), "EUR", NOW)
    assert read is not None
    assert (read["count_5m"], read["amount_5m"]) == (2.0, 22.34)


def test_a_reader_lets_windows_run_out_when_nothing_more_is_written() -> None:
    read = LAYOUT.read(fields(), "EUR", NOW + 60_000)
    assert read is not None
    assert (read["count_1m"], read["count_5m"], read["amount_1m"]) == (0.0, 2.0, 0.0)


def test_keys_of_one_kind_spread_over_the_cluster() -> None:
    from valkey.crc import key_slot

    slots = {key_slot(LAYOUT.key("card", f"token-{number}").encode()) for number in range(100)}
    assert len(slots) > 90
    assert LAYOUT.key("card", "t1") == "f:card:{t1}"


def test_the_hash_outlives_its_longest_window() -> None:
    assert LAYOUT.time_to_live_seconds > max(LAYOUT.windows.values())
