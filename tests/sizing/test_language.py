"""Language models, by the reference's worked figures and the cases."""

from __future__ import annotations

import pytest

from archgen.knowledge import Assumptions, assumptions
from archgen.sizing.language import (
    Answer,
    answer_of,
    billed_input_tokens,
    language_quantities,
    one_copy,
    own_cards,
    weights_gigabytes,
)
from archgen.spec import Spec
from tests.specs import changed, spec

A100 = {"card_memory_gb": 40.0, "card_bandwidth_gb_s": 1550.0, "card_teraflops": 312.0}


def known(asked: Spec) -> Assumptions:
    return assumptions().overridden(asked.assumptions)


def rows(asked: Spec) -> dict[str, float]:
    return {row.name: row.value for row in language_quantities(asked, known(asked))}


@pytest.mark.parametrize(("billions", "bytes_each", "gigabytes"), [(7, 2, 16.8), (70, 2, 168), (70, 1, 84)])
def test_weights(billions: float, bytes_each: float, gigabytes: float) -> None:
    assert weights_gigabytes(billions, bytes_each) == pytest.approx(gigabytes)


def test_a_cached_token_costs_a_tenth() -> None:
    assert billed_input_tokens(6000, 0.4) == pytest.approx(3840)


def test_the_measured_card_gives_what_was_measured() -> None:
    """8 billion parameters on an A100 of 40 GB: 75 tokens/s for one answer, 495 at the knee of 8 answers."""
    copy = one_copy(Answer(read=1024, written=128), assumptions().overridden(A100))
    assert copy.cards == 1
    assert copy.one_answer_tokens_a_second == pytest.approx(75, abs=0.5)
    assert copy.tokens_a_second == pytest.approx(495, abs=3)
    # (40 GB x 0.9 - 16 GB) / (131 kB x 1,152 tokens)
    assert copy.at_once == 132


def test_an_answer_that_fills_the_card_leaves_no_room_for_others() -> None:
    long = one_copy(Answer(read=40_000, written=2_000), assumptions())
    short = one_copy(Answer(read=1_000, written=200), assumptions())
    assert long.at_once == 1 and long.tokens_a_second < short.tokens_a_second
    assert one_copy(Answer(read=100_000, written=2_000), assumptions()).cards == 2


def test_weights_that_fit_no_card_take_several() -> None:
    big = assumptions().overridden({"small_model_billions": 70})
    assert one_copy(Answer(read=1000, written=200), big).cards == 7


def test_an_assistant_needs_a_quota_and_would_need_a_room_of_cards() -> None:
    found = rows(spec("service-assistant"))
    assert found["tokens_a_second"] == 15 * 6350
    assert found["quota_a_minute"] == pytest.approx(15 * 6350 * 60 / 0.7, abs=1)
    assert found["tokens_a_month"] == pytest.approx(2 * 30 * 86_400 * 6350 / 1e6, abs=1)
    assert found["own_cards"] > 20


def test_a_batch_has_its_whole_window_and_no_spare_card() -> None:
    asked = spec("call-summaries")
    # 60,000 x 220 tokens in 595 min at 191 tokens/s would be 2 cards; reading 2,400 tokens takes longer.
    assert rows(asked)["own_cards"] == 3
    assert own_cards(changed("call-summaries", ("rows: 60k", "rows: 6k")), known(asked)) == 1


def test_what_the_spec_is_silent_on_is_a_named_assumption() -> None:
    asked = changed("service-assistant", ("  tokens: {input: 6000, output: 350, cache_hit: 40%}\n", ""))
    (row,) = (row for row in language_quantities(asked, known(asked)) if row.name == "tokens_a_second")
    assert {"answer_input_tokens", "answer_output_tokens"} <= set(row.inputs)
    answer = answer_of(spec("document-processing"), assumptions())
    assert answer is not None and answer.read == pytest.approx(2.5 * 500), "2.5 pages a document are stated"


def test_no_language_model_no_rows() -> None:
    assert rows(spec("payments-fraud")) == {} and own_cards(spec("payments-fraud"), assumptions()) == 0


def test_more_load_never_takes_fewer_cards() -> None:
    peaks = (1, 5, 15, 60)
    cards = [
        own_cards(changed("service-assistant", ("peak: 15/s, average: 2/s", f"peak: {n}/s")), assumptions())
        for n in peaks
    ]
    assert cards == sorted(cards) and cards[0] < cards[-1]
