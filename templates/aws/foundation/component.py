"""Foundation: the keys, the permissions boundary, the alarm topic and two buckets that every part is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Keys
from ..hardened.alarm_topics import alarm_topic
from ..hardened.storage import access_log_deliveries, private_bucket_and_policy

ROTATION_DAYS = 365
DELETION_WINDOW_DAYS = 30
"""The longest window that KMS offers: a key deleted by mistake takes everything under it along."""

RUNTIME_ACTIONS: Sequence[str] = (
    "cloudwatch:DescribeAlarms",
    "cloudwatch:PutMetricData",
    "ec2:CreateNetworkInterface",
    "ec2:CreateNetworkInterfacePermission",
    "ec2:CreateTags",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
    "ec2:Describe*",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "elasticache:Connect",
    "events:DescribeRule",
    "events:InvokeApiDestination",
    "events:PutEvents",
    "events:PutRule",
    "events:PutTargets",
    "events:RetrieveConnectionCredentials",
    "firehose:PutRecord",
    "firehose:PutRecordBatch",
    "glue:BatchStopJobRun",
    "glue:GetConnection",
    "glue:GetDatabase",
    "glue:GetJobRun",
    "glue:GetJobRuns",
    "glue:GetTable",
    "glue:StartJobRun",
    "glue:UpdateTable",
    "kafka-cluster:*",
    "kafka:Describe*",
    "kafka:GetBootstrapBrokers",
    "kafka:List*",
    "kinesis:Describe*",
    "kinesis:Get*",
    "kinesis:List*",
    "kinesis:PutRecord",
    "kinesis:PutRecords",
    "kinesis:SubscribeToShard",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "logs:AssociateKmsKey",
    "logs:CreateLogDelivery",
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:DeleteLogDelivery",
    "logs:Describe*",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutLogEvents",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "s3:AbortMultipartUpload",
    "s3:DeleteObject",
    "s3:Get*",
    "s3:List*",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:ReplicateDelete",
    "s3:ReplicateObject",
    "s3:ReplicateTags",
    "sagemaker:AddTags",
    "sagemaker:CallMlflowAppApi",
    "sagemaker:CreateApp",
    "sagemaker:CreateModel",
    "sagemaker:CreateModelPackage",
    "sagemaker:CreateProcessingJob",
    "sagemaker:CreateSpace",
    "sagemaker:CreateTrainingJob",
    "sagemaker:CreateTransformJob",
    "sagemaker:DeleteApp",
    "sagemaker:DeleteModel",
    "sagemaker:DeleteSpace",
    "sagemaker:Describe*",
    "sagemaker:InvokeEndpoint",
    "sagemaker:List*",
    "sagemaker:StartPipelineExecution",
    "sagemaker:StopProcessingJob",
    "sagemaker:StopTrainingJob",
    "sagemaker:StopTransformJob",
    "sagemaker:UpdateSpace",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "sns:Publish",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "states:DescribeExecution",
    "states:InvokeHTTPEndpoint",
    "states:ListExecutions",
    "states:StartExecution",
    "states:StopExecution",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)
"""All that a running workload may ever be granted. What manages, rather than uses, is not among them."""

ESCALATIONS: Sequence[str] = (
    "account:*",
    # All of IAM but `PassRole`, which a statement of its own bounds: every job is given a role when it starts.
    "iam:A*",
    "iam:C*",
    "iam:D*",
    "iam:E*",
    "iam:G*",
    "iam:L*",
    "iam:Pu*",
    "iam:R*",
    "iam:S*",
    "iam:T*",
    "iam:U*",
    "kms:DisableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "logs:DeleteLogGroup",
    "organizations:*",
    "sts:AssumeRole",
)
"""What a workload could raise its own rights or hide its traces with."""

ROLES_PASSED_TO: Sequence[str] = ("sagemaker.amazonaws.com",)
"""Services that a workload may start jobs of; which role it passes, its own policy says."""


@dataclass(frozen=True, kw_only=True)
class FoundationArgs:
    name: str
    """Project and stack, e.g. `payments-fraud-prod`."""
    region: str
    account_id: pulumi.Input[str]
    protected: bool
    log_retention_days: int
    """One of the retentions that CloudWatch Logs knows."""
    alarm_emails: Sequence[str]
    """Who is told of alarms. Each address has to confirm its subscription once."""
    masks_card_numbers: bool = False
    """Whether card numbers arrive at the platform: then every log that carries text hides them."""


class Foundation(pulumi.ComponentResource):
    protected: bool
    log_retention_days: int
    masks_card_numbers: bool
    keys: Keys
    permissions_boundary_arn: pulumi.Output[str]
    alarm_topic_arn: pulumi.Output[str]
    artefacts_bucket: pulumi.Output[str]
    access_logs_bucket: pulumi.Output[str]

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:Foundation", name, None, opts)
        if not args.alarm_emails:
            raise ValueError("alarmEmails is empty: alarms that nobody receives protect nothing")
        self._name = name
        self._args = args
        self.protected = args.protected
        self.log_retention_days = args.log_retention_days
        self.masks_card_numbers = args.masks_card_numbers
        self.keys = self._make_keys()
        self.permissions_boundary_arn = self._make_boundary()
        self.alarm_topic_arn = alarm_topic(
            f"{name}-alarms", self.keys.messages, args.alarm_emails, args.region, args.account_id, self
        )
        self.access_logs_bucket = self._make_access_logs_bucket()
        _, artefacts = private_bucket_and_policy(
            f"{name}-artefacts",
            self,
            protected=args.protected,
            key_arn=self.keys.data,
            access_logs_bucket=self.access_logs_bucket,
        )
        self.artefacts_bucket = artefacts.bucket
        self.register_outputs(
            {
                "permissions_boundary_arn": self.permissions_boundary_arn,
                "alarm_topic_arn": self.alarm_topic_arn,
                "artefacts_bucket": self.artefacts_bucket,
                "access_logs_bucket": self.access_logs_bucket,
            }
        )

    def _make_keys(self) -> Keys:
        ours = {"StringEquals": {"aws:SourceAccount": self._args.account_id}}
        logs_of_this_account = pulumi.Output.format(
            "arn:aws:logs:{0}:{1}:log-group:*", self._args.region, self._args.account_id
        )
        return Keys(
            data=self._key(
                "data",
                "Streams, caches, objects and volumes",
                # Managed Flink checks the key as itself, before any role of ours exists to it.
                _service_use(
                    ["kinesisanalytics.amazonaws.com", "infrastructure.kinesisanalytics.amazonaws.com"],
                    [
                        "kms:CreateGrant",
                        "kms:Decrypt",
                        "kms:DescribeKey",
                        "kms:GenerateDataKey",
                        "kms:GenerateDataKeyWithoutPlaintext",
                    ],
                    ours,
                ),
            ),
            logs=self._key(
                "logs",
                "Log groups",
                _service_use(
                    [f"logs.{self._args.region}.amazonaws.com"],
                    ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                    {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs_of_this_account}},
                ),
            ),
            messages=self._key(
                "messages",
                "Alarm topic and queues",
                # An alarm is dropped in silence when CloudWatch may not encrypt it for the topic, and what a rule could
                # not deliver when EventBridge may not for the queue.
                _service_use(
                    ["cloudwatch.amazonaws.com", "events.amazonaws.com"], ["kms:Decrypt", "kms:GenerateDataKey*"], ours
                ),
            ),
            secrets=self._key("secrets", "Secrets"),
        )

    def _key(self, kind: str, what: str, *statements: Mapping[str, Any]) -> pulumi.Output[str]:
        # The account id as principal is the account itself: its administrators cannot be locked out, and roles use the
        # key by what IAM grants them, so a role made later changes nothing here. "*" is this key and no other.
        account = {
            "Sid": "AccountDecidesThroughIam",
            "Effect": "Allow",
            "Principal": {"AWS": self._args.account_id},
            "Action": "kms:*",
            "Resource": "*",
        }
        key = aws.kms.Key(
            f"{self._name}-{kind}",
            description=f"{what} of {self._args.name}",
            enable_key_rotation=True,
            rotation_period_in_days=ROTATION_DAYS,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [account, *statements]}),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protected),
        )
        aws.kms.Alias(
            f"{self._name}-{kind}",
            name=f"alias/{self._args.name}-{kind}",
            target_key_id=key.key_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return key.arn

    def _make_boundary(self) -> pulumi.Output[str]:
        # A boundary grants nothing: a role may do what both its own policies and this allow. Resources are narrowed
        # there, where they are known; one that only denied would leave every role without a single right.
        statements = [
            {"Sid": "WorkloadsAtRunTime", "Effect": "Allow", "Action": list(RUNTIME_ACTIONS), "Resource": "*"},
            {
                "Sid": "RolesForJobs",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": "*",
                "Condition": {"StringEquals": {"iam:PassedToService": list(ROLES_PASSED_TO)}},
            },
            {"Sid": "NeverEscalate", "Effect": "Deny", "Action": list(ESCALATIONS), "Resource": "*"},
            {
                "Sid": "GrantsForServicesOnly",
                "Effect": "Deny",
                "Action": "kms:CreateGrant",
                "Resource": "*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "false"}},
            },
        ]
        boundary = aws.iam.Policy(
            f"{self._name}-boundary",
            description=f"The most that any workload of {self._args.name} can be granted",
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return boundary.arn

    def _make_access_logs_bucket(self) -> pulumi.Output[str]:
        def log_deliveries(bucket_arn: pulumi.Output[str]) -> Sequence[Mapping[str, Any]]:
            account_id = self._args.account_id
            return [
                access_log_deliveries(bucket_arn, account_id),
                {
                    "Sid": "LoadBalancerLogs",
                    "Effect": "Allow",
                    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                    "Action": "s3:PutObject",
                    # The account in the path is what keeps out the load balancers of others.
                    "Resource": pulumi.Output.concat(bucket_arn, "/*/AWSLogs/", account_id, "/*"),
                },
            ]

        _, policy = private_bucket_and_policy(
            f"{self._name}-access-logs",
            self,
            protected=self._args.protected,
            # Neither S3 nor the load balancers can deliver access logs under a customer key.
            key_arn=None,
            access_logs_bucket=None,
            expire_after_days=self._args.log_retention_days,
            statements=log_deliveries,
        )
        # The policy's copy of the name: a load balancer tries to write as soon as it is told of the bucket.
        return policy.bucket


def _service_use(
    services: Sequence[str], actions: Sequence[str], conditions: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    return {
        "Sid": "ServiceUse",
        "Effect": "Allow",
        "Principal": {"Service": list(services)},
        "Action": list(actions),
        "Resource": "*",
        "Condition": conditions,
    }
