"""CPU, GPU or another accelerator."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.language import own_cards, weights_gigabytes

_NETWORKS = ("pre-trained", "transfer learning")
_OWN_MODEL = "a small language model"
_LANGUAGE = ("retrieval-augmented", "language model", "managed extraction")


class Accelerator(Question):
    """Trees run on CPUs, networks by their limit, language models by their memory. Source: HW-01 to HW-03."""

    id = "accelerator"
    chapter = "serving"
    asks = "Does inference need an accelerator?"
    requires = ("approach", "placement")

    def decide(self, case: Case) -> Decision | None:
        approach = case.made.get("approach")
        if approach is None:
            return None
        if any(word in approach.choice for word in _LANGUAGE) and "boosted" not in approach.choice:
            return self._language(case)
        if any(word in approach.choice for word in _NETWORKS):
            return self._network(case)
        rate = case.assumptions["endpoint_requests_per_instance"]
        return self.made(
            "no: compute-optimised CPU instances",
            "A boosted model walks trees, one row at a time: a GPU would stand idle between requests.",
            because=case.because("problem.task", "problem.data"),
            rejected=(Rejected("GPU", "idle at batch size 1", f"{rate.value:,.0f} requests/s on one CPU instance"),),
            flips_when=(Flip("problem.task", "==", "question-answering"),),
        )

    def _network(self, case: Case) -> Decision:
        bound = case.at("cpu_network_latency")
        on_site = case.made.get("placement") is not None and case.made["placement"].choice.startswith("at the edge")
        if on_site:
            return self.made(
                "yes: a small accelerator in each device",
                "Images arrive faster than a CPU of a device works through them.",
                because=case.because("workload.latency.p99", "workload.traffic.peak", "problem.data"),
                rejected=(
                    Rejected("CPU of the device", "too slow at the rate of the line", f"{case.peak:g} images/s"),
                    Rejected("GPU in the cloud", "the way there takes the time", f"p99 of {case.p99} s"),
                ),
                flips_when=case.made["placement"].flips_when,
            )
        quick = case.p99 is not None and case.p99 < bound
        return self.made(
            "yes: one small GPU an instance" if quick else "no: CPU instances with an 8-bit network",
            "The limit leaves no time for a network on CPUs." if quick else "A small network answers in time on CPUs.",
            because=case.because("workload.latency.p99", "problem.data"),
            rejected=(
                Rejected("CPU" if quick else "GPU", "too slow" if quick else "idle", case.rule("cpu_network_latency")),
            ),
            flips_when=(Flip("workload.latency.p99", ">=" if quick else "<", f"{bound * 1000:g} ms"),)
            if case.p99 is not None
            else (),
            kind="decided" if case.p99 is not None else "given",
        )

    def _language(self, case: Case) -> Decision:
        billions = case.at("small_model_billions")
        if _OWN_MODEL in case.made["approach"].choice:
            return self._own_card(case, billions)
        return self.made(
            "none of our own: the hosted model brings it",
            "A hosted model is paid by the token; a card of our own is paid by the hour, asked or not.",
            because=case.because("problem.task", "workload.tokens.input", "workload.tokens.output"),
            rejected=(
                Rejected(
                    "own GPU",
                    "has to be busy to pay",
                    f"{_cards(case)} for {billions:g} billion parameters at the planned load,"
                    f" {_weights(case):.1f} GB of weights each",
                ),
                Rejected("CPU", "seconds for each sentence", f"{billions:g} billion parameters"),
            ),
            flips_when=(Flip("problem.task", "==", "fraud-detection"),),
            source="own arithmetic: parameters x bytes x 1.2; own rule",
        )

    def _own_card(self, case: Case, billions: float) -> Decision:
        return self.made(
            f"yes: {_cards(case)}, started for the run and stopped after it",
            "A run keeps a card busy from its first row to its last, and nobody pays for it by day.",
            because=case.because("problem.task", "workload.batch.rows", "workload.tokens.input"),
            rejected=(
                Rejected(
                    "card that stays",
                    "idle for the rest of the day",
                    f"{_weights(case):.1f} GB of weights, one run a day",
                ),
                Rejected("CPU", "seconds for each sentence", f"{billions:g} billion parameters"),
            ),
            flips_when=case.made["approach"].flips_when,
            source="own arithmetic: parameters x bytes x 1.2; own rule",
        )


def _cards(case: Case) -> str:
    cards, memory = own_cards(case.spec, case.assumptions), case.at("card_memory_gb")
    return f"one GPU of {memory:g} GB" if cards <= 1 else f"{cards} GPUs of {memory:g} GB"


def _weights(case: Case) -> float:
    return weights_gigabytes(case.at("small_model_billions"), case.at("model_weight_bytes"))
