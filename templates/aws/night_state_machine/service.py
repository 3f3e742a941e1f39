"""The night: a state machine over everything that can be run, in the order that the data takes."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from archgen.services import Fit, Neighbours, Port, Ref, Service, Value, Violation
from archgen.sizing import runs_skipped
from archgen.topology import Component, Needs, Topology

RUN = "run"
STATES = frozenset({"step-functions"})
ROLES = ("batch-intake", "batch-scoring", "curation", "result-delivery")

_WEEKDAYS = ("MON-FRI", "TUE-SAT")
_NOON = 12 * 60


class NightStateMachine(Service):
    """Fits every window whose ends exist in every night of the year."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        for need in ("starts", "done_by"):
            hour, minute = _time(str(needs[need]))
            if runs_skipped(hour, minute, str(needs["time_zone"])):
                violated.append(
                    Violation(
                        need=need,
                        found=str(needs[need]),
                        limit="a time that every day of the year has",
                        reason=f"clocks in {needs['time_zone']} jump over it once a year, and the schedule with them",
                    )
                )
        return Fit(
            score=80,
            reasons=(
                "waits for jobs without running anything itself, and repeats what failed",
                "starts and deadlines in the business's own time zone",
            ),
            violated=tuple(violated),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        needs = component.needs
        stages = stages_of(component.id, neighbours.topology)
        over_midnight = _minutes(str(needs["done_by"])) <= _minutes(str(needs["starts"]))
        return {
            "stages": stages,
            "steps": tuple(Ref(component=id) for stage in stages for id in stage),
            "starts": _cron(str(needs["starts"]), str(needs["days"]), later=False),
            "deadline": _cron(str(needs["done_by"]), str(needs["days"]), later=over_midnight),
            "time_zone": str(needs["time_zone"]),
            "window_minutes": round(float(str(needs["window_s"])) / 60),
            "date_shift_minutes": date_shift_minutes(str(needs["starts"]), str(needs["time_zone"])),
        }


def stages_of(night: str, topology: Topology) -> tuple[tuple[str, ...], ...]:
    """What the night runs, in the order of the data: a step waits for every other one that its data passes through."""
    run = {flow.target for flow in topology.flows if flow.source == night and flow.kind == RUN}
    graph = graphlib.TopologicalSorter({id: _before(id, run, topology) for id in sorted(run)})
    graph.prepare()
    stages = []
    while graph.is_active():
        ready = sorted(graph.get_ready())
        stages.append(tuple(ready))
        graph.done(*ready)
    return tuple(stages)


def date_shift_minutes(starts: str, time_zone: str) -> int:
    """What brings the start of a run, told in UTC, to about noon of its day in the time zone, all year round."""
    zone = ZoneInfo(time_zone)
    offsets = [datetime(2027, month, 1, 12, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)]
    offset = sum(offset.total_seconds() for offset in offsets) / len(offsets) / 60
    return round(_NOON - _minutes(starts) + offset)


def _before(id: str, run: set[str], topology: Topology) -> set[str]:
    """The steps whose data reaches this one, directly or through what is not run."""
    found: set[str] = set()
    seen, ahead = {id}, [id]
    while ahead:
        target = ahead.pop()
        for flow in topology.flows:
            if flow.target != target or flow.kind == RUN or flow.source in seen:
                continue
            seen.add(flow.source)
            if flow.source in run:
                found.add(flow.source)
            else:
                ahead.append(flow.source)
    return found


def _cron(time: str, days: str, *, later: bool) -> str:
    """`later`: on the day after, since the window runs over midnight."""
    hour, minute = _time(time)
    match days:
        case "daily":
            on = "* * ?"
        case "weekdays":
            on = f"? * {_WEEKDAYS[later]}"
        case "weekly":
            on = f"? * {'TUE' if later else 'MON'}"
        case "monthly":
            on = f"{2 if later else 1} * ?"
        case _:
            raise ValueError(f"days: '{days}' is none of daily, weekdays, weekly and monthly")
    return f"cron({minute} {hour} {on} *)"


def _time(text: str) -> tuple[int, int]:
    hour, minute = text.split(":")
    return int(hour), int(minute)


def _minutes(text: str) -> int:
    hour, minute = _time(text)
    return 60 * hour + minute


SERVICE = NightStateMachine(
    id="night_state_machine",
    role="orchestration",
    class_name="NightStateMachine",
    title="AWS Step Functions",
    # Its arguments name the steps in their order, which flows do not have.
    ports=tuple(Port(argument=None, kind=RUN, role=role, speaks=STATES, verb="runs") for role in ROLES),
)
