"""The night on AWS Step Functions: every step in its order, each retried once, and a second look at the deadline.

The machine carries the business date of the run (`$.date`): it names what the steps read and write, so that a repeated
night overwrites and never doubles. A run is repeated for a past date by starting the machine with that date's
`scheduled` time.

A run that is late is not stopped: late answers are better than none. Whether the night was done in time is therefore
looked at from outside, by a machine of its own at the deadline, which also notices a night that never began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Runnable
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm
from ..hardened.schedules import Call, Scheduled, schedule
from ..hardened.state_machines import Machine, hosting, state_machine

LONGEST_RUN_SECONDS = 20 * 3600
"""A run that hangs ends before the next night begins."""
SLACK_MINUTES = 90
"""In the night in which clocks go back an hour more passes between start and deadline, and a schedule has its delay."""


@dataclass(frozen=True, kw_only=True)
class NightStateMachineArgs:
    platform: Platform
    stages: Sequence[Sequence[str]]
    """Names of `steps`, stage by stage. The steps of a stage run side by side; a stage waits for the one before."""
    steps: Sequence[Runnable]
    """What runs, in the order in which `stages` names it."""
    starts: str
    """When a run starts, e.g. `cron(0 1 * * ? *)`, in `time_zone`."""
    deadline: str
    """When it has to be done, in `time_zone`."""
    time_zone: str
    """E.g. `Europe/Berlin`: in UTC a night would begin an hour late for half of the year."""
    window_minutes: int
    """From start to deadline."""
    date_shift_minutes: int
    """Added to the start in UTC, it gives about noon of the run's day in `time_zone`, in summer and in winter."""


class NightStateMachine(pulumi.ComponentResource):
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: NightStateMachineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:NightStateMachine", name, None, opts)
        self._name, self._platform = name, args.platform
        names = [step for stage in args.stages for step in stage]
        if len(names) != len(args.steps):
            raise ValueError(
                f"{name}: stages name {len(names)} steps ({', '.join(names)}), {len(args.steps)} are given"
            )
        hosted = hosting(name, args.platform, self)
        granted = [grant for step in args.steps for grant in step.grant_run(hosted.workload)]
        night = state_machine(name, hosted, definition(args), args.platform, self, granted)
        deadline = self._deadline(night, args)
        starting = self._schedule(name, args.starts, args, night, {"scheduled": "<aws.scheduler.scheduled-time>"})
        looking = self._schedule(f"{name}-deadline", args.deadline, args, deadline, {})
        own = [
            night.metric("Nights done", "ExecutionsSucceeded"),
            night.metric("Nights failed", "ExecutionsFailed"),
            night.metric("Nights stopped for their length", "ExecutionsTimedOut"),
            # Step Functions reports milliseconds.
            night.metric("Length of a night (ms)", "ExecutionTime", "Maximum"),
            deadline.metric("Deadlines missed", "ExecutionsFailed"),
        ]
        self.metrics = [*own, *starting.metrics, *looking.metrics]
        self.alarms = [*self._alarms(own, args), *starting.alarms, *looking.alarms]
        self.register_outputs({"state_machine_arn": night.machine.arn})

    def _deadline(self, night: Machine, args: NightStateMachineArgs) -> Machine:
        name = f"{self._name}-deadline"
        hosted = hosting(name, args.platform, self)
        allowed = allow(name, hosted.workload, [statement(["states:ListExecutions"], [night.machine.arn])])
        return state_machine(
            name,
            hosted,
            deadline_definition(night.machine.arn, args.window_minutes + SLACK_MINUTES),
            args.platform,
            self,
            [allowed],
        )

    def _schedule(
        self, name: str, expression: str, args: NightStateMachineArgs, started: Machine, given: Mapping[str, str]
    ) -> Scheduled:
        return schedule(
            name,
            self,
            args.platform,
            expression=expression,
            time_zone=args.time_zone,
            call=Call(
                target_arn="arn:aws:scheduler:::aws-sdk:sfn:startExecution",
                input={"StateMachineArn": started.machine.arn, "Input": pulumi.Output.json_dumps(given)},
                statements=[
                    statement(["states:StartExecution"], [started.machine.arn]),
                    statement(["kms:Decrypt", "kms:GenerateDataKey"], [started.key.arn]),
                ],
            ),
        )

    def _alarms(self, metrics: Sequence[Metric], args: NightStateMachineArgs) -> Sequence[aws.cloudwatch.MetricAlarm]:
        _, failed, endless, _, missed = metrics
        return [
            alarm(
                f"{self._name}-failed",
                failed,
                "A night has failed after its steps were repeated once. The error of the run names the step: read that "
                "step's log, mend the cause, and start the machine again with the input of the failed run.",
                0,
                self._platform,
                self,
                periods=1,
            ),
            alarm(
                f"{self._name}-endless",
                endless,
                "A night was stopped after 20 hours. A step hangs: look at the last one that the run has entered.",
                0,
                self._platform,
                self,
                periods=1,
            ),
            alarm(
                f"{self._name}-deadline-missed",
                missed,
                "The night is not done at its deadline: consumers have no answers yet. Tell them, then look at the "
                "running or failed run of the machine; without any, at the dead letters of its schedule.",
                0,
                self._platform,
                self,
                periods=1,
            ),
        ]


def definition(args: NightStateMachineArgs) -> Mapping[str, Any]:
    """The night in Amazon States Language: the date, then one state per stage and the failure that it can end in."""
    steps = dict(zip((step for stage in args.stages for step in stage), args.steps, strict=True))
    states: dict[str, Any] = {"Date": _date(args.date_shift_minutes, _title(args.stages[0]))}
    for index, stage in enumerate(args.stages):
        title = _title(stage)
        last = index + 1 == len(args.stages)
        onwards = {"End": True} if last else {"Next": _title(args.stages[index + 1])}
        failure = f"No {title}"[:80]
        states[title] = {**_stage(stage, steps, title), **onwards, "Catch": [_catch(failure)]}
        states[failure] = {"Type": "Fail", "Error": title, "CausePath": "$.failure.Cause"}
    return {"StartAt": "Date", "TimeoutSeconds": LONGEST_RUN_SECONDS, "States": states}


def deadline_definition(night_arn: pulumi.Input[str], minutes: int) -> Mapping[str, Any]:
    """Fails when no run of the night that began within the last `minutes` has succeeded."""
    recent = f"$states.result.Executions[$toMillis(StartDate) > $millis() - {minutes * 60_000}]"
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "Find run",
        "TimeoutSeconds": 600,
        "States": {
            "Find run": {
                "Type": "Task",
                "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
                "Arguments": {"StateMachineArn": night_arn, "StatusFilter": "SUCCEEDED", "MaxResults": 1},
                "Output": {"done": "{% $count(" + recent + ") > 0 %}"},
                "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 10, "MaxAttempts": 5, "BackoffRate": 2}],
                "Next": "Done in time?",
            },
            "Done in time?": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $states.input.done %}", "Next": "In time"}],
                "Default": "Missed",
            },
            "In time": {"Type": "Succeed"},
            "Missed": {"Type": "Fail", "Error": "DeadlineMissed", "Cause": "No run of this night has succeeded yet."},
        },
    }


def _date(shift_minutes: int, following: str) -> Mapping[str, Any]:
    """The start is told in UTC, where a night in Berlin begins on one day in summer and on the next in winter. Moved to
    noon, both are the same day."""
    noon = f"$toMillis($states.input.scheduled) + {shift_minutes * 60_000}"
    return {
        "Type": "Pass",
        "QueryLanguage": "JSONata",
        "Output": {"date": "{% $fromMillis(" + noon + ", '[Y0001]-[M01]-[D01]') %}"},
        "Next": following,
    }


def _title(stage: Sequence[str]) -> str:
    # Step Functions takes 80 characters.
    return " and ".join(stage)[:77]


def _stage(stage: Sequence[str], steps: Mapping[str, Runnable], title: str) -> Mapping[str, Any]:
    if len(stage) == 1:
        return _task(steps[stage[0]])
    branches = [{"StartAt": step, "States": {step: {**_task(steps[step]), "End": True}}} for step in stage]
    return {"Type": "Parallel", "Branches": branches, "ResultPath": None}


def _task(runnable: Runnable) -> Mapping[str, Any]:
    step = runnable.step
    return {
        "Type": "Task",
        "Resource": step.integration,
        "Parameters": step.parameters,
        # What a step says of itself is in its own log; the next one needs the date alone.
        "ResultPath": None,
        # Once: the window has a reserve for one repetition of its longest step, and for no more.
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 60, "MaxAttempts": 1, "BackoffRate": 1}],
    }


def _catch(failure: str) -> Mapping[str, Any]:
    return {"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": failure}
