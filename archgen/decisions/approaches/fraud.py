"""Fraud: rules beside a boosted model. Source: APP-08, modified by APP-05 and APP-06."""

from __future__ import annotations

from archgen.decisions.approaches.labels import labels_that_suffice, record, too_few_labels
from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits

_PATHS = ("problem.task", "problem.labels.delay", "problem.labels.positives", "problem.interpretability")
_SOURCE = "Rules of Machine Learning, rules 1 to 4; AWS Fraud Detector documentation"


def fraud(question: Question, case: Case) -> Decision:
    """Rules and a boosted model; rules alone while there are too few frauds on record to learn from."""
    found = record(case)
    closed = Rejected("Amazon Fraud Detector", "closed", limits()["fraud-detector-closed"].text)
    if too_few_labels(case):
        return question.made(
            "rules with a review queue that makes labels; a model later",
            "There is too little fraud on record to learn from: what reviewers confirm becomes the record.",
            because=case.because(*_PATHS),
            rejected=(
                Rejected("rules and a boosted model", "too few frauds on record", f"{found.said}; {_floor(case)}"),
                Rejected("anomaly detection alone", "unusable precision", "no floor on false positives"),
                closed,
            ),
            flips_when=labels_that_suffice(case),
            source=_SOURCE,
        )
    days = f"{found.delay_days:.0f} days" if found.delay_days is not None else "an unknown delay"
    return question.made(
        "hybrid: rules and a gradient-boosted model with reason codes, three-way decision",
        "Fraudsters change faster than labels arrive. Rules (velocity, lists, hard blocks) react within"
        " minutes, the boosted model ranks what rules cannot see, and the third outcome (step-up) spares good"
        " customers.",
        because=case.because(*_PATHS),
        rejected=(
            Rejected("rules only", "too many good customers are turned away", f"labels arrive after {days}"),
            Rejected(
                "deep learning only",
                "reason codes are unstable and it needs accelerators; welcome as a challenger",
                f"interpretability: {case.spec.problem.interpretability}; {found.rows:,.0f} rows",
            ),
            Rejected(
                "language model",
                "hundreds of milliseconds per answer and no stable reason codes",
                f"p99 of {case.p99 * 1000:,.0f} ms" if case.p99 else "p99 not stated",
            ),
            closed,
        ),
        consequences=(
            "Rules are versioned, tested and released as the model is; each decision records which of them decided.",
            f"Labels mature after {days}: until then, drift of the score and reviewed precision stand for quality.",
        ),
        flips_when=labels_that_suffice(case),
        source=_SOURCE,
    )


def _floor(case: Case) -> str:
    return case.rule("positives_for_training")
