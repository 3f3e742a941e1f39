from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from archgen.design import plan
from archgen.knowledge import assumptions
from archgen.services import Ref, catalogue
from archgen.services.service import Neighbours, Region
from templates.aws.night_state_machine.component import NightStateMachine, NightStateMachineArgs
from tests.specs import changed, spec
from tests.templates.aws.batch_stand_ins import NIGHT, Job, assert_machine_is_whole
from tests.templates.aws.stand_ins import (
    actions,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
    resources_of,
    waits_for,
)

SERVICE = catalogue.services("aws")["night_state_machine"]
STAGES = (("orders-intake", "promotions-intake"), ("curation",), ("forecast",))


def build(**given):
    args = {
        "platform": platform(),
        "stages": STAGES,
        "steps": [Job(step) for stage in STAGES for step in stage],
        "starts": "cron(0 1 * * ? *)",
        "deadline": "cron(0 5 * * ? *)",
        "time_zone": "Europe/Berlin",
        "window_minutes": 240,
        "date_shift_minutes": 750,
    }
    return NightStateMachine("night", NightStateMachineArgs(**(args | given)))


def definition(made, name="night"):
    return json.loads(made.one(":StateMachine", name).inputs["definition"])


def arguments(case="demand-forecasting", *replacements):
    topology = plan(changed(case, *replacements) if replacements else spec(case)).topology
    around = Neighbours(
        topology=topology, services={}, region=Region(name="eu-central-1", zones=()), assumptions=assumptions()
    )
    return SERVICE.arguments(topology.component("night"), around)


def test_each_stage_waits_for_the_one_before_and_its_steps_run_side_by_side(record):
    states = definition(record(build))["States"]
    assert definition(record(build))["StartAt"] == "Date"
    order, state = [], "Date"
    while state:
        order.append(state)
        state = states[state].get("Next")
    assert order == ["Date", "orders-intake and promotions-intake", "curation", "forecast"]
    together = states["orders-intake and promotions-intake"]
    assert [branch["StartAt"] for branch in together["Branches"]] == ["orders-intake", "promotions-intake"]
    assert states["curation"]["Parameters"] == {"JobName": "curation-job", "Arguments": {"--date.$": "$.date"}}


def test_the_machines_are_whole(record):
    made = record(build)
    for name in ("night", "night-deadline"):
        assert_machine_is_whole(definition(made, name))


def test_every_step_is_repeated_once_and_its_failure_names_it(record):
    states = definition(record(build))["States"]
    tasks = [states["curation"], states["forecast"]]
    tasks += [b["States"][b["StartAt"]] for b in states["orders-intake and promotions-intake"]["Branches"]]
    for task in tasks:
        assert task["Resource"].endswith(".sync"), "a step that is not waited for has no end"
        assert task["Retry"][0]["MaxAttempts"] == 1
        assert task["ResultPath"] is None, "the next step needs the date"
    for stage in ("orders-intake and promotions-intake", "curation", "forecast"):
        (catch,) = states[stage]["Catch"]
        assert catch["ErrorEquals"] == ["States.ALL"]
        assert states[catch["Next"]] == {"Type": "Fail", "Error": stage, "CausePath": "$.failure.Cause"}


def test_it_may_run_its_steps_before_it_exists(record):
    made = record(build)
    grants = [made.one(":RolePolicy", f"night-runs-{step}") for stage in STAGES for step in stage]
    assert waits_for(made.one(":StateMachine", "night"), *grants)


def test_start_and_deadline_follow_the_clocks_of_the_business(record):
    made = record(build)
    schedules = {schedule.name: schedule.inputs for schedule in made.of(":Schedule")}
    assert {s["scheduleExpressionTimezone"] for s in schedules.values()} == {"Europe/Berlin"}
    assert schedules["night"]["scheduleExpression"] == "cron(0 1 * * ? *)"
    assert schedules["night-deadline"]["scheduleExpression"] == "cron(0 5 * * ? *)"
    for schedule in schedules.values():
        assert schedule["target"]["deadLetterConfig"]["arn"] and schedule["target"]["retryPolicy"]
    given = json.loads(json.loads(schedules["night"]["target"]["input"])["Input"])
    assert given == {"scheduled": "<aws.scheduler.scheduled-time>"}


def test_a_missed_deadline_is_noticed_from_outside_also_when_the_night_never_began(record):
    made = record(build)
    deadline = definition(made, "night-deadline")
    find = deadline["States"]["Find run"]
    assert find["Arguments"]["StatusFilter"] == "SUCCEEDED"
    # 240 minutes and the hour that the autumn night has more, but never the night before.
    assert str((240 + 90) * 60_000) in find["Output"]["done"] and 240 + 90 < 24 * 60
    assert deadline["States"]["Done in time?"]["Default"] == "Missed"
    assert deadline["States"]["Missed"]["Type"] == "Fail"
    missed = made.one(":MetricAlarm", "night-deadline-missed").inputs
    assert (missed["namespace"], missed["metricName"]) == ("AWS/States", "ExecutionsFailed")
    assert missed["dimensions"]["StateMachineArn"].endswith("night-deadline")
    allowed = policy(made.one(":RolePolicy", "night-deadline"))
    assert resources_of(allowed, "states:ListExecutions")[0].endswith("night")


def test_machines_are_encrypted_logged_and_traced_under_a_key_that_lets_their_log_through(record):
    made = record(build)
    for machine in made.of(":StateMachine"):
        assert machine.inputs["encryptionConfiguration"]["type"] == "CUSTOMER_MANAGED_KMS_KEY"
        # Dates and ARNs are all that a night is given: without them a failed run tells nobody which night it was.
        assert machine.inputs["loggingConfiguration"]["includeExecutionData"] is True
        assert machine.inputs["tracingConfiguration"] == {"enabled": True}
        traced = actions([said for made_policy in made.of(":RolePolicy") for said in policy(made_policy)])
        assert {"xray:PutTraceSegments", "xray:GetSamplingTargets"} <= traced
        assert machine.inputs["type"] == "STANDARD"
    for key in made.of(":Key"):
        services = [s["Principal"].get("Service") for s in json.loads(key.inputs["policy"])["Statement"]]
        assert "delivery.logs.amazonaws.com" in services
    for group in made.of(":LogGroup"):
        assert group.inputs["name"].startswith("/aws/vendedlogs/states/")
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_alarm_reaches_a_person(made)


def test_steps_without_a_name_are_refused(record):
    with pytest.raises(ValueError, match=r"4 steps .* 3 are given"):
        record(lambda: build(steps=[Job(str(n)) for n in range(3)]))


def test_the_order_is_that_of_the_data():
    given = arguments()
    assert given["stages"] == (
        ("orders-intake", "promotions-intake"),
        ("curation",),
        ("forecast",),
        ("replenishment-writeback",),
    )
    assert given["steps"] == tuple(Ref(component=id) for stage in given["stages"] for id in stage)


@pytest.mark.parametrize(
    ("replaced", "starts", "deadline"),
    [
        ((), "cron(0 1 * * ? *)", "cron(0 5 * * ? *)"),
        ((("days: daily", "days: weekdays"),), "cron(0 1 ? * MON-FRI *)", "cron(0 5 ? * MON-FRI *)"),
        (
            (("days: daily", "days: weekdays"), ('starts: "01:00"', 'starts: "22:30"')),
            "cron(30 22 ? * MON-FRI *)",
            "cron(0 5 ? * TUE-SAT *)",
        ),
        ((("days: daily", "days: weekly"),), "cron(0 1 ? * MON *)", "cron(0 5 ? * MON *)"),
        (
            (("days: daily", "days: monthly"), ('starts: "01:00"', 'starts: "23:00"')),
            "cron(0 23 1 * ? *)",
            "cron(0 5 2 * ? *)",
        ),
    ],
)
def test_a_window_over_midnight_ends_on_the_day_after(replaced, starts, deadline):
    given = arguments("demand-forecasting", *replaced)
    assert (given["starts"], given["deadline"]) == (starts, deadline)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC"])
@pytest.mark.parametrize("starts", ["00:00", "01:00", "22:30", "23:59"])
@pytest.mark.parametrize("month", range(1, 13))
def test_the_date_of_a_night_is_that_of_its_start_in_summer_and_in_winter(zone, starts, month):
    from templates.aws.night_state_machine.service import date_shift_minutes

    hour, minute = (int(part) for part in starts.split(":"))
    local = datetime(2026, month, 15, hour, minute, tzinfo=ZoneInfo(zone))
    moved = local.astimezone(UTC) + timedelta(minutes=date_shift_minutes(starts, zone))
    assert moved.date() == local.date()


@pytest.mark.parametrize("need", ["starts", "done_by"])
def test_a_time_that_clocks_jump_over_is_refused(need):
    assert not SERVICE.suits(NIGHT).violated
    (violation,) = SERVICE.suits({**NIGHT, need: "02:30"}).violated
    assert violation.need == need and "Europe/Berlin" in violation.reason
    assert not SERVICE.suits({**NIGHT, need: "02:30", "time_zone": "Asia/Kolkata"}).violated
