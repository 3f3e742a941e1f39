"""Scoring service: takes the request, reads features, calls the model, and lets rules decide when time is up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from ..contracts import EventStream, Metric, Network, OnlineFeatures, Platform, QuotaNeed, RealtimeEndpoint, TokenKey
from ..hardened.addresses import admit_addresses
from ..hardened.connections import HTTPS, connect, security_group
from ..hardened.containers import Container, Fleet, hosting, run, stream_environment, token_keyring
from ..hardened.monitoring import alarm
from ..hardened.quotas import fargate_vcpus
from .canary import Identity, canary
from .canary import run as run_canary
from .entrance import Callers, expiring, load_balancer, mutual_tls_listener, private_name, target_group
from .private_link import Inside, PrivateLink, private_link, verify_domain
from .zone_loss import rehearse_zone_loss

PORT = 8443
HEALTH = (
    "import ssl, urllib.request as r; "
    f"r.urlopen('https://127.0.0.1:{PORT}/healthz', context=ssl._create_unverified_context(), timeout=4)"
)
"""The image has no other HTTP client. The certificate is the task's own and names no address."""


@dataclass(frozen=True, kw_only=True)
class ScoringServiceArgs:
    """`caller` is the id of the system that asks for decisions. It connects from `caller_cidrs` (new ones are added at
    the end) with a client certificate that an authority of `caller_ca_bundle` (PEM) signed, and is shown the
    certificate `certificate_arn` (ACM) of the name `host_name`. With `private_zone` that name is answered inside the
    network; else whoever owns the network's names does it. With `link_principals` (ARNs) callers come in by a private
    link, and `caller_cidrs` are the addresses in their own network. The canary calls with `canary_certificate` (PEM and
    key, of the same authority) and trusts `canary_authorities` (PEM; empty: those that everybody trusts).

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
    host_name: str
    canary_certificate: pulumi.Input[str]
    canary_authorities: str
    private_zone: bool = False
    rehearses_zone_loss: bool = False
    link_principals: Sequence[str] | None = None
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
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ScoringServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:ScoringService", name, None, opts)
        self._name = name
        self._args = args
        self._options = pulumi.ResourceOptions(parent=self)
        self._hosting = hosting(name, args.platform, args.network, self)
        self._balancer_group = security_group(f"{name}-balancer", args.network, f"Load balancer of {name}", self)
        self._open_entrance()
        self._link = self._private_link()
        self._paths = self._grant_paths()
        self._canary = canary(
            f"{name}-canary",
            Identity(certificate=args.canary_certificate, authorities=args.canary_authorities),
            self._balancer_group.id,
            args.platform,
            args.network,
            self,
        )
        self._permissions = [
            *args.model.grant_invoke(self._hosting.workload),
            *args.decisions.grant_write(self._hosting.workload),
            *(args.features.grant_read(self._hosting.workload) if args.features is not None else ()),
            *self._grant_token_key(),
        ]
        self._watched: list[Metric] = []
        balancer_alarms, decision_alarms = self._balancer_alarms(), self._decision_alarms()
        self._rollback_alarms = [*balancer_alarms[:2], decision_alarms[0]]
        if args.rehearses_zone_loss:
            rehearse_zone_loss(f"{name}-zone-loss", args.network, balancer_alarms, args.platform, self)
        certificate_alarm = expiring(name, args.certificate_arn, args.platform, self)
        self.quotas = [fargate_vcpus(2 * args.max_tasks)]
        self.alarms = [
            *balancer_alarms,
            *decision_alarms,
            certificate_alarm,
            *(self._link.alarms if self._link is not None else ()),
        ]
        self.metrics = [
            self._balancer_metric("requests", "RequestCount", "Sum"),
            self._own_metric("decisions", "Decisions", "Sum"),
            self._own_metric("time to decide, p99 (ms)", "Latency", "p99"),
            self._own_metric("approved (%)", "ApprovalRate", "Average"),
            *self._watched,
            *(self._link.metrics if self._link is not None else ()),
        ]
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository.repository_url
        self.address = self._link.service.service_name if self._link is not None else self._balancer.dns_name
        self.register_outputs({"repository_url": self.repository_url, "address": self.address})

    def _open_entrance(self) -> None:
        args = self._args
        self._balancer = load_balancer(
            self._name, args.platform, args.network, self._balancer_group.id, args.capacity_units, self
        )
        self._targets = target_group(self._name, args.network, PORT, self)
        callers = Callers(ca_bundle=args.caller_ca_bundle, certificate_arn=args.certificate_arn)
        self._listener = mutual_tls_listener(self._name, args.platform, self._balancer, self._targets, callers, self)
        self._host: pulumi.Input[str] = self._balancer.dns_name
        if args.private_zone:
            self._host = private_name(self._name, args.host_name, self._balancer, args.network, self).fqdn

    def _private_link(self) -> PrivateLink | None:
        args = self._args
        if args.link_principals is None:
            return None
        inside = Inside(
            balancer=self._balancer,
            listener=self._listener,
            targets=self._targets,
            group_id=self._balancer_group.id,
            certificate_arn=args.certificate_arn,
        )
        return private_link(
            f"{self._name}-link", args.host_name, args.link_principals, inside, args.platform, args.network, self
        )

    def _grant_paths(self) -> Sequence[pulumi.Resource]:
        """Caller to load balancer, load balancer to tasks, and no other way to either."""
        return [
            *admit_addresses(
                f"{self._args.caller}-calls-{self._name}",
                self,
                self._link.group_id if self._link is not None else self._balancer_group.id,
                self._args.caller_cidrs,
                HTTPS,
                description=f"{self._args.caller} to the entrance of {self._name}",
            ),
            *connect(
                f"{self._name}-balancer",
                self,
                self._balancer_group.id,
                self._hosting.security_group_id,
                PORT,
                description=f"Load balancer of {self._name} to its tasks",
            ),
        ]

    def _grant_token_key(self) -> Sequence[pulumi.Resource]:
        """The keyring, for ECS to hand over at start: the running container never calls Secrets Manager."""
        if self._args.token_key is None:
            return []
        return self._args.token_key.grant_use(replace(self._hosting.agent, name=self._name))

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
        if self._link is not None:
            verify_domain(f"{self._name}-link", self._link, self)
        probed = run_canary(
            f"{self._name}-canary",
            self._canary,
            self._host,
            args.host_name,
            running.service,
            args.platform,
            args.network,
        )
        self.alarms = [*self.alarms, *running.alarms, *probed[0]]
        self.metrics = [*self.metrics, *running.metrics, *probed[1]]

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
