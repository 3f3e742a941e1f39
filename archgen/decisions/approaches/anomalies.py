"""Anomalies: unsupervised with a review queue until there are enough labels. Source: APP-17."""

from __future__ import annotations

from archgen.decisions.approaches.labels import record
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question


def anomalies(question: Question, case: Case) -> Decision:
    """Anomaly detection below the positives that supervision needs, a supervised model above."""
    found, floor = record(case), case.at("positives_for_supervision")
    enough = bool(case.spec.problem.labels) and found.positives >= floor
    unsupervised = "anomaly detection with a review queue now, supervised later"
    supervised = "supervised boosted model over windows of the signals"
    return question.made(
        supervised if enough else unsupervised,
        "Enough failures are on record to learn what precedes one."
        if enough
        else "Too few failures are on record to learn what precedes one. What is unusual is shown to an expert, whose"
        " answer is the label that a supervised model needs.",
        because=case.because(
            "problem.task", "problem.labels.rows", "problem.labels.positives", "problem.labels.history"
        ),
        rejected=(
            Rejected(
                unsupervised if enough else "supervised model now",
                "finds what is unusual, not what fails" if enough else "too few failures to learn from",
                f"{found.positives:,.0f} failures; {case.rule('positives_for_supervision')}",
            ),
            Rejected(
                "fixed thresholds per signal", "each operating point has its own normal", "one false alarm each shift"
            ),
            Rejected("language model", "no arithmetic on signals that could be relied on", f"{case.peak:g} readings/s"),
        ),
        consequences=(
            "Each alarm carries its lead time, and false alarms are counted per asset and month.",
            "Reviewed alarms are kept as labels from the first day.",
        ),
        flips_when=(
            Flip("problem.labels.positives", "<" if enough else ">=", f"{floor:g}"),
            *(
                (Flip("assumptions.positives_for_supervision", ">" if enough else "<=", f"{found.positives:.0f}"),)
                if found.positives
                else ()
            ),
        ),
        source=case.assumptions["positives_for_supervision"].source,
    )
