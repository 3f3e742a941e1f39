"""Second region: copies of what is stored, so that the loss of a region costs minutes of it and not all of it.

Nothing computes there. The program is deployed there when it is needed, and finds lakes, artefacts and the audit trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Replicable, ReplicatedBucket, Workload
from ..hardened.alarm_topics import alarm_topic
from ..hardened.identity import allow, service_role
from ..hardened.keys import own_key, service_use
from ..hardened.replication import Destination, copy_of, replicate, rights, watch
from ..hardened.storage import access_log_deliveries, private_bucket_and_policy


@dataclass(frozen=True, kw_only=True)
class SecondRegionArgs:
    platform: Platform
    region: str
    allowed: Sequence[str]
    """Regions that data may be copied to; empty: any."""
    stores: Sequence[Replicable]
    """What is copied beside the platform's bucket of artefacts, which models and code lie in."""
    alarm_emails: Sequence[str]
    """Who is told of late copies. Each address has to confirm this subscription as well."""


class SecondRegion(pulumi.ComponentResource):
    """Raises `ValueError` for a region that is the stack's own, or that data may not be copied to."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    buckets: pulumi.Output[dict[str, str]]
    """Name of each bucket in the program -> name of the bucket with its copies."""

    def __init__(self, name: str, args: SecondRegionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SecondRegion", name, None, opts)
        _check(args)
        self._name, self._args, self._platform = name, args, args.platform
        artefacts = ReplicatedBucket(
            name="artefacts", bucket_name=args.platform.artefacts_bucket, key_arn=args.platform.keys.data
        )
        destination = self._make_destination()
        originals = [artefacts, *(store.replicated for store in args.stores)]
        copies = [copy_of(name, original, destination, args.platform, self) for original in originals]
        workload = Workload(name=name, component=self, role=destination.role)
        granted = [allow(f"{name}-copies", workload, rights(copies, destination, args.platform))]
        for copy in copies:
            replicate(name, copy, destination, granted, self)
        watched = [watch(name, copy, destination, args.platform, self) for copy in copies]
        self.alarms, self.metrics = [failing for failing, _ in watched], [failed for _, failed in watched]
        self.buckets = pulumi.Output.all(**{copy.original.name: copy.bucket_name for copy in copies})
        self.register_outputs({"buckets": self.buckets})

    def _make_destination(self) -> Destination:
        args, name, platform = self._args, self._name, self._platform
        key = self._make_key()
        return Destination(
            region=args.region,
            key_arn=key.arn,
            access_logs_bucket=self._make_access_logs_bucket(),
            alarm_topic_arn=alarm_topic(
                f"{name}-alarms", key.arn, args.alarm_emails, args.region, platform.account_id, self
            ),
            role=service_role(name, "s3.amazonaws.com", platform, self),
        )

    def _make_key(self) -> aws.kms.Key:
        # Of its own, not a replica of a multi-region key: S3 encrypts each copy anew, so that nothing has to be opened
        # in one region with the key of the other, and a key lost in one opens nothing in the other.
        return own_key(
            self._name,
            f"Copies of {self._platform.name} in its second region",
            self._platform,
            self,
            through=["s3"],
            statements=[
                service_use(
                    "AlarmsReachTheTopic",
                    "cloudwatch.amazonaws.com",
                    ["kms:Decrypt", "kms:GenerateDataKey*"],
                    {"StringEquals": {"aws:SourceAccount": self._platform.account_id}},
                )
            ],
            region=self._args.region,
        )

    def _make_access_logs_bucket(self) -> pulumi.Output[str]:
        # S3 delivers access logs within a region only.
        _, policy = private_bucket_and_policy(
            f"{self._name}-access-logs",
            self,
            protected=self._platform.protected,
            key_arn=None,
            access_logs_bucket=None,
            expire_after_days=self._platform.log_retention_days,
            statements=lambda bucket_arn: [access_log_deliveries(bucket_arn, self._platform.account_id)],
            region=self._args.region,
        )
        return policy.bucket


def _check(args: SecondRegionArgs) -> None:
    if args.region == args.platform.region:
        raise ValueError(f"secondRegion is {args.region}, as aws:region is: its loss would take the copies along")
    if args.allowed and args.region not in args.allowed:
        raise ValueError(
            f"secondRegion is {args.region}, where this data may not be kept; it may in {', '.join(args.allowed)}"
        )
