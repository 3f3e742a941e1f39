from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import engine_pb2, resource_pb2

from archgen.engine.monitor import Monitor
from archgen.engine.wire import from_struct, to_struct

TYPE = "aws:s3/bucket:Bucket"


@pytest.fixture
def monitor() -> Monitor:
    made = Monitor(project="p", stack="dev", preview=False, root=Path("/p"), settings={"aws:region": "eu-west-1"})
    made.RegisterResource(request("pulumi:pulumi:Stack", "p-dev", custom=False))
    return made


def request(type: str, name: str, parent: str = "", custom: bool = True, **inputs: Any) -> Any:
    return resource_pb2.RegisterResourceRequest(
        type=type, name=name, parent=parent, custom=custom, object=to_struct(inputs)
    )


def test_urns_carry_the_types_of_all_ancestors_but_the_stack(monitor: Monitor) -> None:
    outer = monitor.RegisterResource(request("own:a:Outer", "outer", monitor.stack_urn, custom=False)).urn
    inner = monitor.RegisterResource(request("own:a:Inner", "inner", outer, custom=False)).urn
    bucket = monitor.RegisterResource(request(TYPE, "b", inner)).urn
    assert outer == "urn:pulumi:dev::p::own:a:Outer::outer"
    assert bucket == f"urn:pulumi:dev::p::own:a:Outer$own:a:Inner${TYPE}::b"


def test_an_update_returns_an_id_and_outputs_and_a_preview_returns_inputs_only(monitor: Monitor) -> None:
    made = monitor.RegisterResource(request(TYPE, "b", monitor.stack_urn, bucket="lake"))
    assert (made.id, from_struct(made.object)["arn"]) == ("lake", "arn:aws:s3:::lake")
    monitor.preview = True
    planned = monitor.RegisterResource(request(TYPE, "c", monitor.stack_urn, bucket="more"))
    assert (planned.id, from_struct(planned.object)) == ("", {"bucket": "more"})


def test_a_second_registration_of_a_urn_is_a_problem_and_the_run_goes_on(monitor: Monitor) -> None:
    monitor.RegisterResource(request(TYPE, "b", monitor.stack_urn))
    monitor.RegisterResource(request(TYPE, "b", monitor.stack_urn))
    assert [problem.kind for problem in monitor.problems] == ["duplicate-urn"]
    assert len(monitor.registrations) == 1


def test_a_parent_that_was_never_registered_is_a_problem(monitor: Monitor) -> None:
    monitor.RegisterResource(request(TYPE, "b", "urn:pulumi:dev::p::own:a:Gone::gone"))
    assert [problem.kind for problem in monitor.problems] == ["missing-parent"]


def test_a_remote_component_is_a_problem(monitor: Monitor) -> None:
    remote = request("own:a:Far", "far", monitor.stack_urn, custom=False)
    remote.remote = True
    monitor.RegisterResource(remote)
    assert [problem.kind for problem in monitor.problems] == ["cloud-read"]


def test_an_unknown_function_is_one_problem_and_a_known_one_none(monitor: Monitor) -> None:
    monitor.Invoke(resource_pb2.ResourceInvokeRequest(tok="aws:index/getPartition:getPartition"))
    assert monitor.problems == []
    monitor.Invoke(resource_pb2.ResourceInvokeRequest(tok="aws:ec2/getAmi:getAmi"))
    assert [problem.kind for problem in monitor.problems] == ["unfaked-invoke"]


def test_warnings_and_errors_that_are_logged_are_problems_and_news_is_not(monitor: Monitor) -> None:
    for severity in (engine_pb2.DEBUG, engine_pb2.INFO, engine_pb2.WARNING, engine_pb2.ERROR):
        monitor.Log(engine_pb2.LogRequest(severity=severity, message="said"))
    assert [problem.severity for problem in monitor.problems] == ["warning", "error"]
