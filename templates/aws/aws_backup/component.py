"""Backup: copies of what nobody could send again, in a vault that who can delete the original cannot empty.

Versions of objects protect against a slip. A vault protects against somebody who means it: in production not even the
root user can delete from it before the time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ObjectStore, Platform
from ..hardened.custodians import custodian_role
from ..hardened.keys import kept_open, own_key, rules_keep_evidence
from ..hardened.monitoring import alarm
from ..hardened.queues import kept_queue
from ..hardened.watched_events import kept_events, watch_event
from .custodian import BACKUP, POLICIES, limits
from .plan import Calendar, Custody, copy_regularly, try_restoring

FAILED_STATES = ("ABORTED", "EXPIRED", "FAILED", "PARTIAL")
COOLING_OFF_DAYS = 3
"""For how long a new lock can be taken back; AWS asks for three days at least, and then for ever is for ever."""
SHORTEST_DAYS = 7
DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class AwsBackupArgs:
    platform: Platform
    stores: Sequence[ObjectStore]
    """What is copied beside the platform's bucket of artefacts: what sources cannot send again."""
    daily: str
    """When the daily copy is made, e.g. `cron(0 3 * * ? *)`, once the day's data has come in."""
    monthly: str
    restored: str
    """When the newest copy is restored somewhere and looked at."""
    time_zone: str
    daily_days: int
    monthly_days: int
    """How long copies are kept."""
    continuous: bool = False
    """Whether each change is copied as well, for a point in time within the last `daily_days`, 35 at most."""


class AwsBackup(pulumi.ComponentResource):
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: AwsBackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:AwsBackup", name, None, opts)
        self._name, self._args = name, args
        self._key = self._make_key()
        self._vault = self._make_vault()
        artefacts = pulumi.Output.concat("arn:aws:s3:::", args.platform.artefacts_bucket)
        buckets = [*(store.bucket_arn for store in args.stores), artefacts]
        reach = limits(buckets, self._vault, self._key, args.platform)
        role, attached = custodian_role(name, BACKUP, reach, POLICIES, args.platform, self)
        calendar = Calendar(
            daily=args.daily,
            monthly=args.monthly,
            restored=args.restored,
            time_zone=args.time_zone,
            daily_days=args.daily_days,
            monthly_days=args.monthly_days,
            continuous=args.continuous,
        )
        custody = Custody(buckets=buckets, vault=self._vault, role=role, attached=attached)
        copy_regularly(name, calendar, custody, args.platform, self)
        try_restoring(name, calendar, custody, args.platform, self)
        self.alarms, self.metrics = self._watch(role)
        self.vault_name = self._vault.name
        self.register_outputs({"vault_name": self.vault_name})

    def _make_key(self) -> aws.kms.Key:
        platform = self._args.platform
        return own_key(
            self._name,
            f"Copies of {platform.name}; whoever may use the key of the data cannot use this one",
            platform,
            self,
            through=["backup", "s3", "sqs"],
            statements=[
                kept_open("CopiesTakeTheirTime", "backup", platform),
                rules_keep_evidence(platform),
            ],
        )

    def _make_vault(self) -> aws.backup.Vault:
        name, platform, args = self._name, self._args.platform, self._args
        vault = aws.backup.Vault(
            name,
            name=f"{platform.name}-{name}",
            kms_key_arn=self._key.arn,
            force_destroy=not platform.protected,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )
        aws.backup.VaultLockConfiguration(
            name,
            backup_vault_name=vault.name,
            min_retention_days=SHORTEST_DAYS,
            max_retention_days=args.monthly_days,
            # Without it the lock is one that an administrator can take away: a stack that may be destroyed needs that.
            changeable_for_days=COOLING_OFF_DAYS if platform.protected else None,
            opts=pulumi.ResourceOptions(parent=self),
        )
        if platform.protected:
            self._refuse_deletion(vault)
        return vault

    def _refuse_deletion(self, vault: aws.backup.Vault) -> None:
        statement = {
            "Sid": "NobodyDeletesCopies",
            "Effect": "Deny",
            "Principal": "*",
            # The third one, or who may change this policy could delete after all.
            "Action": [
                "backup:DeleteRecoveryPoint",
                "backup:PutBackupVaultAccessPolicy",
                "backup:UpdateRecoveryPointLifecycle",
            ],
            "Resource": "*",
        }
        aws.backup.VaultPolicy(
            self._name,
            backup_vault_name=vault.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": [statement]}),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _watch(self, role: aws.iam.Role) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
        platform, name = self._args.platform, self._name
        evidence = kept_queue(f"{name}-evidence", platform, self, key_arn=self._key.arn, from_rules=True)
        ours = {"backupVaultArn": [self._vault.arn]}
        failed, failure = watch_event(
            f"{name}-failed",
            f"{name}: copies that failed",
            _jobs("Backup", {**ours, "state": list(FAILED_STATES)}),
            "A copy of a bucket failed or did not start in its window: the event in the queue "
            f"{name}-evidence says why, most often a right that the role lost. Start the job again by hand; until it "
            "has run, the last copy is a day old.",
            evidence,
            platform,
            self,
        )
        lost, loss = watch_event(
            f"{name}-restore-failed",
            f"{name}: restores that failed",
            _jobs("Restore", {"status": ["ABORTED", "FAILED"], "iamRoleArn": [role.arn]}),
            "A restore from the vault failed. If it was the regular test, the copies are not worth what they "
            "seem: read the reason in the event and repeat the test before anything else.",
            evidence,
            platform,
            self,
        )
        copied = kept_events(
            f"{name}-completed",
            f"{name}: copies made",
            _jobs("Backup", {**ours, "state": ["COMPLETED"]}),
            evidence,
            self,
        )
        missing = self._missing(copied)
        return [missing, failed, lost], [copied, failure, loss]

    def _missing(self, copied: Metric) -> aws.cloudwatch.MetricAlarm:
        daily = Metric(
            title=copied.title,
            namespace=copied.namespace,
            name=copied.name,
            statistic=copied.statistic,
            dimensions=copied.dimensions,
            period_seconds=DAY_S,
        )
        # A plan that selects nothing fails in silence: only the absence of a completed copy shows it.
        return alarm(
            f"{self._name}-missing",
            daily,
            "No copy was completed within a day, and none may have failed either: look whether the plan still selects "
            "the buckets, and whether the role still exists.",
            1,
            self._args.platform,
            self,
            comparison="LessThanThreshold",
            periods=1,
            missing_data="breaching",
        )


def _jobs(kind: str, detail: dict[str, object]) -> dict[str, object]:
    return {"source": ["aws.backup"], "detail-type": [f"{kind} Job State Change"], "detail": detail}
