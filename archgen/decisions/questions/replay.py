"""One code path for past and present, or two."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_KAPPA = "one path (kappa): the stream is replayed"
_LAMBDA = "two paths (lambda) over one library: batches recompute the past, the stream keeps the present"


class Replay(Question):
    """By the history that training needs and a stream cannot keep. Source: PRO-07, PRO-08."""

    id = "replay"
    chapter = "data"
    asks = "Are features of the past made by replaying the stream, or by a batch path of their own?"
    requires = ("processing",)

    def decide(self, case: Case) -> Decision | None:
        if not case.spec.features.online or not case.made["processing"].choice.startswith("streaming"):
            return None
        labels = case.spec.problem.labels
        if labels is None or labels.history is None:
            return None
        bound = case.at("replay_history")
        short = float(labels.history) <= bound
        return self.made(
            _KAPPA if short else _LAMBDA,
            "The whole history fits the retention of a stream: one code path cannot disagree with itself."
            if short
            else "A stream does not keep this history. Both paths share the definition of each feature, and what they"
            " compute is compared every night.",
            because=case.because("problem.labels.history", "features.online", "features.freshness"),
            rejected=(
                Rejected(
                    _LAMBDA if short else _KAPPA,
                    "two paths drift apart" if short else "replaying it takes too long, and costs the retention",
                    f"history of {labels.history}; {case.rule('replay_history')}",
                ),
            ),
            flips_when=(Flip("problem.labels.history", ">" if short else "<=", f"{bound / 86_400:g} days"),),
            source="Rules of Machine Learning, rule 32 (one code for training and serving); the bound is our own rule",
        )
