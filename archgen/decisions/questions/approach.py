"""Rules, classical machine learning, deep learning or a language model."""

from __future__ import annotations

from archgen.decisions.approaches import anomalies, extraction, fraud, generation, recommending, tabular, vision
from archgen.decisions.decision import Decision
from archgen.decisions.question import Case, Question


class Approach(Question):
    """By task, then by what the data is. Forecasting is a question of its own. Source: APP-01 to APP-18."""

    id = "approach"
    chapter = "approach"
    asks = "Which approach decides: rules, a classical model, deep learning or a language model?"

    def decide(self, case: Case) -> Decision | None:
        problem = case.spec.problem
        if problem.task == "forecasting":
            return None
        family = {
            "fraud-detection": fraud,
            "anomaly": anomalies,
            "recommendation": recommending,
            "question-answering": generation,
            "summarisation": generation,
            "extraction": extraction,
        }.get(problem.task)
        if family is None:
            family = vision if problem.data in ("image", "audio", "video") else tabular
        return family(self, case)
