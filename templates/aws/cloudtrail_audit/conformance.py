"""Conformance packs: what AWS Config checks again and again of the account, for a framework or for machine learning.

The rules are those of the packs that AWS publishes, as far as they concern what this platform is made of, and none is
left out because it fails: a lake without object lock or a secret that only its owner can rotate shows as what it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

PACKS: Mapping[str, Sequence[str]] = {
    # Operational-Best-Practices-for-PCI-DSS-v4.0-including-global-resourcetypes
    "pci-dss": (
        "ACCESS_KEYS_ROTATED",
        "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
        "CLOUDTRAIL_SECURITY_TRAIL_ENABLED",
        "CLOUDWATCH_ALARM_ACTION_CHECK",
        "CLOUD_TRAIL_ENABLED",
        "CW_LOGGROUP_RETENTION_PERIOD_CHECK",
        "DMS_ENDPOINT_SSL_CONFIGURED",
        "EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED",
        "ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED",
        "ECS_TASK_DEFINITION_LOG_CONFIGURATION",
        "ECS_TASK_DEFINITION_PID_MODE_CHECK",
        "ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK",
        "INCOMING_SSH_DISABLED",
        "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY",
        "KINESIS_STREAM_ENCRYPTED",
        "MACIE_STATUS_CHECK",
        "MSK_IN_CLUSTER_NODE_REQUIRE_TLS",
        "MULTI_REGION_CLOUD_TRAIL_ENABLED",
        "NACL_NO_UNRESTRICTED_SSH_RDP",
        "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS",
        "S3_BUCKET_DEFAULT_LOCK_ENABLED",
        "S3_BUCKET_VERSIONING_ENABLED",
        "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
        "SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
        "SECRETSMANAGER_SECRET_UNUSED",
        "STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED",
    ),
    # Amazon-Sagemaker-AI-Security-and-Governance-Best-Practices
    "sagemaker": (
        "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
        "ECS_CONTAINERS_NONPRIVILEGED",
        "ECS_CONTAINERS_READONLY_ACCESS",
        "ECS_CONTAINER_INSIGHTS_ENABLED",
        "ECS_FARGATE_LATEST_PLATFORM_VERSION",
        "ECS_NO_ENVIRONMENT_SECRETS",
        "ECS_TASK_DEFINITION_NONROOT_USER",
        "GLUE_JOB_LOGGING_ENABLED",
        "GLUE_SPARK_JOB_SUPPORTED_VERSION",
        "S3_BUCKET_ACL_PROHIBITED",
        "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
        "S3_BUCKET_LOGGING_ENABLED",
        "S3_BUCKET_PUBLIC_READ_PROHIBITED",
        "S3_BUCKET_PUBLIC_WRITE_PROHIBITED",
        "S3_BUCKET_SSL_REQUESTS_ONLY",
        "S3_DEFAULT_ENCRYPTION_KMS",
        "SAGEMAKER_DOMAIN_IN_VPC",
        "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
        "SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT",
        "SAGEMAKER_MODEL_IN_VPC",
        "SAGEMAKER_MODEL_ISOLATION_ENABLED",
        "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
    ),
}
"""Managed rules by pack. A rule that takes a list of the account's own, such as approved images, is in none of them."""

PARAMETERS: Mapping[str, Mapping[str, str]] = {
    "ACCESS_KEYS_ROTATED": {"maxAccessKeyAge": "90"},
    # An alarm without data says so by itself; one that is over does not have to tell anybody.
    "CLOUDWATCH_ALARM_ACTION_CHECK": {
        "alarmActionRequired": "true",
        "insufficientDataActionRequired": "false",
        "okActionRequired": "false",
    },
    # PCI DSS v4.0.1, 10.5.1: twelve months.
    "CW_LOGGROUP_RETENTION_PERIOD_CHECK": {"MinRetentionTime": "365"},
    # PCI DSS v4.0.1, 8.6.3 leaves the period to a risk analysis; 90 days is the rule's own default.
    "SECRETSMANAGER_SECRET_PERIODIC_ROTATION": {"maxDaysSinceRotation": "90"},
}


def check_conformance(
    name: str, packs: Sequence[str], platform: Platform, recorder: Sequence[pulumi.Resource], parent: pulumi.Resource
) -> None:
    """One pack for each name of `packs`. Rules can be made only when the recorder runs: ours, or the landing zone's."""
    for pack in packs:
        aws.cfg.ConformancePack(
            f"{name}-{pack}",
            name=f"{platform.name}-{pack}",
            template_body=_template(PACKS[pack]),
            opts=pulumi.ResourceOptions(parent=parent, depends_on=list(recorder)),
        )


def _template(rules: Sequence[str]) -> str:
    """The pack as a template of CloudFormation, which is read as JSON too."""
    resources = {
        "".join(word.capitalize() for word in rule.split("_")): {
            "Type": "AWS::Config::ConfigRule",
            "Properties": {
                "ConfigRuleName": rule.lower().replace("_", "-"),
                "Source": {"Owner": "AWS", "SourceIdentifier": rule},
                **({"InputParameters": PARAMETERS[rule]} if rule in PARAMETERS else {}),
            },
        }
        for rule in rules
    }
    return json.dumps({"Resources": resources}, indent=1)
