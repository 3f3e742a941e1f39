"""Rules, classical machine learning, deep learning or a language model."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits

_DELAY_DAYS = 7
"""From this label delay on a model alone is blind to a new attack for too long (own rule)."""


class Approach(Question):
    """Fraud with late labels: rules beside a boosted model. Source: APP-08, modified by APP-05 and APP-06."""

    id = "approach"
    asks = "Which approach decides: rules, a classical model, deep learning or a language model?"

    def decide(self, case: Case) -> Decision | None:
        problem = case.spec.problem
        if problem.task != "fraud-detection":
            return None
        delay = problem.labels.delay if problem.labels else None
        days = f"{delay / 86400:.0f} days" if delay else "unknown"
        return Decision(
            id=self.id,
            question=self.asks,
            choice="hybrid: rules and a gradient-boosted model with reason codes, three-way decision",
            kind="decided",
            rationale=(
                "Fraudsters change faster than labels arrive. Rules (velocity, lists, hard blocks) react within"
                " minutes, the boosted model ranks what rules cannot see, and the third outcome (step-up) spares good"
                " customers."
            ),
            because=case.because(
                "problem.task", "problem.labels.delay", "problem.labels.positives", "problem.interpretability"
            ),
            rejected=(
                Rejected("rules only", "too many good customers are turned away", f"labels arrive after {days}"),
                Rejected(
                    "deep learning only",
                    "reason codes are unstable and it needs accelerators; welcome as a challenger",
                    f"interpretability: {problem.interpretability or 'not asked for'}",
                ),
                Rejected(
                    "language model",
                    "hundreds of milliseconds per answer and no stable reason codes",
                    f"p99 of {_limit(case)}",
                ),
                Rejected("Amazon Fraud Detector", "closed", limits()["fraud-detector-closed"].text),
            ),
            flips_when=(Flip("problem.task", "!=", "fraud-detection"),),
            source="Rules of Machine Learning, rules 1 to 4; AWS Fraud Detector documentation",
            confidence="judgement",
        )


def _limit(case: Case) -> str:
    latency = case.spec.workload.latency
    return str(latency.p99) if latency and latency.p99 else "not stated"
