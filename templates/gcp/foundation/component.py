"""Foundation: the APIs, the keys with their users, the log bucket, who is told of alerts, what is audited, and the
artefacts bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Agents, Keys
from ..hardened.storage import private_bucket

APIS: Sequence[str] = (
    "aiplatform",
    "artifactregistry",
    "bigquery",
    "bigquerystorage",
    "certificatemanager",
    "cloudkms",
    "compute",
    "containerscanning",
    "dns",
    "eventarc",
    "iam",
    "iamcredentials",
    "logging",
    "memorystore",
    "monitoring",
    "networkconnectivity",
    "networksecurity",
    "pubsub",
    "run",
    "secretmanager",
    "serviceusage",
    "storage",
    "workflowexecutions",
    "workflows",
)
"""What the platform's parts call or consist of."""

AGENTS: Sequence[str] = (
    "aiplatform",
    "artifactregistry",
    "eventarc",
    "memorystore",
    "pubsub",
    "run",
    "secretmanager",
    "workflows",
)
"""Services whose agent is made on request. BigQuery, Cloud Logging and Cloud Storage are asked for theirs instead."""

ROTATION = "7776000s"
DESTROY_AFTER = "2592000s"
"""Thirty days in which a destroyed key version can be brought back: it takes everything under it along."""
WATCHED_LOGS = (
    "aiplatform.googleapis.com/Endpoint",
    "cloud_run_revision",
    "cloud_run_worker_pool",
    "workflows.googleapis.com/Workflow",
)
"""Monitored resources whose logs go to the log bucket."""
AUDITED = ("cloudkms", "secretmanager", "storage")
"""Services whose every read and write leaves an audit log entry: keys, secrets and files. BigQuery always does. Not
Pub/Sub and Vertex AI: each message and each prediction would be an entry, at the rate of the business itself."""


@dataclass(frozen=True, kw_only=True)
class FoundationArgs:
    name: str
    """Project and stack, e.g. `payments-fraud-prod`."""
    region: str
    project_id: pulumi.Input[str]
    project_number: pulumi.Input[str]
    protected: bool
    log_retention_days: int
    alarm_emails: Sequence[str]
    """Who is told of alerts."""


class Foundation(pulumi.ComponentResource):
    protected: bool
    project_id: pulumi.Output[str]
    project_number: pulumi.Output[str]
    keys: Keys
    agents: Agents
    notification_channels: Sequence[pulumi.Output[str]]
    artefacts_bucket: pulumi.Output[str]

    def __init__(self, name: str, args: FoundationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:Foundation", name, None, opts)
        if not args.alarm_emails:
            raise ValueError("alarmEmails is empty: alerts that nobody receives protect nothing")
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.protected = args.protected
        self.project_number = pulumi.Output.from_input(args.project_number)
        self.project_id = self._enable_apis()
        members = self._service_agents()
        self.agents = Agents(pubsub=members["pubsub"], vertex=members["aiplatform"], storage=members["storage"])
        ring = self._key_ring()
        self.keys = self._make_keys(ring, members)
        self.notification_channels = self._channels()
        self._watch_keys()
        self._audit_access()
        self._keep_logs(ring)
        self.artefacts_bucket = private_bucket(
            f"{name}-artefacts",
            self,
            project_id=self.project_id,
            region=args.region,
            key=self.keys.objects,
            protected=args.protected,
        ).name
        self.register_outputs({"artefacts_bucket": self.artefacts_bucket})

    def _enable_apis(self) -> pulumi.Output[str]:
        """The project's id, known once every API is on: whatever names its project waits for them."""
        enabled = [
            gcp.projects.Service(
                f"{self._name}-{api}",
                service=f"{api}.googleapis.com",
                project=self._args.project_id,
                # Others may use the API too, and switching it off deletes what it runs.
                disable_on_destroy=False,
                opts=self._child,
            )
            for api in APIS
        ]
        return pulumi.Output.all(*(one.project for one in enabled)).apply(lambda ids: ids[0])

    def _service_agents(self) -> Mapping[str, pulumi.Output[str]]:
        """Service -> the IAM member it acts as in this project."""
        made = {
            service: gcp.projects.ServiceIdentity(
                f"{self._name}-{service}",
                service=f"{service}.googleapis.com",
                project=self.project_id,
                opts=self._child,
            ).member
            for service in AGENTS
        }
        return {
            **made,
            "bigquery": gcp.bigquery.get_default_service_account_output(project=self.project_id).member,
            "storage": gcp.storage.get_project_service_account_output(project=self.project_id).member,
        }

    def _key_ring(self) -> gcp.kms.KeyRing:
        # Named by Pulumi, with a random end: a key ring is never deleted, and a fixed name could not be used again.
        return gcp.kms.KeyRing(
            self._name,
            location=self._args.region,
            project=self.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protected),
        )

    def _make_keys(self, ring: gcp.kms.KeyRing, members: Mapping[str, pulumi.Output[str]]) -> Keys:
        def key(kind: str, *users: str) -> pulumi.Output[str]:
            return self._key(ring, kind, {user: members[user] for user in users})

        return Keys(
            streams=key("streams", "pubsub"),
            warehouse=key("warehouse", "bigquery"),
            objects=key("objects", "storage"),
            cache=key("cache", "memorystore"),
            models=key("models", "aiplatform"),
            images=key("images", "artifactregistry"),
            containers=key("containers", "run"),
            secrets=key("secrets", "secretmanager"),
            workflows=key("workflows", "workflows"),
        )

    def _key(self, ring: gcp.kms.KeyRing, kind: str, users: Mapping[str, pulumi.Output[str]]) -> pulumi.Output[str]:
        """A key's id as its users' grants know it: nothing is encrypted before its service may."""
        made = gcp.kms.CryptoKey(
            f"{self._name}-{kind}",
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=ROTATION,
            destroy_scheduled_duration=DESTROY_AFTER,
            version_template=gcp.kms.CryptoKeyVersionTemplateArgs(
                algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="HSM"
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protected),
        )
        granted = [
            gcp.kms.CryptoKeyIAMMember(
                f"{self._name}-{kind}-{user}",
                crypto_key_id=made.id,
                role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
                member=member,
                opts=self._child,
            )
            for user, member in sorted(users.items())
        ]
        return pulumi.Output.all(*(grant.crypto_key_id for grant in granted)).apply(lambda ids: ids[0])

    def _channels(self) -> Sequence[pulumi.Output[str]]:
        return [
            gcp.monitoring.NotificationChannel(
                # Named by the address, not by its place in the list: a reordered list must not drop anybody.
                f"{self._name}-{address}",
                type="email",
                display_name=address,
                labels={"email_address": address},
                project=self.project_id,
                opts=self._child,
            ).id
            for address in self._args.alarm_emails
        ]

    def _watch_keys(self) -> None:
        """Thirty days lie between a destroyed key and lost data: somebody has to hear of it on the first."""
        gcp.monitoring.AlertPolicy(
            f"{self._name}-key-destroyed",
            display_name=f"{self._args.name}: a key is disabled or destroyed",
            combiner="OR",
            severity="CRITICAL",
            conditions=[
                gcp.monitoring.AlertPolicyConditionArgs(
                    display_name="Key version disabled or scheduled for destruction",
                    condition_matched_log=gcp.monitoring.AlertPolicyConditionConditionMatchedLogArgs(
                        filter='resource.type="cloudkms_cryptokeyversion" AND'
                        ' protoPayload.methodName=("DestroyCryptoKeyVersion" OR "UpdateCryptoKeyVersion")'
                    ),
                )
            ],
            documentation=gcp.monitoring.AlertPolicyDocumentationArgs(
                content="A version of a key was disabled or is to be destroyed. Everything that it encrypts becomes"
                " unreadable, for good after 30 days. The audit log names who did it; restore the version first.",
                mime_type="text/markdown",
            ),
            alert_strategy=gcp.monitoring.AlertPolicyAlertStrategyArgs(
                auto_close="604800s",
                notification_rate_limit=gcp.monitoring.AlertPolicyAlertStrategyNotificationRateLimitArgs(period="300s"),
            ),
            notification_channels=list(self.notification_channels),
            project=self.project_id,
            opts=self._child,
        )

    def _audit_access(self) -> None:
        """Who changed something is always logged; who read it only where that is asked for."""
        for service in AUDITED:
            gcp.projects.IAMAuditConfig(
                f"{self._name}-{service}",
                service=f"{service}.googleapis.com",
                audit_log_configs=[
                    gcp.projects.IAMAuditConfigAuditLogConfigArgs(log_type=kind)
                    for kind in ("ADMIN_READ", "DATA_READ", "DATA_WRITE")
                ],
                project=self.project_id,
                opts=self._child,
            )

    def _keep_logs(self, ring: gcp.kms.KeyRing) -> None:
        """A log bucket of our own: the project's default one keeps 30 days, under Google's key, anywhere."""
        agent = gcp.logging.get_project_cmek_settings_output(project=self.project_id).service_account_id
        bucket = gcp.logging.ProjectBucketConfig(
            f"{self._name}-logs",
            bucket_id=self._args.name,
            location=self._args.region,
            project=self.project_id,
            description=f"Logs of {self._args.name}",
            retention_days=self._args.log_retention_days,
            cmek_settings=gcp.logging.ProjectBucketConfigCmekSettingsArgs(
                kms_key_name=self._key(ring, "logs", {"logging": pulumi.Output.concat("serviceAccount:", agent)})
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protected),
        )
        kinds = " OR ".join(f'"{kind}"' for kind in WATCHED_LOGS)
        # Who changed something is in a bucket of Google's own, for 400 days, and nobody can turn that away; who read it
        # would be in the default one, for 30.
        ours = (
            f'(resource.type=({kinds}) AND NOT logName:"cloudaudit.googleapis.com")'
            ' OR logName:"cloudaudit.googleapis.com%2Fdata_access"'
        )
        sink = gcp.logging.ProjectSink(
            f"{self._name}-logs",
            destination=pulumi.Output.concat("logging.googleapis.com/", bucket.id),
            filter=ours,
            unique_writer_identity=True,
            project=self.project_id,
            opts=self._child,
        )
        gcp.logging.ProjectExclusion(
            f"{self._name}-logs",
            description="Kept in the log bucket of the platform instead",
            filter=ours,
            project=self.project_id,
            # Excluded first, a line would be in neither bucket.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[sink]),
        )
