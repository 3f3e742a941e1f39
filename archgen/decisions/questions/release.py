"""How a new model version reaches production."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted

_HIGH_STAKES = frozenset({"fraud-block", "credit", "insurance-life-health", "employment", "benefits", "emergency"})


class Release(Question):
    """Canary with automatic rollback, after a shadow where labels are late. Source: DEP-01, DEP-02."""

    id = "release"
    chapter = "operation"
    asks = "How does a new model version reach production?"
    requires = ("placement",)

    def decide(self, case: Case) -> Decision | None:
        if case.spec.workload.mode != "online":
            return None
        models, labels = case.spec.workload.models, case.spec.problem.labels
        if case.made.get("placement") and case.made["placement"].choice.startswith("at the edge"):
            return self._devices(case)
        delay = float(labels.delay) / 86_400 if labels and labels.delay is not None else None
        bound = case.at("label_delay_for_rules")
        late = delay is not None and delay > bound
        here = models.training == "here"
        shadow = here and late
        said = f"labels after {delay:g} days" if delay is not None else "label delay not stated"
        paths = (
            "workload.models.count",
            "workload.models.releases",
            "workload.models.training",
            "problem.labels.delay",
        )
        return self.made(
            "shadow, then canary on a second fleet, rolled back by alarms"
            if shadow
            else "canary on a second fleet, rolled back by alarms",
            "A share of the traffic proves the new version while the old fleet still stands; an alarm on errors or"
            f" latency brings it back without a person. {counted(models.count, 'model')} in the registry: one serves,"
            " any other takes its place the same way.",
            because=case.because(*paths, "workload.availability"),
            rejected=(
                Rejected("all at once", "every request meets a bad version", "100 % of traffic at risk"),
                Rejected("rolling", "no fleet to go back to", "0 instances of the old version at its end"),
                Rejected(
                    "canary without a shadow" if shadow else "shadow first",
                    "harm would be seen when labels come"
                    if shadow
                    else "labels come soon enough, or a model is brought",
                    f"{said}; {case.rule('label_delay_for_rules')}",
                ),
            ),
            consequences=(
                *(("The approval rate guards the canary as errors and latency do.",) if _guarded(case) else ()),
                "An A/B test, not the canary, proves an effect on the business: it needs the sample size shown there.",
            ),
            flips_when=_flips(shadow, here, delay, bound),
            source="AWS documentation: deployment-guardrails",
            confidence="verified",
        )

    def _devices(self, case: Case) -> Decision:
        return self.made(
            "one line first, then the others; each device keeps the version before",
            "A device has no second fleet: the first line is the canary, and going back needs no link.",
            because=case.because("workload.models.count", "workload.availability"),
            rejected=(Rejected("all lines at once", "every part meets a bad version", "100 % of the lines at risk"),),
            flips_when=case.made["placement"].flips_when,
        )


def _guarded(case: Case) -> bool:
    return case.spec.problem.decision.effect in _HIGH_STAKES


def _flips(shadow: bool, here: bool, delay: float | None, bound: float) -> tuple[Flip, ...]:
    if shadow:
        return (
            Flip("problem.labels.delay", "<=", f"{bound:g} days"),
            Flip("workload.models.training", "==", "elsewhere"),
        )
    if here and delay is not None:
        return (Flip("problem.labels.delay", ">", f"{bound:g} days"),)
    if delay is not None and delay > bound:
        return (Flip("workload.models.training", "==", "here"),)
    return ()
