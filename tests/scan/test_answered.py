"""Failures that the recording refutes, and the same ones where it does not."""

from __future__ import annotations

import json

from archgen.engine import Resource
from archgen.scan.answered import answer
from tests.proof.recordings import INGRESS, resource

BUCKET = "aws:s3/bucket:Bucket"
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


def test_audit_logs_tell_who_read_a_bucket() -> None:
    bucket = resource("b", "gcp:storage/bucket:Bucket", "base")

    def audited(*kinds: str, service: str = "storage.googleapis.com", exempted: tuple[str, ...] = ()) -> Resource:
        configs = [{"logType": kind, "exemptedMembers": list(exempted)} for kind in kinds]
        type = "gcp:projects/iAMAuditConfig:IAMAuditConfig"
        return resource("a", type, "base", service=service, auditLogConfigs=configs)

    assert answer("CKV_GCP_62", bucket, [bucket, audited("DATA_READ", "DATA_WRITE")])
    assert answer("CKV_GCP_62", bucket, [bucket, audited("DATA_READ", "DATA_WRITE", service="allServices")])
    assert answer("CKV_GCP_62", bucket, [bucket]) is None
    assert answer("CKV_GCP_62", bucket, [bucket, audited("DATA_WRITE")]) is None
    assert answer("CKV_GCP_62", bucket, [bucket, audited("DATA_READ", "DATA_WRITE", service="run")]) is None
    assert answer("CKV_GCP_62", bucket, [bucket, audited("DATA_READ", "DATA_WRITE", exempted=("user:a",))]) is None


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


def test_what_an_endpoint_of_dms_writes_lies_under_the_key_of_the_files() -> None:
    type = "aws:dms/s3Endpoint:S3Endpoint"
    keyed = resource("k", type, "capture", encryptionMode="SSE_KMS", serverSideEncryptionKmsKeyId="arn:key")
    keyless = resource("n", type, "capture", encryptionMode="SSE_S3")
    assert answer("CKV_AWS_298", keyed, [keyed])
    assert answer("CKV_AWS_298", keyless, [keyless]) is None


def test_what_receives_access_logs_neither_logs_itself_nor_lies_under_a_key() -> None:
    logs = resource("logs", BUCKET, "base", identities=("logs-1", "arn:aws:s3:::logs-1"))
    lake = resource("lake", BUCKET, "base", identities=("lake-1",))
    logging = resource("lake", "aws:s3/bucketLogging:BucketLogging", "base", bucket="lake-1", targetBucket="logs-1")
    for check in ("CKV_AWS_18", "CKV_AWS_145"):
        assert answer(check, logs, [logs, lake, logging]) == "receives the access logs of 1 buckets"
        assert answer(check, lake, [logs, lake, logging]) is None
        assert answer(check, logs, [logs, lake]) is None, "a bucket without a key that receives nothing has no excuse"


def test_both_ends_of_a_replication_are_replicated_and_no_third_bucket() -> None:
    lake, copy, other = (resource(name, BUCKET, "lake", identities=(f"arn:{name}", name)) for name in ("a", "b", "c"))
    rules = [{"destination": {"bucket": "arn:b"}}]
    made = resource("r", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "lake", bucket="a", rules=rules)
    everything = [lake, copy, other, made]
    assert answer("CKV_AWS_144", lake, everything) == "replicated by 'r'"
    assert answer("CKV_AWS_144", copy, everything) == "itself the copy that 'r' makes"
    assert answer("CKV_AWS_144", other, everything) is None


def test_a_private_cluster_has_no_ranges_and_its_add_on_says_true_in_letters() -> None:
    def cluster(rotates: str, *, private: bool) -> Resource:
        return resource(
            "c",
            "azure-native:containerservice:ManagedCluster",
            "model",
            addonProfiles={
                "azureKeyvaultSecretsProvider": {"enabled": True, "config": {"enableSecretRotation": rotates}}
            },
            apiServerAccessProfile={"enablePrivateCluster": private},
        )

    good, bad = cluster("true", private=True), cluster("false", private=False)
    for check in ("CKV_AZURE_172", "CKV_AZURE_6"):
        assert answer(check, good, [good])
        assert answer(check, bad, [bad]) is None
