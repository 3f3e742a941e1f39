"""Scoring service on Kubernetes: takes the request, reads features, calls the model, and lets rules decide in time."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

import pulumi

from ..contracts import (
    Alert,
    Cluster,
    ClusterModel,
    EventStream,
    ManagedModel,
    Metric,
    Network,
    OnlineFeatures,
    Platform,
    RealtimeEndpoint,
)
from ..hardened.addresses import admit_addresses
from ..hardened.identity import KEY_VAULT_SECRETS_USER, allow, workload
from ..hardened.kubernetes import apply_manifests, cluster, federate, node_pool
from ..hardened.log_metrics import line_query
from ..hardened.monitoring import log_alert

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class AksScoringArgs:
    """`caller` is the id of the system that asks for decisions. It connects from `caller_cidrs` to `address`, a free
    one of the nodes' subnet, with a client certificate that an authority of `caller_ca_bundle` (PEM) signed, and is
    shown `certificate`, by its name in the platform's vault.

    `latency_p99_ms` is the promise to the caller, `fallback_after_ms` when rules alone decide. Without `image_digest`
    (`sha256:...`) and `manifests` (folder in the manifests container) nothing answers yet.
    """

    platform: Platform
    network: Network
    model: RealtimeEndpoint
    decisions: EventStream
    features: OnlineFeatures | None = None
    caller: str
    caller_cidrs: Sequence[str]
    caller_ca_bundle: str
    address: str
    certificate: str
    entities: Sequence[str]
    latency_p99_ms: int
    fallback_after_ms: int
    node_size: str
    replicas: int
    max_replicas: int
    nodes: int
    max_nodes: int
    errors_per_five_minutes: int = 300
    fallback_percent: float = 1.0
    image_digest: str | None = None
    manifests: str | None = None


class AksScoring(pulumi.ComponentResource):
    """Pods behind an internal load balancer that let in only callers with a certificate."""

    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: AksScoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:AksScoring", name, None, opts)
        self._name = name
        self._args = args
        platform = args.platform
        self._workload = workload(name, platform, self)
        self._cluster = self._where()
        waits = [
            node_pool(name, self._cluster, args.node_size, args.nodes, args.max_nodes, platform, args.network, self),
            federate(self._workload, self._cluster, platform),
            admit_addresses(
                f"{args.caller}-calls-{name}", self, args.network.nodes, args.caller_cidrs, HTTPS, platform
            ),
            allow(
                f"{name}-reads-certificate",
                self._workload,
                KEY_VAULT_SECRETS_USER,
                # The private key of a certificate is its secret, of the same name.
                pulumi.Output.concat(platform.keys.vault_id, "/secrets/", args.certificate),
                platform,
            ),
            *args.model.grant_invoke(self._workload),
            *args.decisions.grant_write(self._workload),
            *(args.features.grant_read(self._workload) if args.features is not None else ()),
        ]
        if args.image_digest is not None and args.manifests is not None:
            apply_manifests(
                name,
                self._cluster,
                args.manifests,
                self._values(args.image_digest),
                platform,
                self,
                depends_on=waits,
            )
        self.metrics = []
        self.alerts = self._make_alerts()
        self.register_outputs({"address": args.address, "client_id": self._workload.client_id})

    def _where(self) -> Cluster:
        """Beside the model where that runs in a cluster, with no hop between them; else a cluster of its own."""
        connection = self._args.model.connection
        match connection:
            case ClusterModel():
                return connection.cluster
            case ManagedModel():
                return cluster(self._name, self._args.platform, self._args.network, self)
            case _:
                assert_never(connection)

    def _values(self, image_digest: str) -> Mapping[str, pulumi.Input[str]]:
        """What the manifests leave open, one for each `${KEY}` in them."""
        args, platform = self._args, self._args.platform
        return {
            "NAME": self._name,
            "PROJECT": platform.name,
            "IMAGE": pulumi.Output.concat(platform.registry.server, f"/{self._name}@{image_digest}"),
            "CLIENT_ID": self._workload.client_id,
            "PRINCIPAL_ID": self._workload.principal_id,
            "TENANT_ID": platform.tenant_id,
            "ADDRESS": args.address,
            "VAULT": platform.keys.vault_name,
            "CERTIFICATE": args.certificate,
            # Encoded, since a certificate's lines would break those of the manifest.
            "CALLERS_PEM_BASE64": base64.b64encode(args.caller_ca_bundle.encode()).decode(),
            "REPLICAS": str(args.replicas),
            "MAX_REPLICAS": str(args.max_replicas),
            "ENTITIES": ",".join(args.entities),
            "FALLBACK_AFTER_MS": str(args.fallback_after_ms),
            "STREAM_BOOTSTRAP": args.decisions.connection.bootstrap_servers,
            "STREAM_TOPIC": args.decisions.connection.hub,
            "FEATURES_ENDPOINT": args.features.connection.endpoint if args.features is not None else "",
            **self._model_values(),
        }

    def _model_values(self) -> Mapping[str, pulumi.Input[str]]:
        connection = self._args.model.connection
        match connection:
            case ClusterModel():
                return {"MODEL_URL": connection.url, "MODEL_SCOPE": ""}
            case ManagedModel():
                return {"MODEL_URL": connection.url, "MODEL_SCOPE": connection.scope}
            case _:
                assert_never(connection)

    def _make_alerts(self) -> Sequence[Alert]:
        args = self._args

        def own(
            part: str, metric: str, statistic: str, over: float, advice: str, window: str = "PT5M", empty: bool = False
        ) -> Alert:
            return log_alert(
                f"{self._name}-{part}",
                line_query("ContainerLogV2", self._name, metric, "sum" if statistic == "sum" else "max", over),
                advice,
                args.platform,
                self,
                window=window,
                fires_when_empty=empty,
            )

        return [
            own(
                "slow",
                "Latency_p99",
                "max",
                args.latency_p99_ms,
                f"The slowest hundredth of decisions takes longer than the {args.latency_p99_ms} ms promised to"
                f" {args.caller}: compare the model's time, the cache's and the CPU of the pods.",
            ),
            own(
                "fallback",
                "FallbackRate",
                "max",
                args.fallback_percent,
                "Rules decide more often than they should: the lines of Fallbacks say by reason whether features or"
                " model are late, fail or answer out of contract.",
            ),
            own(
                "silent",
                "Decisions",
                "sum",
                0,
                f"Nothing was decided for 10 minutes: no pod is ready, or {args.caller} is turned away. Look at the"
                " pods, then at the certificate's end and at the caller's authority.",
                window="PT10M",
                empty=True,
            ),
            own(
                "publish-failures",
                "PublishFailures",
                "sum",
                0,
                "The event stream refuses decisions; they wait in the pods' memory. Look for throttling of the stream"
                " and for a role that was taken away, before the queues overflow.",
            ),
            own(
                "unrecorded",
                "PublishShed",
                "sum",
                0,
                "Decisions were answered but not recorded, their queue was full: the audit trail has a gap from here"
                f" on. {args.caller} has the missing decisions, by event id.",
            ),
        ]
