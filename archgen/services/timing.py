"""When a component that begins and ends is started, where nothing else starts it."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services.service import Setting, Value
from archgen.topology import Needs

DELIVERIES: Mapping[str, tuple[str, int | None]] = {
    "hourly": ("cron(10 * * * ? *)", 4),
    "daily": ("cron(30 0 * * ? *)", 26),
    "weekly": ("cron(30 0 ? * MON *)", None),
}
"""Delivery -> when it is fetched, and the hours it may go without success; None where an alarm cannot look back as far.
Source: own choice; half an hour after midnight the business day of the source is over."""


def time_zone(needs: Needs) -> Value:
    """The zone that schedules follow: the spec's, else a setting that all schedules of a program share."""
    said = needs.get("time_zone")
    if said:
        return str(said)
    return Setting(
        key="timeZone", description="Time zone that schedules follow, e.g. Europe/Dublin", sample="Europe/Dublin"
    )


def schedule_arguments(needs: Needs, expression: str, within_hours: int | None) -> Mapping[str, Value]:
    """The arguments `schedule`, `time_zone` and `expected_within_hours`; none where something else starts it."""
    if needs.get("orchestrated"):
        return {}
    given: dict[str, Value] = {"schedule": expression, "time_zone": time_zone(needs)}
    return given if within_hours is None else given | {"expected_within_hours": within_hours}


def delivery_schedule(needs: Needs) -> Mapping[str, Value]:
    """`schedule_arguments` by the `delivery` of a source; none for one that a person asks for."""
    found = DELIVERIES.get(str(needs.get("delivery")))
    return schedule_arguments(needs, *found) if found else {}
