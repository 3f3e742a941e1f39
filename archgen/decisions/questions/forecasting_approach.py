"""Which kind of model forecasts."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits

_YEAR = 365 * 86_400


class ForecastingApproach(Question):
    """One model over all series from fifty series and two seasons on. Source: APP-14."""

    id = "forecasting-approach"
    asks = "Which kind of model forecasts: one per series, one over all of them, or a language model?"

    def decide(self, case: Case) -> Decision | None:
        problem = case.spec.problem
        if problem.task != "forecasting":
            return None
        labels = problem.labels
        series = float(labels.series) if labels and labels.series else 0.0
        years = float(labels.history) / _YEAR if labels and labels.history else 0.0
        enough, seasons = limits()["global-model-series"], limits()["global-model-seasons"]
        together = series >= enough.value and years >= seasons.value
        each = Rejected("one statistical model per series", "nothing is learnt across series", f"{series:,.0f} series")
        over_all = Rejected(
            "one boosted model over all series",
            "too few series or seasons to learn across them",
            f"{series:,.0f} series over {years:.1f} years; {enough.text}; {seasons.text}",
        )
        return Decision(
            id=self.id,
            question=self.asks,
            choice=(
                "one gradient-boosted model over all series, with quantiles"
                if together
                else "a statistical model per series, with prediction intervals"
            ),
            kind="decided",
            rationale=(
                "What is learnt on one series serves the next, new items included; quantiles give the safety stock"
                " that a service level needs. It has to beat the planner of today and a seasonal-naive forecast in"
                " WAPE without bias, or it does not go live."
            ),
            because=case.because(
                "problem.task", "problem.labels.series", "problem.labels.history", "objective.kpi.metric"
            ),
            rejected=(
                each if together else over_all,
                Rejected("one deep network per series", "starved of data", f"{years:.1f} years of history each"),
                Rejected("language model", "no arithmetic that could be relied on", f"{series:,.0f} series a night"),
            ),
            flips_when=(
                Flip("problem.labels.series", "<" if together else ">=", f"{enough.value:g}"),
                Flip("problem.labels.history", "<" if together else ">=", f"{seasons.value:g} years"),
            ),
            source=enough.source,
            confidence="judgement",
        )
