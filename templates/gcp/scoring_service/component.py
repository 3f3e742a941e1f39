"""Scoring service: takes the request, reads features, calls the model, and lets rules decide when time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import EventStream, Metric, Network, OnlineFeatures, Platform, RealtimeEndpoint
from ..hardened.containers import REVISION, container_alarms, container_metrics, hosting, image
from ..hardened.monitoring import alarm, counter, describe, duration, gauge, metric_prefix
from .balancer import Caller, Front, address, admission, balance, trust

PORT = 8080
CONCURRENCY = 80
"""Requests in flight per container: at 300/s and 50 ms there are fifteen, and a slow model makes them many."""


@dataclass(frozen=True, kw_only=True)
class ScoringServiceArgs:
    """`caller` is the id of the system that asks for decisions. It connects from `caller_cidrs` (new ones are added at
    the end) with a client certificate that an authority of `caller_ca_bundle` (PEM) signed, and is shown the
    certificate `certificate` (Certificate Manager).

    `latency_p99_ms` is the promise to the caller, `fallback_after_ms` when rules alone decide. Without `image_digest`
    (`sha256:...`) nothing answers yet.
    """

    platform: Platform
    network: Network
    model: RealtimeEndpoint
    decisions: EventStream
    features: OnlineFeatures | None = None
    caller: str
    caller_cidrs: Sequence[str]
    caller_ca_bundle: str
    certificate: str
    entities: Sequence[str]
    latency_p99_ms: int
    fallback_after_ms: int
    instances: int
    max_instances: int
    errors_per_minute: int = 60
    fallback_percent: float = 1.0
    image_digest: str | None = None


class ScoringService(pulumi.ComponentResource):
    """Containers on Cloud Run behind a private load balancer that lets in only callers with a certificate."""

    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]
    address: pulumi.Output[str]

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:ScoringService", name, None, opts)
        self._name, self._args = name, args
        self._hosting = hosting(name, args.platform, args.network, self)
        workload = self._hosting.workload
        self._permissions = [
            *self._hosting.permissions,
            *args.model.grant_invoke(workload),
            *args.decisions.grant_write(workload),
            *(args.features.grant_read(workload) if args.features is not None else ()),
        ]
        self._front = self._make_front()
        self.metrics = self._own_metrics()
        self.alarms = self._decision_alarms()
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository_url
        self.address = self._front.address.address
        self.register_outputs({"repository_url": self.repository_url, "address": self.address})

    def _make_front(self) -> Front:
        args = self._args
        caller = Caller(id=args.caller, cidrs=args.caller_cidrs, ca_bundle=args.caller_ca_bundle)
        return Front(
            address=address(self._name, args.platform, args.network, self),
            admission=admission(f"{args.caller}-calls-{self._name}", caller, args.platform, self),
            trust=trust(self._name, caller, args.platform, self),
            certificate=args.certificate,
        )

    def _go_live(self, image_digest: str) -> None:
        args = self._args
        service = self._run(image_digest)
        backend = balance(self._name, self._front, service, args.platform, args.network, self)
        metrics = container_metrics(self._name, REVISION, service.name)
        watched = self._balancer_metrics(backend.name)
        self.metrics = [*watched, *self.metrics, *metrics]
        self.alarms = [
            *self._balancer_alarms(watched),
            *self.alarms,
            *container_alarms(self._name, metrics, args.platform, self),
        ]

    def _run(self, image_digest: str) -> gcp.cloudrunv2.Service:
        args, platform = self._args, self._args.platform
        run = gcp.cloudrunv2
        return run.Service(
            self._name,
            location=platform.region,
            project=platform.project_id,
            description=f"Decisions for {args.caller}",
            ingress="INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
            default_uri_disabled=True,
            # The load balancer has checked the caller by certificate and address and cannot sign in for it; nobody else
            # reaches the service. A grant to everybody would say the same, and is what organisations forbid.
            invoker_iam_disabled=True,
            deletion_protection=platform.protected,
            template=run.ServiceTemplateArgs(
                service_account=self._hosting.account.email,
                encryption_key=platform.keys.containers,
                execution_environment="EXECUTION_ENVIRONMENT_GEN2",
                timeout="5s",
                max_instance_request_concurrency=CONCURRENCY,
                scaling=run.ServiceTemplateScalingArgs(
                    min_instance_count=args.instances, max_instance_count=args.max_instances
                ),
                vpc_access=run.ServiceTemplateVpcAccessArgs(
                    egress="ALL_TRAFFIC",
                    network_interfaces=[
                        run.ServiceTemplateVpcAccessNetworkInterfaceArgs(
                            network=args.network.network_id,
                            subnetwork=args.network.workloads_subnet_id,
                            tags=[str(self._hosting.workload.network_tag)],
                        )
                    ],
                ),
                containers=[self._container(image_digest)],
            ),
            traffics=[run.ServiceTrafficArgs(type="TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent=100)],
            opts=pulumi.ResourceOptions(parent=self, depends_on=self._permissions),
        )

    def _container(self, image_digest: str) -> gcp.cloudrunv2.ServiceTemplateContainerArgs:
        run = gcp.cloudrunv2
        return run.ServiceTemplateContainerArgs(
            image=image(self._hosting, image_digest),
            ports=run.ServiceTemplateContainerPortsArgs(container_port=PORT),
            resources=run.ServiceTemplateContainerResourcesArgs(
                # One process on one event loop: a second vCPU would stand idle. It publishes between requests, for
                # which the CPU stays on.
                limits={"cpu": "1", "memory": "2Gi"},
                cpu_idle=False,
                startup_cpu_boost=True,
            ),
            startup_probe=run.ServiceTemplateContainerStartupProbeArgs(
                http_get=run.ServiceTemplateContainerStartupProbeHttpGetArgs(path="/readyz", port=PORT),
                period_seconds=2,
                timeout_seconds=2,
                failure_threshold=30,
            ),
            liveness_probe=run.ServiceTemplateContainerLivenessProbeArgs(
                http_get=run.ServiceTemplateContainerLivenessProbeHttpGetArgs(path="/healthz", port=PORT),
                period_seconds=10,
                timeout_seconds=4,
                failure_threshold=3,
            ),
            envs=[
                run.ServiceTemplateContainerEnvArgs(name=key, value=value)
                for key, value in sorted(self._environment().items(), key=lambda pair: pair[0])
            ],
        )

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args = self._args
        return {
            "GCP_PROJECT": args.platform.project_id,
            "GCP_REGION": args.platform.region,
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "METRIC_PREFIX": metric_prefix(args.platform.name, self._name),
            "MODEL_URL": args.model.url,
            "STREAM_TOPIC": args.decisions.connection.topic_id,
            "ENTITIES": ",".join(args.entities),
            "FALLBACK_AFTER_MS": str(args.fallback_after_ms),
            "LOG_LEVEL": "INFO",
            **self._features_environment(),
        }

    def _features_environment(self) -> Mapping[str, pulumi.Input[str]]:
        if self._args.features is None:
            return {}
        connection = self._args.features.connection
        return {
            "FEATURES_ENDPOINT": pulumi.Output.concat(connection.host, f":{connection.port}"),
            "FEATURES_CA_PEM": connection.ca_certificates,
        }

    def _own_metrics(self) -> Sequence[Metric]:
        platform = self._args.platform
        return [
            describe(self._name, own, platform, self)
            for own in (
                counter("decisions", "decisions"),
                duration("latency", "time to decide, p99 (ms)"),
                gauge("fallback_rate", "decided by rules alone (%)", "%", "REDUCE_MEAN"),
                counter("publish_failures", "decisions refused by the stream"),
                counter("publish_shed", "decisions never recorded"),
            )
        ]

    def _decision_alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        """What the business notices."""
        args = self._args
        _, latency, fallback, refused, unrecorded = self.metrics
        return [
            self._watch(
                "deciding-slow",
                latency,
                args.fallback_after_ms,
                5,
                "Decisions take until the fallback decides: compare the model's latency with the cache's.",
            ),
            self._watch(
                "fallback",
                fallback,
                args.fallback_percent,
                5,
                "Rules decide more often than they should: the service's log says by reason whether features or model "
                "are late, fail or answer out of contract.",
            ),
            self._watch(
                "publish-failures",
                refused,
                0,
                5,
                "The event stream refuses decisions; they wait in the containers' memory. Look for the publishing "
                "quota and for a permission that was taken away, before the queues overflow.",
            ),
            self._watch(
                "unrecorded",
                unrecorded,
                0,
                1,
                "Decisions were answered but not recorded, their queue was full: the audit trail has a gap from here "
                f"on. {args.caller} has the missing decisions, by event id.",
                severity="CRITICAL",
            ),
        ]

    def _balancer_metrics(self, backend: pulumi.Output[str]) -> Sequence[Metric]:
        def metric(title: str, kind: str, reducer: str, **labels: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                type=f"loadbalancing.googleapis.com/https/internal/{kind}",
                resource_type="internal_http_lb_rule",
                aligner="ALIGN_DELTA",
                reducer=reducer,
                labels={
                    "resource.labels.backend_name": backend,
                    **{f"metric.labels.{key}": value for key, value in labels.items()},
                },
            )

        return [
            metric("requests", "request_count", "REDUCE_SUM"),
            metric("errors", "request_count", "REDUCE_SUM", response_code_class="500"),
            metric("refused", "request_count", "REDUCE_SUM", response_code_class="400"),
            metric("time to answer, p99 (ms)", "total_latencies", "REDUCE_PERCENTILE_99"),
        ]

    def _balancer_alarms(self, metrics: Sequence[Metric]) -> Sequence[gcp.monitoring.AlertPolicy]:
        """What the caller notices."""
        args = self._args
        _, errors, refused, latency = metrics
        return [
            self._watch(
                "errors",
                errors,
                args.errors_per_minute,
                3,
                "The service answers with errors although its rules can always decide: read its log for the exception, "
                "and whether it is at its ceiling of instances.",
                severity="CRITICAL",
            ),
            self._watch(
                "refused",
                refused,
                args.errors_per_minute,
                5,
                f"Requests are refused: {args.caller} calls from an address that is not admitted, or sends requests "
                "out of contract.",
            ),
            self._watch(
                "slow",
                latency,
                args.latency_p99_ms,
                5,
                f"The slowest hundredth of decisions takes longer than the {args.latency_p99_ms} ms promised to "
                f"{args.caller}: compare the model's latency, the cache's and the CPU of the containers.",
                severity="CRITICAL",
            ),
        ]

    def _watch(
        self, part: str, metric: Metric, threshold: float, minutes: int, advice: str, severity: str = "ERROR"
    ) -> gcp.monitoring.AlertPolicy:
        return alarm(
            f"{self._name}-{part}",
            metric,
            advice,
            threshold,
            self._args.platform,
            self,
            minutes=minutes,
            severity=severity,
        )
