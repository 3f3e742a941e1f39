"""The neighbours of the components of a night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from templates.aws.contracts import Step, Workload
from templates.aws.hardened.identity import allow, statement
from tests.templates.aws.stand_ins import Store, out

NIGHT = {
    "task": "forecasting",
    "training": "here",
    "rows": 2_400_000.0,
    "system": "sap",
    "share": 1.0,
    "starts": "01:00",
    "done_by": "05:00",
    "time_zone": "Europe/Berlin",
    "days": "daily",
    "window_s": 14_400.0,
}


class Lake(Store):
    """A store that can also be read."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.bucket_arn, self.bucket_name = out(f"arn:aws:s3:::{name}"), out(name)

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-reads-{self._name}", reader, [statement(["test:Read"], [self._name])])]

    def grant_write(self, writer: Workload, prefix: str) -> Sequence[pulumi.Resource]:
        self.prefixes.append(prefix)
        return [allow(f"{writer.name}-writes-{self._name}", writer, [statement(["test:Write"], [prefix])])]


class Registry:
    group_name, group_arn = out("demand-prod-registry"), out("arn:aws:sagemaker:group")
    image_repository_url, artefacts_uri = out("repository"), out("s3://artefacts/models/registry")

    def grant_register(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return []

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-reads-registry", reader, [statement(["test:Read"], ["registry"])])]

    def grant_follow(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-follows-registry", reader, [statement(["test:Follow"], ["registry"])])]


class Job:
    """A part that can be run."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.step = Step(
            integration="arn:aws:states:::glue:startJobRun.sync",
            parameters={"JobName": out(f"{name}-job"), "Arguments": {"--date.$": "$.date"}},
        )

    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{caller.name}-runs-{self._name}", caller, [statement(["test:Run"], [self._name])])]


_OF_JSONPATH = {"Parameters", "ResultPath", "ResultSelector", "InputPath", "OutputPath", "CausePath"}
_OF_JSONATA = {"Arguments", "Output"}


def assert_machine_is_whole(definition: Mapping[str, Any], language: str = "JSONPath") -> None:
    """What Step Functions would refuse: a state that leads nowhere or that nothing leads to, or the words of the other
    query language."""
    language = definition.get("QueryLanguage", language)
    states = definition["States"]
    reached, ahead = set(), [definition["StartAt"]]
    while ahead:
        name = ahead.pop()
        assert name in states, f"'{name}' is led to and does not exist"
        if name in reached:
            continue
        reached.add(name)
        assert len(name) <= 80, name
        state = states[name]
        spoken = state.get("QueryLanguage", language)
        assert not set(state) & (_OF_JSONPATH if spoken == "JSONata" else _OF_JSONATA), name
        following = [state[key] for key in ("Next", "Default") if key in state]
        following += [each["Next"] for key in ("Choices", "Catch") for each in state.get(key, ())]
        if state["Type"] in ("Succeed", "Fail"):
            assert not following, name
        elif state["Type"] != "Choice":
            assert ("Next" in state) != state.get("End", False), f"'{name}' neither ends nor goes on"
        for branch in state.get("Branches", ()):
            assert_machine_is_whole(branch, spoken)
        ahead += following
    assert reached == set(states), f"nothing leads to {', '.join(sorted(set(states) - reached))}"
