"""What is watched once a model is live."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, backing

_OF_TASK = {
    "fraud-detection": "drift of the score (PSI), reviewed precision, approval rate, loss by value at a fixed"
    " false-positive rate",
    "forecasting": "WAPE, bias, coverage of the interval, value added over a naive forecast",
    "recommendation": "uplift against a random holdout, coverage, diversity, share of cold starts",
    "question-answering": "groundedness, relevance, retrieval recall, refusals, leaks of personal data, cost"
    " per answer",
    "summarisation": "groundedness, corrections by people, leaks of personal data, cost per answer",
    "extraction": "straight-through share, error rate of a posted sample, corrections per field and layout",
    "anomaly": "lead time, false alarms per asset and month, missed failures",
    "vision": "escapes found later, false rejects, drift of the images",
    "churn": "recall and precision at K against the holdout, drift of the score (PSI)",
}
_DAY = 86_400
_OTHERS = "discrimination and calibration at the cut-off, drift of the score (PSI)"
_PROTECTED = frozenset({"credit", "employment", "insurance-life-health", "education", "benefits", "emergency"})


class Monitoring(Question):
    """By task, then by how late the truth is known. Source: MON-01 to MON-12."""

    id = "monitoring"
    chapter = "operation"
    asks = "What is watched once a model is live, and how soon would a failure be seen?"

    def decide(self, case: Case) -> Decision | None:
        problem = case.spec.problem
        prompt, late = case.at("prompt_labels"), case.at("late_labels")
        labels = problem.labels
        delay = float(labels.delay) if labels and labels.delay is not None else None
        if delay is None and problem.task == "forecasting":
            # What was forecast happens: each day's actuals are its labels, and come with the next delivery.
            delay = _DAY
        stage = 2 if delay is None or delay > late else 1 if delay > prompt else 0
        ways = (
            "measured each day on its labels",
            "proxies first (drift of the score, a reviewed sample), quality on cohorts whose labels have matured",
            "a random sample of 0.5 to 1 % is audited by people, with proxies beside it",
        )
        bounds = (case.rule("prompt_labels"), case.rule("prompt_labels"), case.rule("late_labels"))
        stated = labels is not None and labels.delay is not None
        said = _said(case)
        source, confidence = backing(case.assumptions["prompt_labels"])
        groups = problem.decision.effect in _PROTECTED or "hipaa" in case.spec.governance.frameworks
        return self.made(
            f"{_OF_TASK.get(problem.task, _OTHERS)}; {ways[stage]}",
            "A service that answers can still be wrong: latency and errors say nothing of quality, and quality is known"
            " only when labels are.",
            because=case.because("problem.task", "problem.labels.delay", "problem.decision.effect"),
            rejected=tuple(
                Rejected(way, "comes too late" if number < stage else "costs more than labels do", f"{said}; {bound}")
                for number, (way, bound) in enumerate(zip(ways, bounds, strict=True))
                if number != stage
            ),
            consequences=(
                "Latency, errors, saturation, missing features and the share of fallbacks are watched in any case.",
                f"Drift above {case.at('drift_act'):g} PSI calls a person and starts a new training.",
                *(
                    (
                        "Error rates are compared between groups (warn at 0.05, act at 0.10; selection ratio of"
                        " at least 0.8).",
                    )
                    if groups
                    else ()
                ),
            ),
            flips_when=_flips(stage, prompt, late) if stated else (),
            source=source,
            confidence=confidence,
        )


def _said(case: Case) -> str:
    labels = case.spec.problem.labels
    if labels and labels.delay is not None:
        return f"labels after {labels.delay}"
    if case.spec.problem.task == "forecasting":
        return "a day's actuals come with the next delivery"
    return "no label delay stated"


def _flips(stage: int, prompt: float, late: float) -> tuple[Flip, ...]:
    """The label delays, in seconds, at which the way of watching turns."""
    path, soon, last = "problem.labels.delay", f"{prompt / _DAY:g} days", f"{late / _DAY:g} days"
    if stage == 0:
        return (Flip(path, ">", soon),)
    return (Flip(path, "<=", soon), Flip(path, ">", last)) if stage == 1 else (Flip(path, "<=", last),)
