"""The formulae between a business figure and the quality of a model.

Shares are fractions, times are in the unit that their name says.

Sample sizes use the normal approximation, two-sided at 5 %, with a power of 80 %.
"""

from __future__ import annotations

from math import ceil, log, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf(0.975) + _NORMAL.inv_cdf(0.8)


def value_recall(baseline: float, target: float) -> float:
    """Share of the lost amount that has to be stopped: 1 - target / baseline. 12 to 6 bps: 50 %; 12 to 1: 91.7 %."""
    return 1 - target / baseline


def decline_threshold(amount: float, margin: float, friction: float, fee: float) -> float:
    """Probability of fraud from which declining is the cheaper error: (mA + f) / (mA + f + A + g).

    An amount of 80, a margin of 2 %, a friction of 3 and a fee of 20 give 0.044; an amount of 500 gives 0.024.
    """
    lost = margin * amount + friction
    return lost / (lost + amount + fee)


def false_positive_cap(reviews_a_day: float, decisions_a_day: float) -> float:
    """Highest false-positive rate that reviewers can work off. 5,000 a day of 3,000/s: 1.9e-5."""
    return reviews_a_day / decisions_a_day


def sample_size(baseline: float, change: float) -> int:
    """Subjects in each arm that prove a change of a share: 2 (z + z)^2 p (1 - p) / d^2 with p between the two.

    2.0 % to 1.7 %: 31,671 in each arm.
    """
    between = baseline + change / 2
    return ceil(2 * _Z**2 * between * (1 - between) / change**2)


def required_recall(reduction: float, effect: float) -> float:
    """Share of the cases that has to be reached when an action helps in a share `effect`: x / e."""
    return reduction / effect


def required_precision(recall: float, cases: float, actions: float) -> float:
    """Share of the actions that has to meet a case: recall x cases / actions."""
    return recall * cases / actions


def per_field_rate(straight_through: float, fields: float) -> float:
    """Share of each field that has to pass: x^(1/F). 80 % over 10 fields: 97.8 %."""
    return straight_through ** (1 / fields)


def reviewers(documents_a_day: float, straight_through: float, minutes: float, hours: float) -> float:
    """People (full time) that work off the rest: V (1 - x) AHT / (60 h). 10,000 x 20 % x 3 min at 6.5 h: 15.4."""
    return full_time(documents_a_day * (1 - straight_through), minutes, hours)


def full_time(reviews_a_day: float, minutes: float, hours: float) -> float:
    """People (full time) that so many reviews a day take: reviews x minutes / (60 x hours)."""
    return reviews_a_day * minutes / (60 * hours)


def clean_samples(error_limit: float) -> int:
    """Samples without an error that certify a limit at 95 %: ln(0.05) / ln(1 - e). 1 %: 299."""
    return ceil(log(0.05) / log(1 - error_limit))


def safety_stock_factor(service_level: float, lead_time_days: float) -> float:
    """Safety stock in units of the daily forecast error: z(s) x sqrt(LT)."""
    return _NORMAL.inv_cdf(service_level) * sqrt(lead_time_days)


def top_1_accuracy(saving: float, target: float, misrouted_share: float) -> float:
    """Accuracy at which a saving per correct answer still leaves the target: 1 - (saving - target) / misroute share."""
    return 1 - (saving - target) / misrouted_share
