"""Token key: the secret that card numbers become tokens with, under a key of its own that few may use.

The secret holds a keyring, `k2=<base64>,k1=<base64>`: each entry is a key id and 32 random bytes, the newest first. New
tokens are made with the first entry and begin with its id; the further ones stay so that a token made earlier can still
be found for a number. Rotation is a new entry in front and another `pulumi up`: the containers start again with it.
Until the histories kept under the old tokens are rebuilt, one card has two: rotate when the key is in doubt or at the
end of its period, not as a habit, and drop an old entry only when nothing under its tokens is kept any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform, Workload
from ..hardened.identity import allow, statement
from ..hardened.keys import own_key, rules_keep_evidence
from ..hardened.queues import kept_queue
from ..hardened.secrets import close_secret, fingerprint
from ..hardened.watched_events import watch_event

SECRETS = "secretsmanager"
DELETION_WINDOW_DAYS = 30
"""The longest that Secrets Manager keeps what was deleted."""
TAMPERING = (
    "CancelRotateSecret",
    "DeleteResourcePolicy",
    "DeleteSecret",
    "PutResourcePolicy",
    "PutSecretValue",
    "RotateSecret",
    "UpdateSecret",
    "UpdateSecretVersionStage",
)
KEY_TAMPERING = ("DisableKey", "DisableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion")


@dataclass(frozen=True, kw_only=True)
class TokenKeyArgs:
    platform: Platform
    keyring: pulumi.Input[str]
    """The secret itself: `k2=<base64>,k1=<base64>`, the newest entry first, 32 random bytes each."""
    users: Sequence[str]
    """Components that make tokens. The names of a component's roles begin with its own."""
    custodians: Sequence[str]
    """ARNs of the roles that may read and replace the keyring: the deployment's and the key custodians'."""


class TokenKey(pulumi.ComponentResource):
    """A `TokenKey`: implements the contract of that name."""

    secret_arn: pulumi.Output[str]
    version_id: pulumi.Output[str]
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: TokenKeyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:TokenKey", name, None, opts)
        if not args.custodians or not all(arn.startswith("arn:aws:iam::") for arn in args.custodians):
            raise ValueError(f"{name}: custodians are ARNs of roles (arn:aws:iam::...), at least the deployment's own")
        self._name, self._args = name, args
        self._key = self._make_key()
        secret, version = self._make_secret()
        self.secret_arn = secret.arn
        self.version_id = version.version_id
        self.alarms, self.metrics = self._watch(secret)
        self.register_outputs({"secret_arn": self.secret_arn})

    def grant_use(self, user: Workload) -> Sequence[pulumi.Resource]:
        """Let `user` read the keyring. It can neither replace it nor use the key for anything else."""
        return [
            allow(
                f"{user.name}-uses-{self._name}",
                user,
                [
                    statement(["secretsmanager:GetSecretValue"], [self.secret_arn]),
                    statement(
                        ["kms:Decrypt"],
                        [self._key.arn],
                        {
                            "StringEquals": {
                                "kms:ViaService": f"{SECRETS}.{self._args.platform.region}.amazonaws.com",
                                "kms:EncryptionContext:SecretARN": self.secret_arn,
                            }
                        },
                    ),
                ],
            )
        ]

    def _make_key(self) -> aws.kms.Key:
        platform = self._args.platform
        return own_key(
            self._name,
            f"Keyring of card tokens of {platform.name}; its owner is the key custodian",
            platform,
            self,
            through=[SECRETS, "sqs"],
            # The rules below keep what they saw in a queue under this key.
            statements=[rules_keep_evidence(platform)],
        )

    def _make_secret(self) -> tuple[aws.secretsmanager.Secret, aws.secretsmanager.SecretVersion]:
        name, args = self._name, self._args
        secret = aws.secretsmanager.Secret(
            name,
            description=f"Keyring that card numbers become tokens with, for {', '.join(args.users)}",
            kms_key_id=self._key.arn,
            recovery_window_in_days=DELETION_WINDOW_DAYS if args.platform.protected else 0,
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        closed = close_secret(name, secret, args.platform, self, self._walls())
        version = aws.secretsmanager.SecretVersion(
            name,
            secret_id=secret.id,
            # Write-only: neither the state nor a plan ever holds it.
            secret_string_wo=args.keyring,
            # AWS never gives a write-only value back: this number alone tells that it has changed.
            secret_string_wo_version=pulumi.Output.from_input(args.keyring).apply(fingerprint),
            # A new version instead of an update gives a new version id, and with it tasks that read the new keyring.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[closed], replace_on_changes=["secretStringWoVersion"]),
        )
        return secret, version

    def _roles(self) -> Sequence[pulumi.Input[str]]:
        """Who may read: roles of the users, as patterns since a role is named when it is made, and the custodians."""
        account = self._args.platform.account_id
        users = [pulumi.Output.format("arn:aws:iam::{0}:role/{1}-*", account, user) for user in self._args.users]
        return [*users, *self._args.custodians]

    def _walls(self) -> Sequence[Mapping[str, Any]]:
        # A second wall: whatever a role is allowed elsewhere in the account, administrators included, the keyring is
        # closed to all others. Who administers may still change this policy, and that is an alarm.
        return [
            {
                "Sid": "UsersAndCustodiansOnly",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
                "Resource": "*",
                "Condition": {"ArnNotLike": {"aws:PrincipalArn": self._roles()}},
            },
            {
                "Sid": "CustodiansReplaceIt",
                "Effect": "Deny",
                "Principal": "*",
                "Action": ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"],
                "Resource": "*",
                "Condition": {"ArnNotLike": {"aws:PrincipalArn": list(self._args.custodians)}},
            },
        ]

    def _watch(
        self, secret: aws.secretsmanager.Secret
    ) -> tuple[Sequence[aws.cloudwatch.MetricAlarm], Sequence[Metric]]:
        platform, name = self._args.platform, self._name
        evidence = kept_queue(f"{name}-evidence", platform, self, key_arn=self._key.arn, from_rules=True)
        # By name, by ARN or by ARN without its suffix: a caller may say any of the three.
        this_secret = [{"wildcard": pulumi.Output.concat("*", secret.name, "*")}]
        this_key = [{"wildcard": pulumi.Output.concat("*", self._key.key_id, "*")}]
        others = [{"anything-but": {"wildcard": self._roles()}}]
        used, use = watch_event(
            f"{name}-used-by-others",
            f"{name}: read, or tried, by others",
            _calls(
                "secretsmanager.amazonaws.com",
                ["GetSecretValue"],
                requestParameters={"secretId": this_secret},
                **{
                    "$or": [
                        {"userIdentity": {"sessionContext": {"sessionIssuer": {"arn": others}}}},
                        {"userIdentity": {"type": [{"anything-but": "AssumedRole"}]}},
                    ]
                },
            ),
            f"Somebody who makes no tokens read the keyring of {name}, or tried to: the evidence queue says who, from "
            "where. If the read succeeded, every token can be resolved: rotate the keyring and tell the acquirer.",
            evidence,
            platform,
            self,
            reads=True,
        )
        changed, change = watch_event(
            f"{name}-secret-changed",
            f"{name}: keyring or its policy changed",
            _calls(
                "secretsmanager.amazonaws.com",
                TAMPERING,
                requestParameters={"secretId": this_secret},
            ),
            f"The keyring of {name}, or who may read it, was changed: compare with the planned rotations. A deletion "
            "can be taken back for 30 days with `restore-secret`.",
            evidence,
            platform,
            self,
        )
        deleted, deletion = watch_event(
            f"{name}-key-endangered",
            f"{name}: key disabled or its deletion scheduled",
            _calls("kms.amazonaws.com", KEY_TAMPERING, requestParameters={"keyId": this_key}),
            f"The KMS key of {name} was disabled, given another policy or scheduled for deletion. Without it nothing "
            "that makes tokens can start. Cancel with `cancel-key-deletion` and `enable-key`, then ask who and why.",
            evidence,
            platform,
            self,
        )
        return [used, changed, deleted], [use, change, deletion]


def _calls(service: str, names: Sequence[str], **detail: Any) -> Mapping[str, Any]:
    """The pattern of API calls as a trail reports them, denied ones included."""
    return {
        "source": [f"aws.{service.partition('.')[0]}"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"eventSource": [service], "eventName": list(names), **detail},
    }
