"""Which kind of model forecasts."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_YEAR = 365 * 86_400


class ForecastingApproach(Question):
    """One model over all series from fifty series and two seasons on. Source: APP-14."""

    id = "forecasting-approach"
    chapter = "approach"
    asks = "Which kind of model forecasts: one per series, one over all of them, or a language model?"

    def decide(self, case: Case) -> Decision | None:
        problem = case.spec.problem
        if problem.task != "forecasting":
            return None
        labels = problem.labels
        series = float(labels.series) if labels and labels.series else 0.0
        years = float(labels.history) / _YEAR if labels and labels.history else 0.0
        enough, seasons = case.at("series_for_one_model"), case.at("seasons_for_one_model")
        together = series >= enough and years >= seasons
        each = Rejected("one statistical model per series", "nothing is learnt across series", f"{series:,.0f} series")
        over_all = Rejected(
            "one boosted model over all series",
            "too few series or seasons to learn across them",
            f"{series:,.0f} series over {years:.1f} years; {case.rule('series_for_one_model')}",
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
            flips_when=_flips(series >= enough, years >= seasons, f"{enough:g}", f"{seasons:g} years"),
            source="own rule, no public source",
            confidence="judgement",
        )


def _flips(many: bool, long: bool, enough: str, seasons: str) -> tuple[Flip, ...]:
    """Either bound turns one model into many; many become one by the bound that alone is missed."""
    series, history = "problem.labels.series", "problem.labels.history"
    if many and long:
        return (Flip(series, "<", enough), Flip(history, "<", seasons))
    if many:
        return (Flip(history, ">=", seasons),)
    return (Flip(series, ">=", enough),) if long else ()
