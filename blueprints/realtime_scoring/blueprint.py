"""Real-time scoring: streaming features, a model behind an endpoint, a decision while the caller waits."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.decisions import Decisions
from archgen.knowledge import Assumptions
from archgen.services import Fit, Violation
from archgen.sizing import latency_budget
from archgen.spec import Spec
from archgen.topology import Component, Flow, Need, Topology, Zone

_DAY = 86400
_SENSITIVITY = ("public", "confidential", "token", "pii", "special_category", "phi", "sad", "pan")
_ZONES = (
    Zone(id="sources", kind="external"),
    Zone(id="consumers", kind="external"),
    Zone(id="foundation", kind="account"),
    Zone(id="network", kind="network", parent="foundation"),
    Zone(id="storage", kind="stage", parent="network"),
    Zone(id="streams", kind="stage", parent="network"),
    Zone(id="delivery", kind="stage", parent="foundation"),
    Zone(id="features", kind="stage", parent="network"),
    Zone(id="training", kind="stage", parent="network"),
    Zone(id="serving", kind="stage", parent="network"),
    Zone(id="operations", kind="stage", parent="foundation"),
)


def suits(spec: Spec, decisions: Decisions) -> Fit:
    """Online, with a p99 for a whole answer, on tabular data."""
    violated = []
    if spec.workload.mode != "online":
        violated.append(_violation("workload.mode", spec.workload.mode, "online", "nobody waits for an answer"))
    elif spec.workload.latency is None or spec.workload.latency.p99 is None:
        violated.append(_violation("workload.latency", "no p99", "a p99", "an answer in pieces is another blueprint's"))
    if spec.problem.data != "tabular":
        violated.append(_violation("problem.data", spec.problem.data, "tabular", "features are named columns"))
    return Fit(score=80.0, reasons=("a caller waits for a decision on tabular data",), violated=tuple(violated))


def topology(spec: Spec, decisions: Decisions, assumptions: Assumptions) -> Topology:
    """Every source, consumer and demand of the spec as a component, and what lies between them as flows."""
    return _Builder(spec, assumptions).build()


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


class _Builder:
    """Collects components and flows in reading order; flows are numbered as they come."""

    def __init__(self, spec: Spec, assumptions: Assumptions) -> None:
        self.spec = spec
        self.assumptions = assumptions
        self.components: list[Component] = []
        self.flows: list[Flow] = []
        classes = [one for source in spec.sources for one in source.data]
        self.data_class = max(classes, key=_SENSITIVITY.index, default="public")
        self.online_features = bool(spec.features and spec.features.online)

    def build(self) -> Topology:
        self._platform()
        self._sources()
        self._storage()
        self._streams()
        if self.online_features:
            self._features()
        self._serving()
        self._consumers()
        self._decisions()
        self._demands()
        self._add("operations", "operations", "operations")
        return Topology(
            blueprint="realtime_scoring", zones=_ZONES, components=tuple(self.components), flows=tuple(self.flows)
        )

    def _add(self, id: str, role: str, zone: str, **needs: Need) -> None:
        self.components.append(Component(id=id, role=role, zone=zone, needs=needs))

    def _flow(self, source: str, target: str, kind: str, opened_by: str, data_class: str | None = None) -> None:
        self.flows.append(
            Flow(
                source=source,
                target=target,
                kind=kind,
                opened_by="source" if opened_by == "source" else "target",
                data_class=data_class or self.data_class,
                step=len(self.flows) + 1,
            )
        )

    @property
    def _customer_keys(self) -> bool:
        return self.data_class != "public"

    def _days(self, kind: str, default: str) -> int:
        kept = getattr(self.spec.governance.retention, kind, None) if self.spec.governance.retention else None
        return round(kept / _DAY) if kept else round(self.assumptions.value(default))

    def _growth(self) -> float:
        traffic = self.spec.workload.traffic
        return float(traffic.growth) if traffic else 0.0

    def _peak(self) -> float:
        assert self.spec.workload.traffic is not None  # an online spec has it: checked when it was loaded
        return float(self.spec.workload.traffic.peak)

    def _record_bytes(self) -> float:
        """The largest record of all streaming sources: a stream's unit carries whichever comes."""
        stated = [float(s.record) for s in self.spec.sources if s.delivery == "stream" and s.record]
        return max(stated, default=self.assumptions.value("event_record_bytes"))

    def _platform(self) -> None:
        network = self.spec.platform.network
        self._add(
            "foundation",
            "foundation",
            "foundation",
            log_days=round(self.assumptions.value("log_days")),
            customer_keys=self._customer_keys,
        )
        self._add(
            "network",
            "network",
            "network",
            existing=network.mode == "existing",
            connect=network.connect,
            private=True,
        )

    def _sources(self) -> None:
        for source in self.spec.sources:
            needs: dict[str, Need] = {"system": source.system, "delivery": source.delivery}
            self._add(source.id, "source", "sources", **needs)
            data_class = max(source.data, key=_SENSITIVITY.index, default="public")
            if source.delivery == "stream":
                self._add(
                    f"{source.id}-bridge",
                    "stream-bridge",
                    "streams",
                    **needs,
                    records_per_second=float(source.rate or 0),
                    record_bytes=float(source.record or self.assumptions.value("event_record_bytes")),
                    growth=self._growth(),
                    data_class=data_class,
                )
                self._flow(source.id, f"{source.id}-bridge", "events", "target", data_class)
            elif source.delivery == "cdc":
                self._add(f"{source.id}-capture", "change-capture", "storage", **needs, data_class=data_class)
                self._flow(source.id, f"{source.id}-capture", "changes", "target", data_class)
                self._flow(f"{source.id}-capture", "event-lake", "objects", "source", data_class)
            else:
                self._add(f"{source.id}-intake", "batch-intake", "storage", **needs, data_class=data_class)
                self._flow(source.id, f"{source.id}-intake", "files", "target", data_class)
                self._flow(f"{source.id}-intake", "event-lake", "objects", "source", data_class)

    def _streaming(self) -> Iterator[tuple[str, float]]:
        return ((s.id, float(s.rate or 0)) for s in self.spec.sources if s.delivery == "stream")

    def _storage(self) -> None:
        for id, kind in (("event-lake", "raw"), ("decision-lake", "decisions")):
            self._add(
                id,
                "lake",
                "storage",
                keep_days=self._days(kind, "raw_days" if kind == "raw" else "decision_days"),
                customer_keys=self._customer_keys,
                data_class=self.data_class,
            )

    def _stream(self, id: str, records_per_second: float, record_bytes: float) -> None:
        self._add(
            id,
            "event-stream",
            "streams",
            records_per_second=records_per_second,
            record_bytes=record_bytes,
            replay_hours=round(self.assumptions.value("replay_hours")),
            customer_keys=self._customer_keys,
            data_class=self.data_class,
        )

    def _delivery(self, id: str, stream: str, lake: str, records_per_second: float, record_bytes: float) -> None:
        self._add(id, "delivery", "delivery", records_per_second=records_per_second, record_bytes=record_bytes)
        self._flow(stream, id, "events", "target")
        self._flow(id, lake, "objects", "source")

    def _streams(self) -> None:
        rates = dict(self._streaming())
        if not rates:
            return
        self._stream("events", sum(rates.values()), self._record_bytes())
        for source in rates:
            self._flow(f"{source}-bridge", "events", "events", "source")
        self._delivery("event-delivery", "events", "event-lake", sum(rates.values()), self._record_bytes())

    def _features(self) -> None:
        features = self.spec.features
        assert features is not None
        entities = tuple(features.entities)
        rate = sum(rate for _, rate in self._streaming())
        self._add(
            "velocity",
            "stream-features",
            "features",
            records_per_second=rate,
            record_bytes=self._record_bytes(),
            growth=self._growth(),
            entities=entities,
            freshness_s=float(features.freshness or self.assumptions.value("feature_freshness_s")),
        )
        self._add(
            "online-features",
            "online-features",
            "features",
            requests_per_second=self._peak(),
            reads_per_request=int(features.reads or len(entities) or 1),
            records_per_second=rate,
            entities=entities,
            growth=self._growth(),
            customer_keys=self._customer_keys,
        )
        self._flow("events", "velocity", "events", "target")
        self._flow("velocity", "online-features", "features", "source")

    def _serving(self) -> None:
        workload = self.spec.workload
        assert workload.latency is not None and workload.latency.p99 is not None  # see `suits`
        limit_ms = float(workload.latency.p99) * 1000
        payload = float(workload.payload or self.assumptions.value("request_payload_bytes"))
        budget = latency_budget(limit_ms, self.online_features, self.assumptions)
        self._add(
            "model",
            "realtime-endpoint",
            "serving",
            requests_per_second=self._peak(),
            growth=self._growth(),
            payload_bytes=payload,
            latency_p99_ms=limit_ms,
            models=int(workload.models.count),
            private=True,
        )
        self._add(
            "scoring",
            "scoring",
            "serving",
            requests_per_second=self._peak(),
            payload_bytes=payload,
            growth=self._growth(),
            latency_p99_ms=limit_ms,
            fallback_after_ms=round(budget.fallback_after_ms),
            entities=tuple(self.spec.features.entities) if self.spec.features else (),
        )

    def _consumers(self) -> None:
        gateway = self.spec.platform.gateway
        if gateway != "none":
            self._add("gateway", "api-gateway", "serving", gateway=gateway)
            self._flow("gateway", "scoring", "request", "source")
        for consumer in self.spec.consumers:
            needs: dict[str, Need] = {"system": consumer.system, "pattern": consumer.pattern}
            self._add(consumer.id, "consumer", "consumers", **needs)
            if consumer.pattern == "sync":
                self._flow(consumer.id, "scoring" if gateway == "none" else "gateway", "request", "source")
            else:
                self._add(f"{consumer.id}-routing", f"{consumer.pattern}-routing", "serving", **needs)
                self._flow("decisions", f"{consumer.id}-routing", "events", "target")
                self._flow(f"{consumer.id}-routing", consumer.id, "decisions", "source")

    def _decisions(self) -> None:
        if self.online_features:
            self._flow("online-features", "scoring", "features", "target")
        self._flow("scoring", "model", "inference", "source")
        record_bytes = self.assumptions.value("decision_record_bytes")
        self._stream("decisions", self._peak(), record_bytes)
        self._flow("scoring", "decisions", "events", "source")
        self._delivery("decision-delivery", "decisions", "decision-lake", self._peak(), record_bytes)
        self._flow("model", "event-lake", "capture", "source")

    def _demands(self) -> None:
        """What else the spec asks for; each is refused by name where a cloud has no service for its role yet."""
        if self.data_class in ("pan", "sad"):
            self._add("token-key", "tokenisation-key", "foundation", data_class=self.data_class)
        if self.spec.workload.models.training == "here":
            self._add("training", "training", "training", training="here", models=int(self.spec.workload.models.count))
        proved = {"gdpr"}
        if frameworks := tuple(sorted(set(self.spec.governance.frameworks) - proved)):
            self._add("audit", "audit", "operations", frameworks=frameworks)
