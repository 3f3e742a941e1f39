"""Documents, routing, stocks, machines, inspection, forecasts. Source: KPI-02, 06, 07, 11, 12, 14."""

from __future__ import annotations

from archgen.business.arithmetic import (
    clean_samples,
    per_field_rate,
    required_recall,
    reviewers,
    safety_stock_factor,
    top_1_accuracy,
    value_recall,
)
from archgen.business.pattern import pattern
from archgen.business.requirement import Figures, Requirement, step


@pattern("KPI-02", "straight-through", "automation-rate", "touchless-rate")
def straight_through(figures: Figures) -> Requirement:
    """Documents without a hand on them: the rate per field, and the people who do the rest."""
    share, fields = figures.target_share, figures.value("mandatory_fields")
    documents, limit = figures.a_day("documents"), figures.value("error_limit")
    minutes = figures.value("handling_minutes") / 60
    hours = figures.value("hours_per_person")
    each, people, clean = (
        per_field_rate(share, fields),
        reviewers(documents, share, minutes, hours),
        clean_samples(limit),
    )
    return figures.requirement(
        "KPI-02",
        f"{share:.0%} straight through: each of {fields:.0f} mandatory fields passes in {each:.1%} of"
        f" documents, with at most"
        f" {limit:.1%} wrong among those that are posted",
        f"the smallest confidence at which at most {limit:.1%} of what passes is wrong; the rest is a queue for"
        f" {people:.1f} people, 90 % within 4 hours",
        (
            step("rate per field", "share^(1 / fields)", each, share=share, fields=fields),
            step(
                "people in the queue",
                "documents (1 - share) minutes / (60 hours)",
                people,
                "full-time",
                documents=documents,
                share=share,
                minutes=minutes,
                hours=hours,
            ),
            step("clean samples", "ln(0.05) / ln(1 - error limit)", clean, "documents", error_limit=limit),
        ),
        proof=f"{clean} posted documents in a row without an error certify the limit at 95 %; weekly by supplier",
        guards=("wrongly posted documents", "age of the queue"),
        infeasible_when={
            "the error limit is below the noise of reading": limit < figures.value("reading_noise"),
            "more than 30 % of the volume has an unseen layout": figures.value("unseen_layouts") > 0.3,
        },
    )


@pattern("KPI-06", "stock-outs", "inventory", "service-level")
def stock(figures: Figures) -> Requirement:
    """Less stock or fewer stock-outs: the error has to shrink as much."""
    reduction = figures.reduction
    level, lead = figures.value("service_level"), figures.value("lead_time_days")
    base = figures.value("wape")
    wape, factor = base * (1 - reduction), safety_stock_factor(level, lead)
    return figures.requirement(
        "KPI-06",
        f"WAPE of at most {wape:.1%} (from {base:.1%}), bias within 5 %",
        f"safety stock of {factor:.2f} daily errors at a service level of {level:.0%} over {lead:g} days",
        (
            step("WAPE", "WAPE today x (1 - reduction)", wape, wape_today=base, reduction=reduction),
            step(
                "safety stock",
                "z(service level) x sqrt(lead time)",
                factor,
                "daily errors",
                service_level=level,
                lead_time=lead,
            ),
        ),
        proof="back-test over a season against the planner of today and a seasonal-naive forecast; P90 covers"
        " 87 to 93 %",
        guards=("bias", "inventory", "write-offs"),
        infeasible_when={"the error would have to vanish": reduction >= 1},
    )


@pattern("KPI-07", "unplanned-downtime", "downtime", "breakdowns")
def downtime(figures: Figures) -> Requirement:
    """Fewer unplanned stops: recall in time, and few enough false alarms to be believed."""
    reduction, success = figures.reduction, figures.value("action_success")
    failure, intervention = figures.value("cost_of_failure"), figures.value("cost_of_intervention")
    false_alarms, lead = figures.value("false_alarms_per_asset_month"), figures.value("lead_time_hours")
    recall, precision = required_recall(reduction, success), intervention / (failure * success)
    return figures.requirement(
        "KPI-07",
        f"recall of at least {recall:.3g} with a lead time of {lead:g} h; at most {false_alarms:g} false alarms"
        f" per asset and"
        f" month; precision of at least {precision:.2g}",
        "the score at which false alarms stay within their limit",
        (
            step("recall", "reduction / success of an action", recall, reduction=reduction, success=success),
            step(
                "precision",
                "cost of intervention / (cost of failure x success)",
                precision,
                intervention=intervention,
                failure=failure,
                success=success,
            ),
        ),
        proof="each alarm becomes a work order within an hour, and its outcome a label",
        guards=("needless interventions",),
        infeasible_when={
            "actions help less often than asked for (recall above 1)": recall > 1,
            "an intervention costs more than it saves (precision above 1)": precision > 1,
        },
    )


@pattern("KPI-11", "handling-time", "resolution-time", "routing-time")
def handling(figures: Figures) -> Requirement:
    """Less time for each case: how often the first answer has to be right."""
    reduction, saving = figures.reduction, figures.value("saving")
    misrouted = figures.value("misroute_share")
    accuracy = min(1.0, max(0.0, top_1_accuracy(saving, reduction, misrouted)))
    return figures.requirement(
        "KPI-11",
        f"the first answer is right in at least {accuracy:.0%} of the cases",
        "automation only above the confidence at which that holds; below it a person chooses",
        (
            step(
                "top-1 accuracy",
                "1 - (saving - target) / misroute share, within 0 and 1",
                accuracy,
                saving=saving,
                target=reduction,
                misroute_share=misrouted,
            ),
        ),
        proof="time per case against a group that works without it",
        guards=("share of wrong answers not above today's",),
        infeasible_when={"the saving of a right answer is below the target": saving < reduction},
    )


@pattern("KPI-12", "escapes", "escape-rate")
def inspection(figures: Figures) -> Requirement:
    """Escapes below a limit: recall from the rate of defects, false rejects from the re-inspection."""
    target, defects = figures.target_share, figures.value("defect_rate")
    line, capacity = figures.a_day("line_rate"), figures.a_day("reinspection_capacity")
    recall, cap = value_recall(defects, target), capacity / line
    return figures.requirement(
        "KPI-12",
        f"recall of at least {recall:.3g} at a false-reject rate of at most {cap:.2g}",
        "the score at which re-inspection is just filled",
        (
            step("recall", "1 - escapes / defects", recall, escapes=target, defects=defects),
            step("false-reject cap", "re-inspection a day / parts a day", cap, reinspection=capacity, parts=line),
        ),
        proof="parts with known defects run through the line each week",
        guards=("parts scrapped without need", "time within the takt"),
        infeasible_when={
            "no more defects than may escape": defects <= target,
            "defects are not in the training images": figures.value("unseen_defects") > 0.3,
        },
    )


@pattern("KPI-14", "forecast-error", "wape", "forecast-accuracy")
def forecast_error(figures: Figures) -> Requirement:
    """A forecast error itself is the figure."""
    floor = figures.value("noise_floor")
    skill = figures.target / figures.baseline
    return figures.requirement(
        "KPI-14",
        f"WAPE (or pinball loss) of at most {figures.target:.1%}, {skill:.0%} of today's",
        "the quantile that the use asks for",
        (step("skill", "target / baseline", skill, target=figures.target, baseline=figures.baseline),),
        proof="back-test over a season, against a seasonal-naive forecast",
        guards=("bias", "coverage of the interval"),
        infeasible_when={"the target is below the noise floor": figures.target < floor},
    )
