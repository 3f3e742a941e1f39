"""Releases of a model: the workflow that the provider lacks a resource for, who it acts as, and what starts it."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Metric, Platform, Workload
from ..hardened.identity import allow_in_project, service_account
from ..hardened.monitoring import alarm

SOURCE = pathlib.Path(__file__).with_name("model_release.workflow.yaml")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is released to: the endpoint, the account that its models run as, and the zone that its name lies in."""

    endpoint: gcp.vertex.AiEndpoint
    account: gcp.serviceaccount.Account
    zone: gcp.dns.ManagedZone
    host: pulumi.Output[str]
    manifest: str
    """Object in the artefacts bucket whose new version is a release."""


class Release:
    """The workflow `<endpoint>-release` and its trigger, under the endpoint's component."""

    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]
    ready: Sequence[pulumi.Resource]
    """What has to exist before a manifest is written: a release that nothing hears of never happens."""

    def __init__(self, name: str, target: Target, platform: Platform, component: pulumi.ComponentResource) -> None:
        self._name, self._target, self._platform, self._component = f"{name}-release", target, platform, component
        self._child = pulumi.ResourceOptions(parent=component)
        releaser = service_account(self._name, f"Deploys models to {name}", platform, component)
        granted = self._grants(Workload(name=self._name, component=component, member=releaser.member))
        self._workflow = self._make_workflow(releaser, granted)
        self.ready = [self._trigger(), *granted]
        self.metrics = [self._watched("SUCCEEDED", "releases done"), self._watched("FAILED", "releases failed")]
        self.alarms = [
            alarm(
                f"{self._name}-failed",
                self.metrics[1],
                f"A model of {name} was taken back or never deployed. The execution says why; the model before it "
                "serves on. Put the earlier manifest back once the reason is known, or release a repaired model.",
                0,
                platform,
                component,
                minutes=1,
            )
        ]

    def _grants(self, releaser: Workload) -> Sequence[pulumi.Resource]:
        platform, target = self._platform, self._target
        in_project = (
            ("models", "roles/aiplatform.user"),
            ("metrics", "roles/monitoring.viewer"),
            ("logs", "roles/logging.logWriter"),
        )
        return [
            *(allow_in_project(f"{self._name}-{kind}", releaser, role, platform) for kind, role in in_project),
            gcp.storage.BucketIAMMember(
                f"{self._name}-manifest",
                bucket=platform.artefacts_bucket,
                role="roles/storage.objectViewer",
                member=releaser.member,
                condition=gcp.storage.BucketIAMMemberConditionArgs(
                    title="only-the-manifest",
                    description="Only the release manifest",
                    expression=pulumi.Output.format(
                        'resource.name == "projects/_/buckets/{0}/objects/{1}"',
                        platform.artefacts_bucket,
                        target.manifest,
                    ),
                ),
                opts=self._child,
            ),
            # Whoever deploys a model lets it act as this account, and may do so with no other.
            gcp.serviceaccount.IAMMember(
                f"{self._name}-acts-as",
                service_account_id=target.account.name,
                role="roles/iam.serviceAccountUser",
                member=releaser.member,
                opts=self._child,
            ),
            gcp.dns.DnsManagedZoneIamMember(
                f"{self._name}-name",
                managed_zone=target.zone.name,
                role="roles/dns.admin",
                member=releaser.member,
                project=platform.project_id,
                opts=self._child,
            ),
        ]

    def _make_workflow(
        self, releaser: gcp.serviceaccount.Account, granted: Sequence[pulumi.Resource]
    ) -> gcp.workflows.Workflow:
        platform, target = self._platform, self._target
        return gcp.workflows.Workflow(
            self._name,
            region=platform.region,
            description=f"Uploads, deploys, judges and promotes models of {platform.name}, or takes them back",
            service_account=releaser.id,
            crypto_key_name=platform.keys.workflows,
            call_log_level="LOG_ERRORS_ONLY",
            execution_history_level="EXECUTION_HISTORY_BASIC",
            source_contents=SOURCE.read_text(encoding="utf-8"),
            user_env_vars={
                "PROJECT": platform.project_id,
                "REGION": platform.region,
                "ENDPOINT": target.endpoint.id,
                "HOST": target.host,
                "ZONE": target.zone.id,
                "MANIFEST": target.manifest,
            },
            deletion_protection=platform.protected,
            project=platform.project_id,
            opts=pulumi.ResourceOptions(parent=self._component, depends_on=list(granted)),
        )

    def _trigger(self) -> gcp.eventarc.Trigger:
        """A new manifest starts a release. Eventarc cannot filter by an object's name: the workflow does."""
        platform = self._platform
        account = service_account(f"{self._name}-trigger", "Starts model releases", platform, self._component)
        starter = Workload(name=f"{self._name}-trigger", component=self._component, member=account.member)
        storage = Workload(name=f"{self._name}-storage", component=self._component, member=platform.agents.storage)
        allowed = [
            allow_in_project(f"{self._name}-receives", starter, "roles/eventarc.eventReceiver", platform),
            # A workflow has no policy of its own, so that this is said of the project.
            allow_in_project(f"{self._name}-starts", starter, "roles/workflows.invoker", platform),
            # Cloud Storage tells of its objects through a topic that Eventarc makes: no narrower place exists before.
            allow_in_project(f"{self._name}-tells", storage, "roles/pubsub.publisher", platform),
        ]
        return gcp.eventarc.Trigger(
            self._name,
            location=platform.region,
            matching_criterias=[
                gcp.eventarc.TriggerMatchingCriteriaArgs(
                    attribute="type", value="google.cloud.storage.object.v1.finalized"
                ),
                gcp.eventarc.TriggerMatchingCriteriaArgs(attribute="bucket", value=platform.artefacts_bucket),
            ],
            destination=gcp.eventarc.TriggerDestinationArgs(workflow=self._workflow.id),
            service_account=account.email,
            project=platform.project_id,
            opts=pulumi.ResourceOptions(parent=self._component, depends_on=allowed),
        )

    def _watched(self, status: str, title: str) -> Metric:
        return Metric(
            title=f"{self._name}: {title}",
            type="workflows.googleapis.com/finished_execution_count",
            resource_type="workflows.googleapis.com/Workflow",
            aligner="ALIGN_DELTA",
            reducer="REDUCE_SUM",
            labels={"resource.labels.workflow_id": self._workflow.name, "metric.labels.status": status},
        )
