"""Account baseline: what an account has once in a region and no landing zone brings along.

Configuration is recorded, threats are looked for, and what somebody forgets to encrypt or to close is encrypted and
closed by default. All of it exists once in an account: `manageAccountBaseline` is true in one of its stacks. A stack in
which it is false makes nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform
from ..hardened.keys import kept_open, own_key, rules_keep_evidence, service_use
from ..hardened.queues import kept_queue
from ..hardened.watched_events import watch_event
from .defaults import set_defaults
from .deployment import let_deploy
from .detectors import find_personal_data, find_threats, find_weaknesses, subscribe_standards
from .recorder import record_configurations

DETECTORS = ("GuardDuty", "IAM Access Analyzer", "Inspector", "Macie")
"""Products whose findings tell of an attack or an opening, as Security Hub names them."""
URGENT = ("CRITICAL", "HIGH")


@dataclass(frozen=True, kw_only=True)
class AccountBaselineArgs:
    platform: Platform
    manage_account_baseline: bool
    """Whether this stack is the one of its account that owns all of this."""
    standards: Sequence[str]
    """Standards that Security Hub checks, e.g. `pci-dss/v/4.0.1`; each needs what the recorder records."""
    keep_days: int
    """How long the history of configurations is kept."""
    repository: str
    """The repository on GitHub, as `owner/name`, whose workflows may deploy."""


class AccountBaseline(pulumi.ComponentResource):
    """An `AccountBaseline`: implements the contract of that name."""

    recorder: Sequence[pulumi.Resource]
    data_discovery_role: pulumi.Output[str] | None
    preview_role_arn: pulumi.Output[str] | None
    deploy_role_arn: pulumi.Output[str] | None
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: AccountBaselineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:AccountBaseline", name, None, opts)
        self._name, self._args = name, args
        self.recorder, self.data_discovery_role, self.alarms, self.metrics = [], None, [], []
        self.preview_role_arn = self.deploy_role_arn = None
        if args.repository.count("/") != 1 or not all(args.repository.split("/")) or "*" in args.repository:
            raise ValueError(f"githubRepository is {args.repository!r}: expected owner/name, as GitHub has it")
        if args.manage_account_baseline:
            self._own_the_account()
        self.register_outputs({"data_discovery_role": self.data_discovery_role})

    def _own_the_account(self) -> None:
        name, platform = self._name, self._args.platform
        key = self._make_key()
        set_defaults(name, key, platform, self)
        recording = record_configurations(name, key, self._args.keep_days, platform, self)
        detector = find_threats(name, self)
        find_weaknesses(name, platform, self)
        macie = find_personal_data(name, self)
        subscribe_standards(name, self._args.standards, platform.region, [*recording, detector, macie], self)
        self.recorder, self.data_discovery_role = recording, macie.service_role
        self.alarms, self.metrics = self._watch(key)
        deployers = let_deploy(name, self._args.repository, platform, self)
        self.preview_role_arn = deployers.preview_role_arn
        self.deploy_role_arn = deployers.deploy_role_arn

    def _make_key(self) -> aws.kms.Key:
        platform = self._args.platform
        ours = {"StringEquals": {"aws:SourceAccount": platform.account_id}}
        return own_key(
            self._name,
            f"What the account of {platform.name} has once: configurations, findings, volumes nobody chose a key for",
            platform,
            self,
            through=["ec2", "glue", "s3", "sqs"],
            statements=[
                service_use("RecorderDelivers", "config.amazonaws.com", ["kms:Decrypt", "kms:GenerateDataKey*"], ours),
                rules_keep_evidence(platform),
                kept_open("VolumesAreAttached", "ec2", platform),
            ],
        )

    def _watch(self, key: aws.kms.Key) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
        platform, name = self._args.platform, self._name
        evidence = kept_queue(f"{name}-findings", platform, self, key_arn=key.arn, from_rules=True)
        # Security Hub gathers what the detectors find, and imports a finding again with each change of it: one that
        # is being worked on has the state NOTIFIED and calls nobody any more.
        fresh = {"RecordState": ["ACTIVE"], "Workflow": {"Status": ["NEW"]}}
        threats, threat = watch_event(
            f"{name}-threat",
            f"{name}: urgent findings of the detectors",
            _findings({**fresh, "ProductName": list(DETECTORS), "Severity": {"Label": list(URGENT)}}),
            "A detector of the account found an attack, an opening or a vulnerable image: the finding lies in the "
            f"queue {name}-findings and in Security Hub. Contain first (take away the role's rights or the way in), "
            "then set the finding to NOTIFIED so that it stops calling.",
            evidence,
            platform,
            self,
        )
        controls, control = watch_event(
            f"{name}-control",
            f"{name}: critical controls failed",
            _findings(
                {
                    **fresh,
                    "ProductName": ["Security Hub"],
                    "Compliance": {"Status": ["FAILED"]},
                    "Severity": {"Label": ["CRITICAL"]},
                }
            ),
            "A critical control of a security standard fails: Security Hub names the resource and the remedy. Repair "
            "it in the program that made it, or suppress the finding there with the reason.",
            evidence,
            platform,
            self,
        )
        return [threats, controls], [threat, control]


def _findings(matching: dict[str, object]) -> dict[str, object]:
    return {
        "source": ["aws.securityhub"],
        "detail-type": ["Security Hub Findings - Imported"],
        "detail": {"findings": matching},
    }
