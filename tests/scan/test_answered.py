"""Failures that the recording refutes, and the same ones where it does not."""

from __future__ import annotations

import json

from archgen.scan.answered import answer
from tests.proof.recordings import INGRESS, resource

GROUP = resource("g", "aws:ec2/securityGroup:SecurityGroup", "job", identities=("sg-1",))


def test_a_group_that_a_job_runs_in_is_attached() -> None:
    # Checkov lists no SageMaker pipeline among what a group can be attached to.
    definition = json.dumps({"Steps": [{"NetworkConfig": {"VpcConfig": {"SecurityGroupIds": ["sg-1"]}}}]})
    pipeline = resource("p", "aws:sagemaker/pipeline:Pipeline", "job", pipelineDefinition=definition)
    assert answer("CKV2_AWS_5", GROUP, [GROUP, pipeline]) == "attached to aws:sagemaker/pipeline:Pipeline 'p'"


def test_a_group_that_is_only_written_about_is_not_attached() -> None:
    # A policy names the group's ARN and a dashboard depends on everything: neither is put into the group.
    about = resource(
        "r", "aws:iam/rolePolicy:RolePolicy", "job", sources={"policy": (GROUP.urn,)}, policy='{"a": "sg-1"}'
    )
    rule = resource("i", INGRESS, "job", securityGroupId="sg-1")
    assert answer("CKV2_AWS_5", GROUP, [GROUP, about, rule]) is None


def test_a_boundary_grants_nothing_until_it_is_attached_too() -> None:
    policy = resource("b", "aws:iam/policy:Policy", "base")
    role = resource("r", "aws:iam/role:Role", "base", sources={"permissionsBoundary": (policy.urn,)})
    attached = resource(
        "a", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "base", sources={"policyArn": (policy.urn,)}
    )
    assert "grants nothing" in (answer("CKV_AWS_355", policy, [policy, role]) or "")
    assert answer("CKV_AWS_355", policy, [policy, role, attached]) is None
    assert answer("CKV_AWS_355", policy, [policy]) is None, "nobody's boundary is an ordinary policy"


def test_private_service_connect_and_private_endpoints_are_private() -> None:
    endpoint = resource(
        "e",
        "gcp:vertex/aiEndpoint:AiEndpoint",
        "model",
        privateServiceConnectConfig={"enablePrivateServiceConnect": True},
    )
    open_endpoint = resource("o", "gcp:vertex/aiEndpoint:AiEndpoint", "model")
    workspace = resource("w", "azure-native:machinelearningservices:Workspace", "model")
    link = resource(
        "l",
        "azure-native:network:PrivateEndpoint",
        "model",
        sources={"privateLinkServiceConnections": (workspace.urn,)},
    )
    assert answer("CKV2_GCP_33", endpoint, [endpoint])
    assert answer("CKV2_GCP_33", open_endpoint, [open_endpoint]) is None
    assert answer("CKV_AZURE_243", workspace, [workspace, link])
    assert answer("CKV_AZURE_243", workspace, [workspace]) is None


def test_any_other_failure_stands() -> None:
    assert answer("CKV_AWS_145", GROUP, [GROUP]) is None
