"""Recorded resources of the bridged providers as a Terraform plan: names, blocks, references."""

from __future__ import annotations

from typing import Any

import pytest

from archgen.engine import Resource
from archgen.engine.recording import ASSET_KEY, UNKNOWN
from archgen.scan import document_of
from archgen.scan.naming import singular, snake_case, terraform_type
from tests.proof.recordings import INGRESS, resource

KEY = "aws:kms/key:Key"
BUCKET = "aws:s3/bucket:Bucket"


def planned(*resources: Resource) -> dict[str, dict[str, Any]]:
    """Values by address."""
    rows = document_of(resources).content["planned_values"]["root_module"]["resources"]
    return {row["address"]: row["values"] for row in rows}


@pytest.mark.parametrize(
    ("token", "type"),
    [
        ("aws:kms/key:Key", "aws_kms_key"),
        ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
        ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "aws_vpc_security_group_ingress_rule"),
        ("aws:cloudwatch/eventApiDestination:EventApiDestination", "aws_cloudwatch_event_api_destination"),
        ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
        ("aws:lb/targetGroup:TargetGroup", "aws_lb_target_group"),
        ("aws:cloudtrail/trail:Trail", "aws_cloudtrail"),
        ("aws:s3/bucketObjectv2:BucketObjectv2", "aws_s3_object"),
        ("aws:s3/bucketReplicationConfig:BucketReplicationConfig", "aws_s3_bucket_replication_configuration"),
        ("aws:cfg/recorder:Recorder", "aws_config_configuration_recorder"),
        ("aws:costexplorer/anomalyMonitor:AnomalyMonitor", "aws_ce_anomaly_monitor"),
        ("gcp:projects/iAMMember:IAMMember", "google_project_iam_member"),
        ("gcp:serviceaccount/account:Account", "google_service_account"),
        ("gcp:serviceaccount/iAMMember:IAMMember", "google_service_account_iam_member"),
        ("gcp:cloudrunv2/workerPool:WorkerPool", "google_cloud_run_v2_worker_pool"),
        ("gcp:vertex/aiEndpoint:AiEndpoint", "google_vertex_ai_endpoint"),
        ("gcp:compute/uRLMap:URLMap", "google_compute_url_map"),
        ("azure-native:storage:StorageAccount", None),
    ],
)
def test_a_type_has_the_name_that_terraform_gives_it(token: str, type: str | None) -> None:
    assert terraform_type(token) == type


def test_names_are_taken_apart_at_words() -> None:
    assert [snake_case(name) for name in ("kmsKeyArn", "IAMMember", "s3Bucket", "name")] == [
        "kms_key_arn",
        "iam_member",
        "s3_bucket",
        "name",
    ]
    assert [singular(name) for name in ("rules", "policies", "addresses", "access", "ingress")] == [
        "rule",
        "policy",
        "address",
        "access",
        "ingress",
    ]


def test_a_nested_object_is_a_block_and_a_free_mapping_stays_one() -> None:
    values = planned(
        resource(
            "b",
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            "lake",
            rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}],
        ),
        resource("t", BUCKET, "lake", tags={"costCentre": "a", "unknown": UNKNOWN}, bucketPrefix=UNKNOWN),
    )
    rule = {"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}], "bucket_key_enabled": True}
    encryption = values["aws_s3_bucket_server_side_encryption_configuration.b"]
    assert encryption["rule"] == encryption["rules"] == [rule], "the bridge's plural is taken back"
    assert values["aws_s3_bucket.t"] == {"tags": {"costCentre": "a"}}, "keys of a mapping are the reader's own words"


def test_what_is_unknown_or_a_file_is_left_out() -> None:
    values = planned(resource("o", "aws:s3/bucketObjectv2:BucketObjectv2", "x", source={ASSET_KEY: {}}, key="a"))
    assert values == {"aws_s3_object.o": {"key": "a"}}


def test_two_resources_of_one_name_have_an_address_each() -> None:
    first, second = resource("a", KEY, "one"), resource("a", KEY, "two")
    document = document_of([first, second])
    assert {address: each.component for address, each in document.addresses.items()} == {
        "aws_kms_key.a": "one",
        "aws_kms_key.a-2": "two",
    }


def test_a_reference_names_the_resource_that_a_value_came_from() -> None:
    bucket = resource("b", BUCKET, "lake")
    block = resource(
        "p", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "lake", sources={"bucket": (bucket.urn,)}
    )
    rows = document_of([bucket, block]).content["configuration"]["root_module"]["resources"]
    assert rows[1]["expressions"] == {"bucket": {"references": ["aws_s3_bucket.b.id", "aws_s3_bucket.b"]}}


def test_a_rule_between_two_groups_is_not_taken_for_one_from_everywhere() -> None:
    # Checkov 3.3 knows `source_security_group_id` alone and failed such a rule as open to 0.0.0.0/0.
    values = planned(resource("r", INGRESS, "x", referencedSecurityGroupId="sg-1", fromPort=0, toPort=65535))
    assert values["aws_vpc_security_group_ingress_rule.r"]["source_security_group_id"] == "sg-1"
