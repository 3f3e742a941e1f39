"""Scoring service: takes the request, reads features, calls the model, and lets rules decide when time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from ..contracts import EventStream, Metric, Network, OnlineFeatures, Platform, RealtimeEndpoint, TokenKey
from ..hardened.addresses import admit_addresses
from ..hardened.connections import HTTPS, connect, security_group
from ..hardened.containers import Container, Fleet, hosting, run, stream_environment, token_keyring
from ..hardened.monitoring import alarm

PORT = 8443
HEALTH = (
    "import ssl, urllib.request as r; "
    f"r.urlopen('https://127.0.0.1:{PORT}/healthz', context=ssl._create_unverified_context(), timeout=4)"
)
"""The image has no other HTTP client. The certificate is the task's own and names no address."""
GENERATED_NAME = 6
"""Characters of a prefix that Elastic Load Balancing takes; it allows 32 in all and a component's name may have 31."""


@dataclass(frozen=True, kw_only=True)
class ScoringServiceArgs:
    """`caller` is the id of the system that asks for decisions. It connects from `caller_cidrs` (new ones are added at
    the end) with a client certificate that an authority of `caller_ca_bundle` (PEM) signed, and is shown the
    certificate `certificate_arn` (ACM).

    `latency_p99_ms` is the promise to the caller, `fallback_after_ms` when rules alone decide. `capacity_units` keeps
    load-balancer capacity warm; AWS grants none without a raised quota and sizes it by the `PeakLCUs` of a load test.
    With `token_key` card numbers become tokens on arrival; without it a request that holds one is refused.
    Without `image_digest` (`sha256:...`) nothing answers yet.
    """

    platform: Platform
    network: Network
    model: RealtimeEndpoint
    decisions: EventStream
    features: OnlineFeatures | None = None
    token_key: TokenKey | None = None
    caller: str
    caller_cidrs: Sequence[str]
    caller_ca_bundle: str
    certificate_arn: str
    entities: Sequence[str]
    latency_p99_ms: int
    fallback_after_ms: int
    tasks: int
    max_tasks: int
    errors_per_minute: int = 60
    fallback_percent: float = 1.0
    capacity_units: int | None = None
    image_digest: str | None = None


class ScoringService(pulumi.ComponentResource):
    """Containers behind a private load balancer that lets in only callers with a certificate."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:ScoringService", name, None, opts)
        self._name = name
        self._args = args
        self._options = pulumi.ResourceOptions(parent=self)
        self._hosting = hosting(name, args.platform, args.network, self)
        self._balancer_group = security_group(f"{name}-balancer", args.network, f"Load balancer of {name}", self)
        self._paths = self._grant_paths()
        self._balancer = self._load_balancer()
        self._targets = self._target_group()
        self._listener = self._mutual_tls_listener()
        self._permissions = [
            *args.model.grant_invoke(self._hosting.workload),
            *args.decisions.grant_write(self._hosting.workload),
            *(args.features.grant_read(self._hosting.workload) if args.features is not None else ()),
            *self._grant_token_key(),
        ]
        self._watched: list[Metric] = []
        balancer_alarms, decision_alarms = self._balancer_alarms(), self._decision_alarms()
        self._rollback_alarms = [*balancer_alarms[:2], decision_alarms[0]]
        self.alarms = [*balancer_alarms, *decision_alarms]
        self.metrics = [
            self._balancer_metric("requests", "RequestCount", "Sum"),
            self._own_metric("decisions", "Decisions", "Sum"),
            self._own_metric("time to decide, p99 (ms)", "Latency", "p99"),
            *self._watched,
        ]
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository.repository_url
        self.address = self._balancer.dns_name
        self.register_outputs({"repository_url": self.repository_url, "address": self.address})

    def _grant_paths(self) -> Sequence[pulumi.Resource]:
        """Caller to load balancer, load balancer to tasks, and no other way to either."""
        return [
            *admit_addresses(
                f"{self._args.caller}-calls-{self._name}",
                self,
                self._balancer_group.id,
                self._args.caller_cidrs,
                HTTPS,
            ),
            *connect(f"{self._name}-balancer", self, self._balancer_group.id, self._hosting.security_group_id, PORT),
        ]

    def _grant_token_key(self) -> Sequence[pulumi.Resource]:
        """The keyring, for ECS to hand over at start: the running container never calls Secrets Manager."""
        if self._args.token_key is None:
            return []
        return self._args.token_key.grant_use(replace(self._hosting.agent, name=self._name))

    def _load_balancer(self) -> aws.lb.LoadBalancer:
        platform, prefix = self._args.platform, f"elb/{self._name}"
        units = self._args.capacity_units
        return aws.lb.LoadBalancer(
            self._name,
            name_prefix=self._name[:GENERATED_NAME],
            internal=True,
            load_balancer_type="application",
            subnets=list(self._args.network.app_subnet_ids),
            security_groups=[self._balancer_group.id],
            drop_invalid_header_fields=True,
            desync_mitigation_mode="strictest",
            enable_deletion_protection=platform.protected,
            enable_zonal_shift=True,
            access_logs=aws.lb.LoadBalancerAccessLogsArgs(
                bucket=platform.access_logs_bucket, prefix=prefix, enabled=True
            ),
            # A caller that mutual TLS turns away never makes a request: only the connection log knows of it.
            connection_logs=aws.lb.LoadBalancerConnectionLogsArgs(
                bucket=platform.access_logs_bucket, prefix=prefix, enabled=True
            ),
            minimum_load_balancer_capacity=None
            if units is None
            else aws.lb.LoadBalancerMinimumLoadBalancerCapacityArgs(capacity_units=units),
            # A new load balancer has a new address, which callers would have to learn.
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )

    def _target_group(self) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            self._name,
            name_prefix=self._name[:GENERATED_NAME],
            vpc_id=self._args.network.vpc_id,
            target_type="ip",
            port=PORT,
            # The load balancer ends the caller's TLS; what it passes on is the same data and stays encrypted.
            protocol="HTTPS",
            load_balancing_algorithm_type="least_outstanding_requests",
            # Requests end within the latency limit; the default of 300 s would only slow deployments down.
            deregistration_delay=15,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                path="/readyz",
                protocol="HTTPS",
                matcher="200",
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=2,
            ),
            opts=self._options,
        )

    def _mutual_tls_listener(self) -> aws.lb.Listener:
        """HTTPS for callers with a certificate of their authority; plain HTTP has no listener."""
        bundle = aws.s3.BucketObjectv2(
            f"{self._name}-callers",
            bucket=self._args.platform.artefacts_bucket,
            key=f"trust/{self._name}/callers.pem",
            content=self._args.caller_ca_bundle,
            content_type="application/x-pem-file",
            opts=self._options,
        )
        trust = aws.lb.TrustStore(
            self._name,
            name_prefix=self._name[:GENERATED_NAME],
            ca_certificates_bundle_s3_bucket=bundle.bucket,
            ca_certificates_bundle_s3_key=bundle.key,
            # The version tells the trust store that the bundle has changed; the key alone never does.
            ca_certificates_bundle_s3_object_version=bundle.version_id,
            opts=self._options,
        )
        return aws.lb.Listener(
            self._name,
            load_balancer_arn=self._balancer.arn,
            port=HTTPS,
            protocol="HTTPS",
            ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            certificate_arn=self._args.certificate_arn,
            mutual_authentication=aws.lb.ListenerMutualAuthenticationArgs(mode="verify", trust_store_arn=trust.arn),
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=self._targets.arn)],
            opts=self._options,
        )

    def _go_live(self, image_digest: str) -> None:
        args = self._args
        running = run(
            self._name,
            self._hosting,
            Container(
                image_digest=image_digest,
                # One process on one event loop: a second vCPU would stand idle.
                cpu=1024,
                memory=2048,
                environment=self._environment(),
                secrets=token_keyring(args.token_key),
                health_command=["python", "-c", HEALTH],
                port=PORT,
            ),
            Fleet(
                tasks=args.tasks,
                max_tasks=args.max_tasks,
                balancer=self._targets,
                rollback_alarms=self._rollback_alarms,
                # ECS refuses a target group that no listener sends to.
                depends_on=[*self._permissions, *self._paths, self._listener],
            ),
            args.platform,
            args.network,
        )
        self.alarms = [*self.alarms, *running.alarms]
        self.metrics = [*self.metrics, *running.metrics]

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args = self._args
        return {
            "AWS_REGION": args.platform.region,
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "PORT": str(PORT),
            "MODEL_ENDPOINT": args.model.endpoint_name,
            "ENTITIES": ",".join(args.entities),
            "FALLBACK_AFTER_MS": str(args.fallback_after_ms),
            "LOG_LEVEL": "INFO",
            **self._features_environment(),
            **stream_environment(args.decisions.connection),
        }

    def _features_environment(self) -> Mapping[str, pulumi.Input[str]]:
        if self._args.features is None:
            return {}
        connection = self._args.features.connection
        return {
            "FEATURES_ENDPOINT": connection.endpoint,
            "FEATURES_USER": connection.reader,
            "FEATURES_CACHE": connection.cache,
        }

    def _balancer_alarms(self) -> Sequence[aws.cloudwatch.MetricAlarm]:
        """What the caller notices. The first two also roll a deployment back."""
        args = self._args
        return [
            self._watch(
                "errors",
                self._balancer_metric("errors of the tasks", "HTTPCode_Target_5XX_Count", "Sum"),
                args.errors_per_minute,
                3,
                "The service answers with errors although its rules can always decide: read its log for the exception.",
            ),
            self._watch(
                "slow",
                self._balancer_metric("time to answer, p99 (s)", "TargetResponseTime", "p99"),
                args.latency_p99_ms / 1000,
                5,
                f"The slowest hundredth of decisions takes longer than the {args.latency_p99_ms} ms promised to "
                f"{args.caller}: compare the model's latency, the cache's and the CPU of the tasks.",
            ),
            self._watch(
                "balancer",
                self._balancer_metric("errors of the balancer", "HTTPCode_ELB_5XX_Count", "Sum", of_targets=False),
                args.errors_per_minute,
                3,
                "The load balancer answers in place of the tasks: none is healthy, or they close connections.",
            ),
            self._watch(
                "unhealthy",
                self._balancer_metric("unhealthy tasks", "UnHealthyHostCount", "Maximum"),
                0,
                5,
                "A task fails /readyz for five minutes and was not replaced: read the service's events.",
            ),
            self._watch(
                "rejected",
                self._balancer_metric("rejected connections", "RejectedConnectionCount", "Sum", of_targets=False),
                0,
                1,
                "The load balancer is at its limit of connections: look for callers that do not reuse theirs, and "
                "reserve capacity by its PeakLCUs.",
            ),
            self._watch(
                "handshakes",
                self._balancer_metric("failed handshakes", "ClientTLSNegotiationErrorCount", "Sum", of_targets=False),
                args.errors_per_minute,
                5,
                f"Mutual TLS turns callers away: the connection log says why. Check whether {args.caller}'s "
                "certificate has expired or its authority is missing from the trust store.",
            ),
        ]

    def _decision_alarms(self) -> Sequence[aws.cloudwatch.MetricAlarm]:
        """What the business notices. The first one also rolls a deployment back."""
        return [
            self._watch(
                "fallback",
                self._own_metric("decided by rules alone (%)", "FallbackRate", "Average"),
                self._args.fallback_percent,
                5,
                "Rules decide more often than they should: the metric Fallbacks by Reason says whether features or "
                "model are late, fail or answer out of contract.",
            ),
            self._watch(
                "publish-failures",
                self._own_metric("decisions refused by the stream", "PublishFailures", "Sum"),
                0,
                5,
                "The event stream refuses decisions; they wait in the tasks' memory. Look for throttling of the stream "
                "and for a permission that was taken away, before the queues overflow.",
            ),
            self._watch(
                "unrecorded",
                self._own_metric("decisions never recorded", "PublishShed", "Sum"),
                0,
                1,
                "Decisions were answered but not recorded, their queue was full: the audit trail has a gap from here "
                f"on. {self._args.caller} has the missing decisions, by event id.",
            ),
        ]

    def _watch(
        self, part: str, metric: Metric, threshold: float, minutes: int, advice: str
    ) -> aws.cloudwatch.MetricAlarm:
        """An alarm on a metric, which gets its graph at the same time."""
        self._watched.append(metric)
        return alarm(f"{self._name}-{part}", metric, advice, threshold, self._args.platform, self, periods=minutes)

    def _balancer_metric(self, title: str, metric: str, statistic: str, *, of_targets: bool = True) -> Metric:
        dimensions = {"LoadBalancer": self._balancer.arn_suffix}
        return Metric(
            title=f"{self._name}: {title}",
            namespace="AWS/ApplicationELB",
            name=metric,
            statistic=statistic,
            dimensions=dimensions | ({"TargetGroup": self._targets.arn_suffix} if of_targets else {}),
        )

    def _own_metric(self, title: str, metric: str, statistic: str) -> Metric:
        """A metric that the service writes itself, as lines of its log."""
        return Metric(
            title=f"{self._name}: {title}",
            namespace=f"archgen/{self._args.platform.name}",
            name=metric,
            statistic=statistic,
            dimensions={"Component": self._name},
        )
