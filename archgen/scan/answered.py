"""Checks whose question the recording answers, where the scanner knows no resource type or argument that would tell it.

Each says why its failure is wrong for this very resource; where the recording gives no such answer the failure stands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress

from archgen.engine import Resource

Answer = Callable[[Resource, Sequence[Resource]], str | None]
_GROUPS = "securitygroup"
_RULES = ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "aws:vpc/securityGroupIngressRule:")


def answer(check: str, resource: Resource, resources: Sequence[Resource]) -> str | None:
    """Why this failed check is no failure of the resource, None where it is one."""
    found = ANSWERS.get(check)
    return found(resource, resources) if found else None


def _attached_group(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """Checkov 3.3 lists the types that a group can be attached to without Glue connections and SageMaker's jobs."""
    for each in resources:
        if each.from_provider and not each.type.startswith(_RULES) and _gives_group(each.inputs, resource.identities):
            return f"attached to {each.type} '{each.name}'"
    return None


def _gives_group(value: object, identities: Collection[str], named: bool = False) -> bool:
    """Whether one of the identities stands under a key that names security groups, in JSON texts too."""
    match value:
        case str() if named and value in identities:
            return True
        case str() if value.startswith("{"):
            with suppress(ValueError):
                return _gives_group(json.loads(value), identities)
        case dict():
            return any(_gives_group(each, identities, _GROUPS in key.lower()) for key, each in value.items())
        case list():
            return any(_gives_group(each, identities, named) for each in value)
    return False


def _only_a_boundary(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """A permissions boundary grants nothing: it limits what the policies of a role can."""
    inputs = {key for _, key in _users(resource, resources)}
    return "a permissions boundary, which grants nothing and is attached nowhere" if inputs == _BOUNDARY else None


def _endpoint_beside(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """Checkov 3.3 looks for an outbound rule of the workspace's managed network, not for the private endpoint to it."""
    types = ("azure-native:network:PrivateEndpoint",)
    users = [each for each, _ in _users(resource, resources) if each.type in types]
    return f"reached through the private endpoint '{users[0].name}'" if users else None


def _service_connect(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """Checkov 3.3 takes network peering for the only private form of a Vertex AI endpoint."""
    connect = resource.inputs.get("privateServiceConnectConfig") or {}
    return "private by Private Service Connect" if connect.get("enablePrivateServiceConnect") is True else None


def _reads_are_audited(_: Resource, resources: Sequence[Resource]) -> str | None:
    """Checkov 3.3 asks for usage logs; Google advises audit logs instead, which name the caller and come at once.

    Source: Cloud Storage documentation, Usage logs and storage logs.
    """
    type, kinds = "gcp:projects/iAMAuditConfig:IAMAuditConfig", {"DATA_READ", "DATA_WRITE"}
    for each in (each for each in resources if each.type == type):
        if each.inputs["service"] in ("storage.googleapis.com", "allServices"):
            audited = {
                config["logType"] for config in each.inputs["auditLogConfigs"] if not config.get("exemptedMembers")
            }
            return f"reads and writes are audited by '{each.name}'" if kinds <= audited else None
    return None


def _written_under_a_key(resource: Resource, _: Sequence[Resource]) -> str | None:
    """Checkov 3.3 looks for `kms_key_arn`, which the provider deprecates for the key of what is written."""
    inputs = resource.inputs
    under_a_key = inputs.get("encryptionMode") == "SSE_KMS" and inputs.get("serverSideEncryptionKmsKeyId")
    return "what it writes lies under serverSideEncryptionKmsKeyId" if under_a_key else None


def _receives_access_logs(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """S3 delivers access logs to buckets under SSE-S3 only, and warns of a bucket that logs into itself.

    Source: Amazon S3 User Guide, Enabling Amazon S3 server access logging.
    """
    type = "aws:s3/bucketLogging:BucketLogging"
    logged = [each for each in resources if each.type == type and each.inputs["targetBucket"] in resource.identities]
    return f"receives the access logs of {len(logged)} buckets" if logged else None


def _replicated(resource: Resource, resources: Sequence[Resource]) -> str | None:
    """Checkov 3.3 follows references, and a replication may name its two buckets by what waits for their policies."""
    type = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
    for each in (each for each in resources if each.type == type):
        if each.inputs["bucket"] in resource.identities:
            return f"replicated by '{each.name}'"
        if any(rule["destination"]["bucket"] in resource.identities for rule in each.inputs["rules"]):
            return f"itself the copy that '{each.name}' makes"
    return None


def _rotates_secrets(resource: Resource, _: Sequence[Resource]) -> str | None:
    """Settings of an add-on are strings in ARM; Checkov 3.3 compares with the boolean."""
    add_on = (resource.inputs.get("addonProfiles") or {}).get("azureKeyvaultSecretsProvider") or {}
    rotates = add_on.get("enabled") is True and (add_on.get("config") or {}).get("enableSecretRotation") == "true"
    return "enableSecretRotation is 'true': settings of add-ons are strings" if rotates else None


def _private_cluster(resource: Resource, _: Sequence[Resource]) -> str | None:
    """Ranges of addresses restrict a public API server; AKS refuses them on a private one."""
    access = resource.inputs.get("apiServerAccessProfile") or {}
    return "a private cluster has no public API server" if access.get("enablePrivateCluster") is True else None


def _users(resource: Resource, resources: Sequence[Resource]) -> list[tuple[Resource, str]]:
    """Which inputs of other resources came from this one."""
    return [
        (each, key)
        for each in resources
        for key, urns in sorted(each.property_dependencies.items())
        if resource.urn in urns and each.from_provider
    ]


_BOUNDARY = {"permissionsBoundary"}
ANSWERS: Mapping[str, Answer] = {
    "CKV2_AWS_5": _attached_group,
    "CKV2_GCP_33": _service_connect,
    "CKV_AWS_144": _replicated,
    "CKV_AWS_145": _receives_access_logs,
    "CKV_AWS_18": _receives_access_logs,
    "CKV_AWS_288": _only_a_boundary,
    "CKV_AWS_289": _only_a_boundary,
    "CKV_AWS_290": _only_a_boundary,
    "CKV_AWS_298": _written_under_a_key,
    "CKV_AWS_355": _only_a_boundary,
    "CKV_AZURE_172": _rotates_secrets,
    "CKV_AZURE_243": _endpoint_beside,
    "CKV_AZURE_6": _private_cluster,
    "CKV_GCP_62": _reads_are_audited,
}
