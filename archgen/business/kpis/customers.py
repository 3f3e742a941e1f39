"""Customers and patients who are acted on, contacts, visits. Source: KPI-01, 08, 09, 13."""

from __future__ import annotations

from archgen.business.arithmetic import required_precision, required_recall, sample_size
from archgen.business.pattern import pattern
from archgen.business.requirement import Figures, Requirement, Step, step


@pattern("KPI-01", "churn", "churn-rate")
def churn(figures: Figures) -> Requirement:
    """Fewer leave: recall and precision at the number of contacts."""
    reduction, rate = figures.reduction, figures.baseline_share
    customers, contacts, saved = figures.value("customers"), figures.value("contacts"), figures.value("save_rate")
    recall = required_recall(reduction, saved)
    precision = required_precision(recall, customers * rate, contacts)
    lift = precision / rate
    arm = sample_size(rate, -reduction * rate)
    money = _saving(figures, reduction * customers * rate, contacts)
    return figures.requirement(
        "KPI-01",
        f"recall of at least {recall:.2f} and precision of at least {precision:.3f} at K = {contacts:,.0f} contacts"
        f" (lift {lift:.1f})",
        f"the {contacts:,.0f} with the highest score; by uplift where a contact can do harm (Qini above 0)",
        (
            step("recall at K", "reduction / save rate", recall, reduction=reduction, save_rate=saved),
            step(
                "precision at K",
                "recall x customers x churn rate / contacts",
                precision,
                recall=recall,
                customers=customers,
                churn_rate=rate,
                contacts=contacts,
            ),
            step("lift at K", "precision / churn rate", lift, "factor", precision=precision, churn_rate=rate),
            *money,
            step("sample of each arm", "2 (z + z)^2 p (1 - p) / d^2", arm, "customers", p=rate, d=reduction * rate),
        ),
        proof=f"randomised holdout of 5 to 10 %; {arm:,} in each arm prove the change",
        guards=("opt-out rate", "cost of contacts"),
        infeasible_when={
            "the reduction is not below the save rate (recall above 1)": reduction >= saved,
            "the lift is above 1 / churn rate": lift > 1 / rate,
            "more contacts than customers": contacts > customers,
            "the contacts cost more than they keep": money[-1].result <= 0,
        },
    )


def _saving(figures: Figures, kept: float, contacts: float) -> tuple[Step, ...]:
    """Who is kept, and what that brings after the contacts are paid."""
    cost, margin = figures.value("contact_cost"), figures.value("margin_saved")
    profit = kept * margin - contacts * cost
    return (
        step("customers kept", "reduction x customers x churn rate", kept, "customers", kept=kept),
        step(
            "profit",
            "kept x margin - contacts x cost",
            profit,
            "money",
            kept=kept,
            margin=margin,
            contacts=contacts,
            cost=cost,
        ),
    )


@pattern("KPI-08", "contact-deflection", "deflection", "containment")
def deflection(figures: Figures) -> Requirement:
    """Contacts that need no agent: containment times resolution."""
    share, resolution = figures.target_share, figures.value("resolution")
    containment = share / resolution
    return figures.requirement(
        "KPI-08",
        f"containment of at least {containment:.0%} at a resolution of {resolution:.0%}; groundedness of at least 0.95",
        "a question without a grounding passage goes to a person",
        (step("containment", "deflection / resolution", containment, deflection=share, resolution=resolution),),
        proof="golden set before each release; satisfaction not worse by 2 points; at most 1 % of audited"
        " answers wrong",
        guards=("satisfaction", "wrong answers", "time to the first token"),
        infeasible_when={"resolution is below the target (containment above 1)": containment > 1},
    )


@pattern("KPI-09", "conversion", "conversion-rate", "revenue-per-visit", "click-through")
def conversion(figures: Figures) -> Requirement:
    """More of the visits end well: an A/B test with its sample size decides, offline ranking is a gate."""
    baseline = figures.baseline_share
    uplift = figures.target_share - baseline
    arm = sample_size(baseline, uplift)
    visits = figures.a_day("visits")
    days = 2 * arm / visits
    longest = figures.value("test_days")
    return figures.requirement(
        "KPI-09",
        f"online uplift of {uplift / baseline:+.1%} in an A/B test of {arm:,} visits in each arm; offline NDCG"
        f" is only a gate",
        "the ranking that wins the test",
        (
            step("uplift d", "target - baseline", uplift, target=figures.target_share, baseline=baseline),
            step(
                "sample of each arm",
                "2 (z + z)^2 p (1 - p) / d^2, p between the two",
                arm,
                "visits",
                p=baseline,
                d=uplift,
            ),
            step("length of the test", "2 x sample / visits a day", days, "days", sample=arm, visits=visits),
        ),
        proof=f"A/B test of {max(days, 7):.0f} days at least, whole weeks",
        guards=("p99 of an answer", "coverage of articles above 80 %"),
        infeasible_when={
            f"the traffic is below two samples within {longest:g} days": days > longest,
            "the target is not above the baseline": uplift <= 0,
        },
    )


@pattern("KPI-13", "readmissions", "readmission-rate", "adverse-events")
def clinical(figures: Figures) -> Requirement:
    """Fewer adverse events: sensitivity at the capacity of follow-ups, calibrated."""
    reduction, rate = figures.reduction, figures.baseline_share
    patients, actions, effect = (
        figures.value("patients"),
        figures.value("follow_ups"),
        figures.value("intervention_effect"),
    )
    sensitivity = required_recall(reduction, effect)
    precision = required_precision(sensitivity, patients * rate, actions)
    arm = sample_size(rate, -reduction * rate)
    return figures.requirement(
        "KPI-13",
        f"sensitivity of at least {sensitivity:.2f} at {actions:,.0f} follow-ups (precision {precision:.2f}),"
        f" expected over"
        " observed between 0.9 and 1.1",
        f"the {actions:,.0f} with the highest risk; a clinician decides",
        (
            step("sensitivity", "reduction / effect of a follow-up", sensitivity, reduction=reduction, effect=effect),
            step(
                "precision",
                "sensitivity x patients x rate / follow-ups",
                precision,
                sensitivity=sensitivity,
                patients=patients,
                rate=rate,
                follow_ups=actions,
            ),
            step("sample of each arm", "2 (z + z)^2 p (1 - p) / d^2", arm, "patients", p=rate, d=reduction * rate),
        ),
        proof=f"prospective study with {arm:,} patients in each arm; calibration (Brier score) on each site",
        guards=("gap of sensitivity between groups of at most 0.05",),
        infeasible_when={
            "the reduction is not below the effect (sensitivity above 1)": reduction >= effect,
            "follow-ups are too few (precision above 1)": precision > 1,
        },
    )
