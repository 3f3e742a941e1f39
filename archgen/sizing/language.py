"""Language models: tokens a second, what a provider has to allow, and the cards that running one oneself would take.

Source: pricing reference of the project, section on language models. A card writes memory bandwidth / weights tokens a
second for one answer (77 % of it were measured); several answers at once raise that up to the knee, 6.6 times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from archgen.knowledge import Assumptions
from archgen.sizing.arrivals import answers_a_month, planned_rate, planned_rate_of
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec

_WRITTEN_BY_MODELS = frozenset({"question-answering", "summarisation", "extraction"})
_CACHED_PRICE = 0.1
"""Share of the price of a token that a cached one costs."""
_CARD = (
    "small_model_billions",
    "model_weight_bytes",
    "card_memory_gb",
    "card_bandwidth_gb_s",
    "card_teraflops",
    "card_memory_share",
    "decode_efficiency",
    "knee_factor",
    "prefill_efficiency",
    "kv_bytes_per_token",
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Tokens of one answer: read, written, and the share of what is read that a cache holds.

    `assumed` are the ids of the assumptions that stand in where the spec states no tokens.
    """

    read: float
    written: float
    cached: float = 0.0
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One copy of a model of one's own: its cards, its tokens a second at the knee, and the seconds to read an answer's
    input. `at_once` are the answers whose cache fits beside the weights."""

    cards: int
    at_once: int
    tokens_a_second: float
    one_answer_tokens_a_second: float
    prefill_s: float


def weights_gigabytes(billions: float, bytes_each: float) -> float:
    """GB that a model of so many billion parameters takes, with a fifth for activations: parameters x bytes x 1.2."""
    return billions * bytes_each * 1.2


def billed_input_tokens(read: float, cache_hit: float) -> float:
    """Input tokens of an answer as they are billed when a cached token costs a tenth."""
    return read * (1 - (1 - _CACHED_PRICE) * cache_hit)


def answer_of(spec: Spec, assumptions: Assumptions) -> Answer | None:
    """The tokens of one answer; None where no language model writes it.

    Without tokens in the spec an extraction reads the pages of a document, and all else the assumed length.
    """
    tokens = spec.workload.tokens
    if tokens is not None:
        return Answer(read=float(tokens.input), written=float(tokens.output), cached=float(tokens.cache_hit))
    if spec.problem.task not in _WRITTEN_BY_MODELS:
        return None
    written = assumptions.value("answer_output_tokens")
    if spec.problem.task != "extraction":
        return Answer(
            read=assumptions.value("answer_input_tokens"),
            written=written,
            assumed=("answer_input_tokens", "answer_output_tokens"),
        )
    held = [source for source in spec.sources if source.pages and source.documents]
    pages = (
        sum(float(one.pages or 0) for one in held) / sum(float(one.documents or 1) for one in held)
        if held
        else assumptions.value("pages_per_document")
    )
    return Answer(
        read=pages * assumptions.value("tokens_per_page"),
        written=written,
        assumed=(*(() if held else ("pages_per_document",)), "tokens_per_page", "answer_output_tokens"),
    )


def one_copy(answer: Answer, assumptions: Assumptions) -> Copy:
    """A copy of the small model on as many cards as its weights and one answer's cache take."""
    at = assumptions.value
    weights = at("small_model_billions") * at("model_weight_bytes")
    cache_gb = at("kv_bytes_per_token") * (answer.read + answer.written) / 1e9
    memory, share = at("card_memory_gb"), at("card_memory_share")
    filled = max(weights_gigabytes(at("small_model_billions"), at("model_weight_bytes")), (weights + cache_gb) / share)
    cards = ceil(round(filled / memory, 9))
    at_once = max(1, floor((cards * memory * share - weights) / cache_gb))
    alone = cards * at("card_bandwidth_gb_s") / weights * at("decode_efficiency")
    flops = cards * at("card_teraflops") * 1e12 * at("prefill_efficiency")
    return Copy(
        cards=cards,
        at_once=at_once,
        tokens_a_second=alone * min(at("knee_factor"), at_once),
        one_answer_tokens_a_second=alone,
        prefill_s=2 * at("small_model_billions") * 1e9 * answer.read * (1 - answer.cached) / flops,
    )


def own_cards(spec: Spec, assumptions: Assumptions) -> int:
    """Cards that run the small model for all of the load; 0 where no language model writes.

    Writing or reading decides, whichever takes more copies. Online each copy is planned at `utilisation_target` and one
    is spare; a batch keeps its cards busy, and a lost one costs time within the window.
    """
    answer = answer_of(spec, assumptions)
    if answer is None:
        return 0
    copy, rate = one_copy(answer, assumptions), planned_rate(spec, assumptions)
    busy = max(rate * answer.written / copy.tokens_a_second, rate * copy.prefill_s)
    if spec.workload.batch:
        return max(1, ceil(round(busy, 9))) * copy.cards
    return (ceil(round(busy / assumptions.value("utilisation_target"), 9)) + 1) * copy.cards


def language_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """Tokens a second and a month, the quota to ask for, answers in flight, and the cards of a model of one's own."""
    answer = answer_of(spec, assumptions)
    if answer is None:
        return ()
    rate, said, used = planned_rate_of(spec)
    stated: dict[str, int | float | str] = {**said}
    if not answer.assumed:
        stated |= {"read": answer.read, "written": answer.written, "cached": answer.cached}
    return (*_tokens(spec, assumptions, rate, stated, used), *_capacity(spec, assumptions, rate, stated, used))


def _tokens(
    spec: Spec, assumptions: Assumptions, rate: str, said: dict[str, int | float | str], used: tuple[str, ...]
) -> tuple[Quantity, ...]:
    def a_second(known: Assumptions) -> float:
        answer = _answer(spec, known)
        return planned_rate(spec, known) * (answer.read + answer.written)

    def a_month(known: Assumptions) -> float:
        answer = _answer(spec, known)
        return answers_a_month(spec) * (answer.read + answer.written)

    tokens = _answer(spec, assumptions).assumed
    return (
        reckoned(
            "language-model",
            "tokens_a_second",
            "tokens/s",
            f"({rate}) x (read + written)",
            lambda known: round(a_second(known)),
            assumptions,
            said=said,
            used=(*used, *tokens),
        ),
        reckoned(
            "language-model",
            "tokens_a_month",
            "million tokens",
            "answers a month x (read + written) / 10^6",
            lambda known: round(a_month(known) / 1e6),
            assumptions,
            said={"answers_a_month": answers_a_month(spec), **{k: said[k] for k in ("read", "written") if k in said}},
            used=tokens,
        ),
        reckoned(
            "language-model",
            "quota_a_minute",
            "tokens/min that the provider has to allow",
            "tokens_a_second x 60 / utilisation_target",
            lambda known: ceil(a_second(known) * 60 / known.value("utilisation_target")),
            assumptions,
            said=said,
            used=(*used, *tokens, "utilisation_target"),
        ),
    )


def _capacity(
    spec: Spec, assumptions: Assumptions, rate: str, said: dict[str, int | float | str], used: tuple[str, ...]
) -> tuple[Quantity, ...]:
    def in_flight(known: Assumptions) -> float:
        answer = _answer(spec, known)
        copy = one_copy(answer, known)
        seconds = copy.prefill_s + answer.written / copy.one_answer_tokens_a_second
        return planned_rate(spec, known) * seconds

    tokens = _answer(spec, assumptions).assumed
    spare = "; a lost card costs time within the window" if spec.workload.batch else ", / utilisation_target, + 1 spare"
    return (
        reckoned(
            "language-model",
            "answers_in_flight",
            "answers",
            f"Little's law: ({rate}) x (reading 2 x parameters x read x (1 - cached) / (card_teraflops x"
            " prefill_efficiency) + written / (card_bandwidth_gb_s / weights x decode_efficiency))",
            lambda known: round(in_flight(known), 1),
            assumptions,
            said=said,
            used=(*used, *tokens, *(id for id in _CARD if id != "knee_factor")),
        ),
        reckoned(
            "language-model",
            "own_cards",
            "GPUs, were the model run by oneself",
            "copies by the larger of writing (tokens written a second / (card_bandwidth_gb_s / weights x"
            " decode_efficiency x the smaller of knee_factor and the answers whose cache fits)) and reading (answers a"
            f" second x time of reading), rounded up{spare}",
            lambda known: own_cards(spec, known),
            assumptions,
            said=said,
            used=(*used, *tokens, *_CARD, *(() if spec.workload.batch else ("utilisation_target",))),
        ),
    )


def _answer(spec: Spec, assumptions: Assumptions) -> Answer:
    answer = answer_of(spec, assumptions)
    assert answer is not None  # asked for by `language_quantities` alone, which has looked
    return answer
