"""Streaming features: containers that keep the counts of each entity in the cache itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from ..contracts import Alert, EventStream, Metric, Network, OnlineFeatures, Platform
from ..hardened.containers import Container, Fleet, app_name, hosting, run
from ..hardened.log_metrics import line_query
from ..hardened.monitoring import log_alert


@dataclass(frozen=True, kw_only=True)
class ContainerFeaturesArgs:
    """`freshness_seconds` is the age that a feature may have, `lag_records` how many records that makes at peak.

    Without `image_digest` (`sha256:...`) nothing runs yet.
    """

    platform: Platform
    network: Network
    source: EventStream
    online: OnlineFeatures
    entities: Sequence[str]
    freshness_seconds: float
    lag_records: int
    replicas: int
    max_replicas: int
    image_digest: str | None = None


class ContainerFeatures(pulumi.ComponentResource):
    """Reads the stream as one consumer group and writes the windows of each entity; a replica keeps no state."""

    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: ContainerFeaturesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:ContainerFeatures", name, None, opts)
        self._name = name
        self._args = args
        self._hosting = hosting(name, args.platform, args.network, self)
        who = self._hosting.workload
        permissions = [*args.source.grant_read(who), *args.online.grant_write(who)]
        self.alerts = self._make_alerts()
        self.metrics = []
        if args.image_digest is not None:
            running = run(
                name,
                self._hosting,
                Container(image_digest=args.image_digest, cpu=1, environment=self._environment()),
                Fleet(replicas=args.replicas, max_replicas=args.max_replicas, depends_on=permissions),
                args.platform,
            )
            self.alerts = [*self.alerts, *running.alerts]
            self.metrics = running.metrics
        self.register_outputs({"client_id": who.client_id})

    def _environment(self) -> Mapping[str, pulumi.Input[str]]:
        args, stream = self._args, self._args.source.connection
        return {
            "PROJECT": args.platform.name,
            "COMPONENT": self._name,
            "STREAM_BOOTSTRAP": stream.bootstrap_servers,
            "STREAM_TOPIC": stream.hub,
            "STREAM_GROUP": self._name,
            "FEATURES_ENDPOINT": args.online.connection.endpoint,
            "ENTITIES": ",".join(args.entities),
            "LOG_LEVEL": "INFO",
        }

    def _make_alerts(self) -> Sequence[Alert]:
        args, app = self._args, app_name(self._name)

        def own(part: str, query: str, advice: str, window: str = "PT5M", empty: bool = False) -> Alert:
            return log_alert(
                f"{self._name}-{part}", query, advice, args.platform, self, window=window, fires_when_empty=empty
            )

        return [
            own(
                "stale",
                line_query("ContainerAppConsoleLogs", app, "ConsumerLag", "latest", args.lag_records),
                f"More than {args.lag_records} events wait, so that features are older than the"
                f" {args.freshness_seconds:g} s promised: look at the CPU of the replicas, then at the cache's.",
            ),
            own(
                "silent",
                line_query("ContainerAppConsoleLogs", app, "RecordsCounted", "sum", 0),
                "No event was counted for 10 minutes: where the bridge forwards, read this worker's log for a refused"
                " token or a cache that cannot be reached.",
                window="PT10M",
                empty=True,
            ),
            own(
                "write-failures",
                line_query("ContainerAppConsoleLogs", app, "WriteFailures", "sum", 0),
                "The cache refuses features; the worker repeats them and reads no further. Look at the cache's memory"
                " and for an access policy that was taken away.",
            ),
        ]
