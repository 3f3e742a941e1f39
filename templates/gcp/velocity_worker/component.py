"""Streaming features: workers that take each event of the stream and keep the velocity counts in the cache."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import EventStream, Metric, Network, OnlineFeatures, Platform
from ..hardened.containers import (
    WORKER_POOL,
    Container,
    container_alarms,
    container_metrics,
    hosting,
    run_workers,
)
from ..hardened.monitoring import alarm, counter, describe, metric_prefix

CONFLICTS_PER_MINUTE = 60_000
"""One in ten of the counts that 10,000 events a second make."""


@dataclass(frozen=True, kw_only=True)
class VelocityWorkerArgs:
    """`entities` are what counts are kept for. `freshness_seconds` is the age that a feature may have.

    Without `image_digest` (`sha256:...`) nothing runs yet; the subscription collects events from the first day.
    """

    platform: Platform
    network: Network
    source: EventStream
    online: OnlineFeatures
    entities: Sequence[str]
    freshness_seconds: float
    instances: int
    image_digest: str | None = None


class VelocityWorker(pulumi.ComponentResource):
    """Holds no state of its own: the counts live in the cache, so that a worker may be replaced at any time."""

    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: VelocityWorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:VelocityWorker", name, None, opts)
        self._name, self._args = name, args
        self._hosting = hosting(name, args.platform, args.network, self)
        self._subscribed = args.source.subscribe(self._hosting.workload)
        self._permissions = [
            *self._subscribed.permissions,
            *args.online.grant_write(self._hosting.workload),
        ]
        self.metrics = self._metrics()
        self.alarms = self._alarms()
        if args.image_digest is not None:
            self._go_live(args.image_digest)
        self.repository_url = self._hosting.repository_url
        self.register_outputs({"repository_url": self.repository_url})

    def _go_live(self, image_digest: str) -> None:
        args = self._args
        pool = run_workers(
            self._name,
            self._hosting,
            Container(image_digest=image_digest, cpu=1, memory="1Gi", environment=self._environment()),
            args.instances,
            args.platform,
            args.network,
            self._permissions,
        )
        metrics = container_metrics(self._name, WORKER_POOL, pool.name)
        self.metrics = [*self.metrics, *metrics]
        self.alarms = [*self.alarms, *container_alarms(self._name, metrics, args.platform, self)]

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args, features = self._args, self._args.online.connection
        return {
            "GCP_PROJECT": args.platform.project_id,
            "GCP_REGION": args.platform.region,
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "METRIC_PREFIX": metric_prefix(args.platform.name, self._name),
            "STREAM_SUBSCRIPTION": self._subscribed.subscription_id,
            "FEATURES_ENDPOINT": pulumi.Output.concat(features.host, f":{features.port}"),
            "FEATURES_CA_PEM": features.ca_certificates,
            "ENTITIES": ",".join(args.entities),
            "LOG_LEVEL": "INFO",
        }

    def _metrics(self) -> Sequence[Metric]:
        platform = self._args.platform
        return [
            Metric(
                title=f"{self._name}: age of the oldest unread event (s)",
                type="pubsub.googleapis.com/subscription/oldest_unacked_message_age",
                resource_type="pubsub_subscription",
                aligner="ALIGN_MAX",
                reducer="REDUCE_MAX",
                labels={"resource.labels.subscription_id": self._subscribed.subscription_name},
            ),
            describe(self._name, counter("records_counted", "events counted"), platform, self),
            describe(self._name, counter("write_failures", "writes refused by the cache"), platform, self),
            describe(self._name, counter("state_conflicts", "counts tried again"), platform, self),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        args = self._args
        behind, counted, refused, conflicts = self.metrics
        return [
            alarm(
                f"{self._name}-behind",
                behind,
                "Events wait to be counted and features grow stale: with write failures look at the cache, without "
                "them the pool needs instances.",
                max(30.0, args.freshness_seconds * 5),
                args.platform,
                self,
            ),
            alarm(
                f"{self._name}-write-failures",
                refused,
                "The cache refuses counts; no event is lost, each is delivered again. Look at the cache's memory and "
                "for a permission that was taken away.",
                0,
                args.platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-silent",
                counted,
                "No event was counted for 10 minutes: ask whether the bridge forwards any, then read the workers' log.",
                1,
                args.platform,
                self,
                below=True,
                minutes=10,
            ),
            alarm(
                f"{self._name}-conflicts",
                conflicts,
                "Workers meet over the same entities and try again: one merchant or device takes much of the traffic. "
                "Look for it in the lake; more instances would make it worse.",
                CONFLICTS_PER_MINUTE,
                args.platform,
                self,
                minutes=10,
            ),
        ]
