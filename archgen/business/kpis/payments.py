"""Fraud and approval. Source: KPI-03 to KPI-05 of the project's table; limits of schemes and of PSD2 as named."""

from __future__ import annotations

from archgen.business.arithmetic import decline_threshold, false_positive_cap, value_recall
from archgen.business.pattern import pattern
from archgen.business.requirement import Figures, Requirement, step

_BANDS = ((100.0, 13e-4), (250.0, 6e-4), (500.0, 1e-4))
"""Upper amount of a band in EUR and its fraud rate for remote cards. Source: PSD2 RTS 2018/389, Annex."""
_SCHEME_LIMIT, _SCHEME_COUNT = 0.015, 1500
"""Visa VAMP, merchants outside MENA from 1 April 2026: ratio and monthly count that are excessive."""


@pattern("KPI-03", "fraud-loss", "fraud-losses", "fraud-bps")
def fraud_loss(figures: Figures) -> Requirement:
    """Loss from one rate to another: recall by value at a false-positive rate that people can work off."""
    recall = value_recall(figures.baseline, figures.target)
    traffic = figures.spec.workload.traffic
    average = float((traffic.average or traffic.peak) if traffic else figures.value("decisions") / 86_400)
    amount, margin = figures.value("amount"), figures.value("margin")
    friction, fee = figures.value("friction_cost"), figures.value("dispute_fee")
    reviews = figures.a_day("review_capacity")
    threshold = decline_threshold(amount, margin, friction, fee)
    cap = false_positive_cap(reviews, average * 86_400)
    queue = cap < figures.value("granularity")
    return figures.requirement(
        "KPI-03",
        f"recall by value of at least {recall:.1%} at a false-positive rate of at most {cap:.2g} for manual review",
        f"decline or step up where the probability of fraud is at least {threshold:.3f}"
        + ("; review cannot be the main action: step up instead" if queue else ""),
        (
            step("value recall", "1 - target / baseline", recall, target=figures.target, baseline=figures.baseline),
            step(
                "decline threshold p*",
                "(margin x amount + friction) / (margin x amount + friction + amount + fee)",
                threshold,
                "probability",
                amount=amount,
                margin=margin,
                friction=friction,
                fee=fee,
            ),
            step(
                "false-positive cap of manual review",
                "reviews a day / decisions a day",
                cap,
                reviews=reviews,
                decisions=average * 86_400,
            ),
        ),
        proof="recall at a fixed false-positive rate per band of amounts, on cohorts of 60 to 120 days",
        guards=("approval rate", "chargeback ratio", "p99 of the decision"),
        infeasible_when={
            "the target is below what first-party fraud alone costs": figures.target
            < figures.value("first_party_floor"),
            "the baseline is not above the target": figures.baseline <= figures.target,
        },
    )


@pattern("KPI-04", "fraud-ratio", "dispute-ratio", "chargeback-ratio", "scheme-limit")
def scheme_limit(figures: Figures) -> Requirement:
    """Staying under a scheme's or PSD2's limit: an alarm well before it."""
    amount, level = figures.value("amount"), figures.baseline
    band = next((rate for bound, rate in _BANDS if amount <= bound), None)
    alarm = 0.8 * figures.target
    return figures.requirement(
        "KPI-04",
        f"a ratio of at most {figures.target:.2%}, watched at {alarm:.2%}",
        f"scheme: {_SCHEME_LIMIT:.1%} and {_SCHEME_COUNT:,} cases a month are excessive; PSD2 for this amount: "
        + (f"{band * 10_000:g} bps" if band else "no exemption above EUR 500"),
        (step("alarm", "0.8 x target", alarm, target=figures.target),),
        proof="monthly for the scheme, rolling 90 days for PSD2",
        guards=("approval rate",),
        infeasible_when={
            "the target lies above the scheme's limit": figures.target > _SCHEME_LIMIT,
            "the ratio is already there": level <= figures.target,
        },
    )


@pattern("KPI-05", "approval-rate", "acceptance-rate")
def approval_rate(figures: Figures) -> Requirement:
    """More approvals at the same loss: a better ranking, compared at a fixed loss."""
    gain = figures.target_share - figures.baseline_share
    share = gain / (1 - figures.baseline_share)
    return figures.requirement(
        "KPI-05",
        f"{share:.1%} of today's declines approved at no more loss; compare ROC curves at that loss, not their area",
        "the score at which the loss equals today's",
        (
            step(
                "declines to turn",
                "(target - baseline) / (1 - baseline)",
                share,
                target=figures.target,
                baseline=figures.baseline,
            ),
        ),
        proof="A/B test on the approval rate, with an exploration bucket of 0.1 to 1 % of declines",
        guards=("loss",),
        infeasible_when={
            "no decline is ever approved to learn from (selection bias)": figures.value("exploration") <= 0,
            "the target is below the baseline": gain <= 0,
        },
    )
