"""Credit decisions. Source: KPI-10."""

from __future__ import annotations

from archgen.business.pattern import pattern
from archgen.business.requirement import Figures, Requirement, step


@pattern("KPI-10", "default-rate", "decision-time", "underwriting-time", "bad-rate")
def lending(figures: Figures) -> Requirement:
    """Decisions in minutes at a bounded default rate: discrimination at the cut-off, and calibration."""
    bound = (
        figures.target
        if figures.spec.objective.kpi.metric in ("default-rate", "bad-rate")
        else figures.value("default_rate")
    )
    bad = (
        figures.baseline
        if figures.spec.objective.kpi.metric in ("default-rate", "bad-rate")
        else figures.value("default_rate")
    )
    avoided = 1 - bound / bad
    return figures.requirement(
        "KPI-10",
        f"Gini and KS at the cut-off such that {avoided:.1%} of today's defaults are declined at the same acceptance;"
        " calibration slope between 0.9 and 1.1",
        f"the cut-off that accepts most at an expected default rate of at most {bound:.2%}",
        (step("defaults to decline", "1 - bound / default rate", avoided, bound=bound, default_rate=bad),),
        proof="champion and challenger on matured cohorts; reasons for every decline",
        guards=("adverse-impact ratio of at least 0.8", "PSI below 0.25"),
        infeasible_when={"the bound is not below today's rate and nothing else is asked": avoided < 0},
    )
