"""Capacity by the calendar: what is known ahead needs no measurement, and a machine that needs minutes to start comes
too late when it is asked for by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_ENTRY = re.compile(r"(?P<when>(?:cron|at)\([^()]+\)) (?P<zone>[A-Za-z0-9_+/-]+) (?P<least>[0-9]{1,4})")


@dataclass(frozen=True, kw_only=True)
class PlannedMinimum:
    """From `when` on, in `time_zone`, there are at least `least`."""

    when: str
    time_zone: str
    least: int


def planned_minimum(text: str) -> PlannedMinimum:
    """An entry such as `cron(0 18 ? * FRI *) Europe/Dublin 24`. Raises `ValueError` for anything else."""
    found = _ENTRY.fullmatch(text.strip())
    if found is None or int(found["least"]) < 1:
        raise ValueError(
            f"planned minimum '{text}' cannot be read; expected a cron(...) or at(...), a time zone and a number of at "
            "least 1, e.g. 'cron(0 18 ? * FRI *) Europe/Dublin 24'"
        )
    return PlannedMinimum(when=found["when"], time_zone=found["zone"], least=int(found["least"]))


def plan_minimums(
    name: str, entries: Sequence[str], target: aws.appautoscaling.Target, most: int, parent: pulumi.Resource
) -> Sequence[aws.appautoscaling.ScheduledAction]:
    """One scheduled action for each entry. `most` is the target's own maximum: an entry beyond it lifts it, and the
    next entry brings it back. Raises `ValueError` for an entry that cannot be read."""
    planned = [planned_minimum(text) for text in entries]
    return [
        aws.appautoscaling.ScheduledAction(
            f"{name}-planned-{place}",
            name=f"{name}-planned-{place}",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            schedule=each.when,
            timezone=each.time_zone,
            scalable_target_action=aws.appautoscaling.ScheduledActionScalableTargetActionArgs(
                min_capacity=each.least, max_capacity=max(most, each.least)
            ),
            opts=pulumi.ResourceOptions(parent=parent),
        )
        for place, each in enumerate(planned, start=1)
    ]
