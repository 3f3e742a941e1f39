"""Real-time endpoint on Vertex AI: reached through Private Service Connect alone, released to by a workflow.

Without a model it is all that a model needs (endpoint, account, image repository, workflow, alerts) and answers nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Lake, LakeTable, Metric, Network, Platform, Workload
from ..hardened.connections import HTTPS, connect
from ..hardened.containers import repository
from ..hardened.identity import service_account
from ..hardened.monitoring import alarm
from .release import Release, Target

PRIVATE_DOMAIN = "prediction.p.vertexai.goog"
"""Domain of the endpoint's certificate: one name per endpoint, region and project."""
CANARY_PERCENT, BAKE_SECONDS, LEAST_REQUESTS = 10, 600, 100
ERROR_SHARE = 0.01
CPU_TARGET_PERCENT = 60


@dataclass(frozen=True, kw_only=True)
class VertexEndpointArgs:
    platform: Platform
    network: Network
    capture: Lake
    """Where a sample of requests and replies goes, for drift and for replay."""
    machine_type: str
    replicas: int
    """Replicas at peak, with one zone lost. At least two: one is no availability."""
    max_replicas: int
    latency_budget_ms: float
    """Share of the decision's latency that the model may take at p99."""
    capture_share: float
    model_image_digest: str | None = None
    """Image of the model server in this endpoint's repository. None until the first model."""
    model_artifacts: str | None = None
    """Folder of the model's files (`gs://...`). None until the first model."""


class VertexEndpoint(pulumi.ComponentResource):
    """A `RealtimeEndpoint`. Its number and its name are fixed, so that nobody waits for the first model."""

    url: pulumi.Output[str]
    repository_url: pulumi.Output[str]
    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: VertexEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:VertexEndpoint", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._account = service_account(name, f"Models behind {name}", args.platform, self)
        self._repository = repository(name, args.platform, self)
        self.repository_url = pulumi.Output.format(
            "{0}-docker.pkg.dev/{1}/{2}/{3}",
            args.platform.region,
            args.platform.project_id,
            self._repository.repository_id,
            name,
        )
        self._endpoint = self._make_endpoint(self._capture())
        self._predicts = self._role_to_predict()
        number = endpoint_number(args.platform.name, name)
        host = pulumi.Output.format(
            "{0}-{1}-{2}.{3}", number, args.platform.region, args.platform.project_number, PRIVATE_DOMAIN
        )
        self.url = pulumi.Output.format("https://{0}/v1/{1}:rawPredict", host, self._endpoint.id)
        manifest = f"releases/{name}.json"
        target = Target(endpoint=self._endpoint, account=self._account, zone=self._zone(), host=host, manifest=manifest)
        release = Release(name, target, args.platform, self)
        self.metrics = [*self._watched(), *release.metrics]
        self.alarms = [*self._alarms(), *release.alarms]
        if args.model_image_digest is not None and args.model_artifacts is not None:
            self._go_live(manifest, args.model_image_digest, args.model_artifacts, release.ready)
        self.register_outputs({"endpoint": self._endpoint.id, "repository_url": self.repository_url})

    def grant_invoke(self, caller: Workload) -> Sequence[pulumi.Resource]:
        name = f"{caller.name}-invokes-{self._name}"
        return [
            gcp.vertex.AiEndpointIamMember(
                name,
                endpoint=self._endpoint.name,
                location=self._platform.region,
                role=self._predicts.name,
                member=caller.member,
                project=self._platform.project_id,
                opts=pulumi.ResourceOptions(parent=caller.component),
            ),
            connect(
                name,
                caller,
                self._args.network.network_id,
                self._platform,
                [self._args.network.service_range],
                [str(HTTPS)],
            ),
        ]

    def _capture(self) -> LakeTable:
        table = self._args.capture.captured
        if table is None:
            raise ValueError(f"the lake that {self._name} captures to keeps no requests and replies")
        return table

    def _make_endpoint(self, table: LakeTable) -> gcp.vertex.AiEndpoint:
        args, platform = self._args, self._platform
        # Vertex AI writes the sample as its own agent, whatever account the model runs as.
        agent = Workload(name=self._name, component=self, member=platform.agents.vertex)
        granted = [
            *args.capture.grant_write(agent, table),
            gcp.artifactregistry.RepositoryIamMember(
                f"{self._name}-images",
                repository=self._repository.name,
                location=platform.region,
                role="roles/artifactregistry.reader",
                member=platform.agents.vertex,
                project=platform.project_id,
                opts=self._child,
            ),
            *self._read_models(),
        ]
        return gcp.vertex.AiEndpoint(
            self._name,
            # A number of at most ten digits without a leading zero: Vertex AI takes no other name.
            name=endpoint_number(platform.name, self._name),
            display_name=f"{platform.name}-{self._name}",
            location=platform.region,
            region=platform.region,
            encryption_spec=gcp.vertex.AiEndpointEncryptionSpecArgs(kms_key_name=platform.keys.models),
            private_service_connect_config=gcp.vertex.AiEndpointPrivateServiceConnectConfigArgs(
                enable_private_service_connect=True,
                # Otherwise whoever reaches the address may ask: no permission is looked at.
                enable_secure_private_service_connect=True,
                project_allowlists=[platform.project_id],
                psc_automation_configs=[
                    gcp.vertex.AiEndpointPrivateServiceConnectConfigPscAutomationConfigArgs(
                        project_id=platform.project_id, network=args.network.service_network_id
                    )
                ],
            ),
            predict_request_response_logging_config=gcp.vertex.AiEndpointPredictRequestResponseLoggingConfigArgs(
                enabled=True,
                sampling_rate=args.capture_share,
                bigquery_destination=gcp.vertex.AiEndpointPredictRequestResponseLoggingConfigBigqueryDestinationArgs(
                    output_uri=pulumi.Output.concat("bq://", table.path)
                ),
            ),
            project=platform.project_id,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=platform.protected,
                depends_on=granted,
                # The release workflow owns the split: an update would send all traffic to whatever was first.
                ignore_changes=["trafficSplit"],
            ),
        )

    def _role_to_predict(self) -> gcp.projects.IAMCustomRole:
        """To ask and nothing else: each role of Google's that may predict may also deploy."""
        return gcp.projects.IAMCustomRole(
            self._name,
            role_id=f"{self._platform.name}_{self._name}_predict".replace("-", "_"),
            title=f"Ask {self._name} of {self._platform.name}",
            permissions=["aiplatform.endpoints.predict"],
            project=self._platform.project_id,
            opts=self._child,
        )

    def _read_models(self) -> Sequence[pulumi.Resource]:
        """The model's files, below `models/<name>/` in the artefacts bucket, for the account that it runs as."""
        return [
            gcp.storage.BucketIAMMember(
                f"{self._name}-reads-models",
                bucket=self._platform.artefacts_bucket,
                role="roles/storage.objectViewer",
                member=self._account.member,
                condition=gcp.storage.BucketIAMMemberConditionArgs(
                    title="only-its-models",
                    description=f"Only objects below models/{self._name}/",
                    expression=pulumi.Output.format(
                        'resource.name.startsWith("projects/_/buckets/{0}/objects/models/{1}/")',
                        self._platform.artefacts_bucket,
                        self._name,
                    ),
                ),
                opts=self._child,
            )
        ]

    def _zone(self) -> gcp.dns.ManagedZone:
        """Where the endpoint's name lies. The workflow writes the record: no model, no address."""
        return gcp.dns.ManagedZone(
            self._name,
            dns_name=f"{PRIVATE_DOMAIN}.",
            visibility="private",
            description=f"Private address of {self._name}",
            private_visibility_config=gcp.dns.ManagedZonePrivateVisibilityConfigArgs(
                networks=[
                    gcp.dns.ManagedZonePrivateVisibilityConfigNetworkArgs(network_url=self._args.network.network_id)
                ]
            ),
            # The record that the workflow wrote is not in this program, and a zone with records cannot be deleted.
            force_destroy=not self._platform.protected,
            project=self._platform.project_id,
            opts=self._child,
        )

    def _go_live(
        self, manifest: str, image_digest: str, artifacts: str, ready: Sequence[pulumi.Resource]
    ) -> gcp.storage.BucketObject:
        """Write the manifest: each change of it is a release, and its earlier versions are the way back."""
        args, platform = self._args, self._platform
        release: Mapping[str, pulumi.Input[str | int | float]] = {
            "name": f"{platform.name}-{self._name}",
            "parent": pulumi.Output.format("projects/{0}/locations/{1}", platform.project_id, platform.region),
            "image": pulumi.Output.concat(self.repository_url, "@", image_digest),
            "artifacts": artifacts,
            "key": platform.keys.models,
            "service_account": self._account.email,
            "machine_type": args.machine_type,
            "replicas": args.replicas,
            "max_replicas": args.max_replicas,
            "cpu_target_percent": CPU_TARGET_PERCENT,
            "canary_percent": CANARY_PERCENT,
            "bake_seconds": BAKE_SECONDS,
            "least_requests": LEAST_REQUESTS,
            "error_share": ERROR_SHARE,
            "latency_budget_ms": args.latency_budget_ms,
        }
        return gcp.storage.BucketObject(
            f"{self._name}-release",
            bucket=platform.artefacts_bucket,
            name=manifest,
            content=pulumi.Output.json_dumps(release),
            content_type="application/json",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._endpoint, *ready]),
        )

    def _watched(self) -> Sequence[Metric]:
        def metric(title: str, kind: str, aligner: str, reducer: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                type=f"aiplatform.googleapis.com/prediction/online/{kind}",
                resource_type="aiplatform.googleapis.com/Endpoint",
                aligner=aligner,
                reducer=reducer,
                labels={"resource.labels.endpoint_id": self._endpoint.name},
            )

        return [
            metric("predictions", "prediction_count", "ALIGN_DELTA", "REDUCE_SUM"),
            metric("errors", "error_count", "ALIGN_DELTA", "REDUCE_SUM"),
            metric("latency, p99 (ms)", "prediction_latencies", "ALIGN_DELTA", "REDUCE_PERCENTILE_99"),
            metric("CPU of the replicas", "cpu/utilization", "ALIGN_MEAN", "REDUCE_MEAN"),
            metric("replicas", "replicas", "ALIGN_MEAN", "REDUCE_SUM"),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        args = self._args
        _, errors, latency, cpu, replicas = self._watched()
        return [
            alarm(
                f"{self._name}-errors",
                errors,
                "The model fails requests and rules decide instead: look at the last release and its container log.",
                60,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-slow",
                latency,
                f"The model takes longer than its {args.latency_budget_ms:g} ms and rules decide instead: look at the "
                "last release, then at the CPU of the replicas.",
                args.latency_budget_ms,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-cpu",
                cpu,
                f"Replicas run hot. Has autoscaling reached its maximum of {args.max_replicas}, or the project its "
                "quota of CPU for predictions?",
                0.8,
                self._platform,
                self,
                minutes=10,
            ),
            alarm(
                f"{self._name}-replicas",
                replicas,
                f"Fewer than {args.replicas} replicas serve: a release that replaces them, a zone that is lost, or "
                "machines that cannot be had.",
                args.replicas,
                self._platform,
                self,
                below=True,
                minutes=10,
            ),
        ]


def endpoint_number(platform_name: str, name: str) -> str:
    """Ten digits that follow from the names, the first not zero."""
    digest = int.from_bytes(hashlib.sha256(f"{platform_name}/{name}".encode()).digest()[:8], "big")
    return str(1_000_000_000 + digest % 9_000_000_000)
