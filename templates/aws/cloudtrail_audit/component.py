"""Audit: a trail of who did what, with every access to the lakes, in a bucket that nobody can rewrite.

Management events are among them, reads included: they show who opened a secret or changed a key. Where an
organisation's trail records those too, they are recorded, and the second copy paid for, twice: the evidence for this
platform is then complete in one place. Records of the event streams are left out, since an entry per record would
outweigh the records themselves; who may read them is said on the roles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import AccountBaseline, Metric, ObjectStore, Platform, ReplicatedBucket, Workload
from ..hardened.identity import allow, service_role, statement
from ..hardened.keys import own_key, rules_keep_evidence, service_use
from ..hardened.monitoring import log_group
from ..hardened.queues import kept_queue
from ..hardened.storage import private_bucket_and_policy
from ..hardened.watched_events import watch_event
from .account_alarms import watch_account
from .conformance import check_conformance
from .deliveries import TRAIL, deliveries_topic, encrypts_deliveries
from .personal_data import sample_lakes

TRAIL_TAMPERING = ("DeleteTrail", "PutEventSelectors", "PutInsightSelectors", "StopLogging", "UpdateTrail")
BUCKET_TAMPERING = (
    "DeleteBucket",
    "DeleteBucketEncryption",
    "DeleteBucketPolicy",
    "PutBucketAcl",
    "PutBucketLifecycle",
    "PutBucketObjectLockConfiguration",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
)


@dataclass(frozen=True, kw_only=True)
class CloudtrailAuditArgs:
    platform: Platform
    lakes: Sequence[ObjectStore]
    """Every read and write of an object in these is recorded."""
    keep_days: int
    """How long the trail is kept, and cannot be deleted."""
    manage_account_baseline: bool
    """Whether this stack is the one of its account that checks the account as a whole."""
    packs: Sequence[str]
    """Conformance packs over the account: `pci-dss`, `sagemaker`."""
    baseline: AccountBaseline | None = None
    """None where a landing zone records configurations and watches over the account."""
    personal: Sequence[ObjectStore] = ()
    """The lakes that hold personal data; a sample of them is looked through where data discovery is on."""
    sampled_percent: int = 1


class CloudtrailAudit(pulumi.ComponentResource):
    """`Observed` and `Replicable`: implements the contracts of those names."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    replicated: ReplicatedBucket

    def __init__(self, name: str, args: CloudtrailAuditArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:CloudtrailAudit", name, None, opts)
        self._name, self._args = name, args
        # The trail's name is fixed, since bucket and key have to let it in before it exists.
        self._trail_name = f"{args.platform.name}-{name}"
        self._trail_arn = pulumi.Output.format(
            "arn:aws:cloudtrail:{0}:{1}:trail/{2}", args.platform.region, args.platform.account_id, self._trail_name
        )
        self._key = self._make_key()
        self._bucket, policy = self._make_bucket()
        logs = self._make_trail(policy)
        self.alarms, self.metrics = self._watch()
        if args.manage_account_baseline:
            self._check_account(logs)
        self.bucket_name = self._bucket.id
        self.replicated = ReplicatedBucket(
            name=name,
            bucket_name=policy.bucket,
            key_arn=self._key.arn,
            keep_days=args.keep_days,
            locked_days=args.keep_days,
        )
        self.register_outputs({"bucket_name": self.bucket_name})

    def _make_key(self) -> aws.kms.Key:
        account = self._args.platform.account_id
        trails = pulumi.Output.format("arn:aws:cloudtrail:*:{0}:trail/*", account)
        return own_key(
            self._name,
            f"Audit trail of {self._args.platform.name}",
            self._args.platform,
            self,
            through=["s3", "sqs"],
            statements=[
                service_use(
                    "TrailEncrypts",
                    TRAIL,
                    ["kms:GenerateDataKey*"],
                    {
                        "StringEquals": {"aws:SourceArn": self._trail_arn},
                        "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": trails},
                    },
                ),
                service_use(
                    "TrailChecksTheKey",
                    TRAIL,
                    ["kms:DescribeKey"],
                    {"StringEquals": {"aws:SourceArn": self._trail_arn}},
                ),
                encrypts_deliveries(f"{self._name}-deliveries", self._args.platform),
                rules_keep_evidence(self._args.platform),
            ],
        )

    def _make_bucket(self) -> tuple[aws.s3.Bucket, aws.s3.BucketPolicy]:
        args = self._args

        def trail_writes(bucket_arn: pulumi.Output[str]) -> Sequence[Mapping[str, Any]]:
            ours = {"aws:SourceArn": self._trail_arn}
            return [
                {
                    "Sid": "TrailChecksTheBucket",
                    "Effect": "Allow",
                    "Principal": {"Service": TRAIL},
                    "Action": "s3:GetBucketAcl",
                    "Resource": bucket_arn,
                    "Condition": {"StringEquals": ours},
                },
                {
                    "Sid": "TrailWrites",
                    "Effect": "Allow",
                    "Principal": {"Service": TRAIL},
                    "Action": "s3:PutObject",
                    "Resource": pulumi.Output.concat(bucket_arn, "/AWSLogs/", args.platform.account_id, "/*"),
                    "Condition": {"StringEquals": {**ours, "s3:x-amz-acl": "bucket-owner-full-control"}},
                },
            ]

        return private_bucket_and_policy(
            self._name,
            self,
            protected=args.platform.protected,
            key_arn=self._key.arn,
            access_logs_bucket=args.platform.access_logs_bucket,
            expire_after_days=args.keep_days,
            locked_days=args.keep_days,
            statements=trail_writes,
        )

    def _check_account(self, logs: aws.cloudwatch.LogGroup) -> None:
        args, name = self._args, self._name
        check_conformance(name, args.packs, args.platform, args.baseline.recorder if args.baseline else (), self)
        if args.baseline is None:
            return
        alarms, metrics = watch_account(name, logs, args.platform, self)
        self.alarms, self.metrics = [*self.alarms, *alarms], [*self.metrics, *metrics]
        if args.personal and args.baseline.data_discovery_role is not None:
            role = args.baseline.data_discovery_role
            sample_lakes(name, args.personal, role, args.sampled_percent, args.platform, self)

    def _make_trail(self, policy: aws.s3.BucketPolicy) -> aws.cloudwatch.LogGroup:
        platform, name = self._args.platform, self._name
        logs = log_group(name, f"/{platform.name}/{name}", platform, self)
        writer = Workload(name=name, component=self, role=service_role(name, TRAIL, platform, self))
        entries = pulumi.Output.concat(logs.arn, ":*")
        permission = allow(
            f"{name}-writes-log", writer, [statement(["logs:CreateLogStream", "logs:PutLogEvents"], [entries])]
        )
        topic, topic_policy = deliveries_topic(f"{name}-deliveries", self._key.arn, self._trail_arn, self)
        aws.cloudtrail.Trail(
            name,
            name=self._trail_name,
            s3_bucket_name=self._bucket.id,
            is_multi_region_trail=True,
            include_global_service_events=True,
            # A digest every hour, signed: a file that was changed or taken away shows.
            enable_log_file_validation=True,
            kms_key_id=self._key.arn,
            sns_topic_name=topic.name,
            cloud_watch_logs_group_arn=entries,
            cloud_watch_logs_role_arn=writer.role.arn,
            advanced_event_selectors=[
                _selector("Management events, reads included", eventCategory=["Management"]),
                _selector(
                    "Objects of the lakes",
                    starts_with={
                        "resources.ARN": [pulumi.Output.concat(lake.bucket_arn, "/") for lake in self._args.lakes]
                    },
                    eventCategory=["Data"],
                    **{"resources.type": ["AWS::S3::Object"]},
                ),
            ],
            # Whatever happened before the trail exists is on no record.
            opts=pulumi.ResourceOptions(
                parent=self, protect=platform.protected, depends_on=[policy, permission, topic_policy]
            ),
        )
        return logs

    def _watch(self) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
        platform, name = self._args.platform, self._name
        evidence = kept_queue(f"{name}-evidence", platform, self, key_arn=self._key.arn, from_rules=True)
        trail, trail_changed = watch_event(
            f"{name}-trail-changed",
            f"{name}: trail stopped or changed",
            {
                "source": ["aws.cloudtrail"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventName": list(TRAIL_TAMPERING),
                    # By name or by ARN.
                    "requestParameters": {"name": [{"suffix": self._trail_name}]},
                },
            },
            f"The audit trail {self._trail_name} was stopped, changed or deleted: switch it on again first "
            "(`start-logging`), then ask the caller named in the evidence queue. What happened since is on no record.",
            evidence,
            platform,
            self,
        )
        bucket, bucket_changed = watch_event(
            f"{name}-bucket-changed",
            f"{name}: bucket of the trail changed",
            {
                "source": ["aws.s3"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventName": list(BUCKET_TAMPERING),
                    "requestParameters": {"bucketName": [self._bucket.id]},
                },
            },
            "Somebody changed the policy, lock, encryption or lifecycle of the bucket that keeps the audit trail. "
            "Compare with the program; what is locked cannot be deleted until its time is over.",
            evidence,
            platform,
            self,
        )
        return [trail, bucket], [trail_changed, bucket_changed]


def _selector(
    title: str, starts_with: Mapping[str, Sequence[pulumi.Input[str]]] | None = None, **equals: Sequence[str]
) -> aws.cloudtrail.TrailAdvancedEventSelectorArgs:
    return aws.cloudtrail.TrailAdvancedEventSelectorArgs(
        name=title,
        field_selectors=[
            *(
                aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(field=field, equals=list(values))
                for field, values in sorted(equals.items())
            ),
            *(
                aws.cloudtrail.TrailAdvancedEventSelectorFieldSelectorArgs(field=field, starts_withs=list(values))
                for field, values in sorted((starts_with or {}).items())
            ),
        ],
    )
