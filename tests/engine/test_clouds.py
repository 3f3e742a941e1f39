from __future__ import annotations

import re

import pytest

from archgen.engine import sdk
from archgen.engine.clouds import cloud_of, tables

ACCOUNT = "123456789012"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"aws:region": "eu-central-1"}


@pytest.mark.parametrize(
    ("type", "inputs", "id", "arn"),
    [
        ("aws:iam/role:Role", {"name": "r"}, "r", f"arn:aws:iam::{ACCOUNT}:role/r"),
        ("aws:s3/bucket:Bucket", {"bucket": "b"}, "b", "arn:aws:s3:::b"),
        ("aws:sns/topic:Topic", {"name": "t"}, None, f"arn:aws:sns:eu-central-1:{ACCOUNT}:t"),
        ("aws:sqs/queue:Queue", {"name": "q"}, f"https://sqs.eu-central-1.amazonaws.com/{ACCOUNT}/q", None),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "/a"}, "/a", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:/a"),
        ("aws:sagemaker/endpoint:Endpoint", {"name": "e"}, "e", f"arn:aws:sagemaker:eu-central-1:{ACCOUNT}:endpoint/e"),
    ],
)
def test_aws_ids_and_arns_have_their_services_form(
    settings: dict[str, str], type: str, inputs: dict[str, str], id: str | None, arn: str | None
) -> None:
    identity = cloud_of("aws", settings).identify(type, "urn:1", "logical", inputs)
    assert id in (None, identity.id)
    assert arn in (None, identity.outputs["arn"])


def test_an_unnamed_resource_gets_the_logical_name_and_a_suffix_that_depends_on_the_urn_alone(
    settings: dict[str, str],
) -> None:
    cloud = cloud_of("aws", settings)
    first, again, other = (cloud.identify("aws:iam/role:Role", urn, "role", {}) for urn in ("u1", "u1", "u2"))
    assert re.fullmatch(r"role-[0-9a-f]{7}", first.name)
    assert first == again
    assert first.name != other.name


def test_a_resource_that_names_another_region_lies_there(settings: dict[str, str]) -> None:
    given = {"name": "t", "region": "eu-west-1"}
    identity = cloud_of("aws", settings).identify("aws:sns/topic:Topic", "u", "t", given)
    assert identity.outputs["arn"] == f"arn:aws:sns:eu-west-1:{ACCOUNT}:t"


def test_a_type_without_a_row_gets_a_general_arn(settings: dict[str, str]) -> None:
    identity = cloud_of("aws", settings).identify("aws:backup/framework:Framework", "u", "v", {"name": "v"})
    assert identity.outputs["arn"] == f"arn:aws:backup:eu-central-1:{ACCOUNT}:framework/v"


def test_a_provider_without_a_file_gets_its_names_as_ids() -> None:
    assert cloud_of("random", {}).identify("random:index/randomId:RandomId", "u", "x", {"name": "n"}).id == "n"
    assert cloud_of("random", {}).answer("random:index/get:get", {}) is None


def test_lookups_are_answered_for_the_stacks_region(settings: dict[str, str]) -> None:
    cloud = cloud_of("aws", settings)
    zones = cloud.answer("aws:index/getAvailabilityZones:getAvailabilityZones", {"state": "available"})
    assert zones is not None
    assert zones["names"] == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
    assert zones["state"] == "available"
    assert cloud.answer("aws:ec2/getAmi:getAmi", {}) is None


@pytest.mark.parametrize("token", sorted(tables()["aws"]["resources"]))
def test_every_row_is_about_outputs_that_the_sdk_has(token: str) -> None:
    row = tables()["aws"]["resources"][token]
    named = {row.get("name_from", "name")} if "name_from" in row else set()
    assert (set(row) - {"id", "name_from"}) | named <= set(sdk.output_types(token))


@pytest.mark.parametrize("package", sorted(tables()))
def test_every_table_tells_where_it_is_from(package: str) -> None:
    assert {"source", "date", "confidence", "account", "region"} <= set(tables()[package])
