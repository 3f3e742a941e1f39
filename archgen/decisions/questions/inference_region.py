"""Where a hosted language model reads what it is sent."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted
from archgen.sizing.arrivals import answers_a_month
from archgen.sizing.language import billed_input_tokens

_REGIONAL = "inference in the allowed region, by an endpoint that stays there"
_GLOBAL = "a global inference profile, which goes where capacity is"


class InferenceRegion(Question):
    """Regional wherever residency is stated. Source: own rule after GDPR Chapter V."""

    id = "inference-region"
    chapter = "trust"
    asks = "Where is the language model asked, and what does a conversation cost in tokens?"
    requires = ("approach",)

    def decide(self, case: Case) -> Decision | None:
        tokens, spec = case.spec.workload.tokens, case.spec
        if tokens is None or spec.problem.decision.effect != "generative":
            return None
        regional = bool(spec.governance.residency)
        turns = 1.0 if spec.workload.batch else case.at("conversation_turns")
        billed = turns * (billed_input_tokens(tokens.input, tokens.cache_hit) + tokens.output)
        total = answers_a_month(spec) * (tokens.input + tokens.output)
        where = ", ".join(spec.governance.residency) or "anywhere"
        flips = ()
        if not regional:
            flips = (Flip("governance.residency", "includes", "eu"),)
        elif len(spec.governance.residency) == 1:
            flips = (Flip("governance.residency", "excludes", spec.governance.residency[0]),)
        return self.made(
            _REGIONAL if regional else _GLOBAL,
            "What is sent to a model is processed where it runs: a profile over several regions leaves the residency."
            if regional
            else "No residency is stated, and capacity elsewhere shortens the wait.",
            because=case.because(
                "governance.residency", "workload.tokens.input", "workload.tokens.output", "workload.tokens.cache_hit"
            ),
            rejected=(
                Rejected(
                    _GLOBAL if regional else _REGIONAL,
                    "leaves the residency" if regional else "less capacity",
                    f"residency: {where}",
                ),
            ),
            consequences=(
                f"About {billed:,.0f} billed tokens a conversation of {counted(turns, 'answer')} (a cached token costs"
                f" a tenth), and {total / 1e9:,.1f} billion tokens a month.",
                "The provider neither keeps nor learns from what it is sent: the opt-out is part of the set-up.",
            ),
            flips_when=flips,
            source="Regulation (EU) 2016/679 Chapter V for transfers; the rule is our own",
        )
