"""Real-time scoring: streaming features, a model behind an endpoint, a decision while the caller waits."""

from __future__ import annotations

from archgen.blueprints import (
    Builder,
    add_account_baseline,
    add_backup,
    add_cost_guard,
    add_intake,
    add_learning,
    add_monitoring,
    add_second_region,
    add_unserved,
    most_sensitive,
)
from archgen.blueprints.builder import tokenised
from archgen.decisions import Decisions
from archgen.knowledge import Assumptions
from archgen.services import Fit, Violation
from archgen.sizing import latency_budget
from archgen.spec import Spec
from archgen.topology import Need, Topology


def suits(spec: Spec, decisions: Decisions) -> Fit:
    """Online, with a p99 for a whole answer, on tabular data, and an answer for each request."""
    violated = []
    if spec.workload.mode != "online":
        violated.append(_violation("workload.mode", spec.workload.mode, "online", "nobody waits for an answer"))
    elif spec.workload.latency is None or spec.workload.latency.p99 is None:
        violated.append(_violation("workload.latency", "no p99", "a p99", "an answer in pieces is another blueprint's"))
    if spec.problem.data != "tabular":
        violated.append(_violation("problem.data", spec.problem.data, "tabular", "features are named columns"))
    if spec.problem.task == "forecasting":
        reason = "a forecast is a run over all series, and is watched by what the run wrote"
        violated.append(_violation("problem.task", spec.problem.task, "a task with an answer for each request", reason))
    return Fit(score=80.0, reasons=("a caller waits for a decision on tabular data",), violated=tuple(violated))


def topology(spec: Spec, decisions: Decisions, assumptions: Assumptions) -> Topology:
    """Every source, consumer and demand of the spec as a component, and what lies between them as flows."""
    return _RealtimeScoring(spec, assumptions).build()


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


class _RealtimeScoring(Builder):
    def __init__(self, spec: Spec, assumptions: Assumptions) -> None:
        super().__init__(spec, assumptions)
        self.online_features = spec.features.online
        self.learns = spec.workload.models.training == "here"
        self.streaming = [source for source in spec.sources if source.delivery == "stream"]
        self.events_per_second = sum(float(source.rate or 0) for source in self.streaming)

    def build(self) -> Topology:
        self.platform()
        if self.tokenises:
            self.add("token-key", "tokenisation-key", "foundation", data_class=self.arriving)
        self._lakes()
        self._bridges()
        landed = add_intake(self)
        self._events()
        if self.online_features:
            self._features()
        self._serving()
        self._consumers()
        self._decisions()
        add_learning(self, ("event-lake", "decision-lake", *(("landing",) if landed else ())))
        if self.learns:
            self._release()
            add_cost_guard(self)
        add_account_baseline(self)
        add_unserved(self)
        add_backup(self)
        add_second_region(self)
        self.add("operations", "operations", "operations")
        return self.topology("realtime_scoring")

    @property
    def peak(self) -> float:
        assert self.spec.workload.traffic is not None  # an online spec has it: checked when it was loaded
        return float(self.spec.workload.traffic.peak)

    @property
    def growth(self) -> float:
        return float(self.spec.workload.traffic.growth) if self.spec.workload.traffic else 0.0

    @property
    def event_bytes(self) -> float:
        """The largest record of all streaming sources: a stream's unit carries whichever comes."""
        stated = [float(source.record) for source in self.streaming if source.record]
        return max(stated, default=self.assumptions.value("event_record_bytes"))

    def _lakes(self) -> None:
        self.lake("event-lake", self.days("raw", "raw_days"))
        self.lake("decision-lake", self.days("decisions", "decision_days"))

    def _bridges(self) -> None:
        for source in self.streaming:
            needs: dict[str, Need] = {"system": source.system, "delivery": source.delivery}
            data_class = most_sensitive(source.data)
            self.add(source.id, "source", "sources", **needs)
            self.add(
                f"{source.id}-bridge",
                "stream-bridge",
                "streams",
                **needs,
                records_per_second=float(source.rate or 0),
                record_bytes=float(source.record or self.assumptions.value("event_record_bytes")),
                growth=self.growth,
                data_class=data_class,
                tokenises=tokenised(data_class) != data_class,
            )
            self.flow(source.id, f"{source.id}-bridge", "events", "target", data_class)
            if tokenised(data_class) != data_class:
                self.flow("token-key", f"{source.id}-bridge", "token-key", "target", "confidential")

    def _stream(self, id: str, records_per_second: float, record_bytes: float) -> None:
        self.add(
            id,
            "event-stream",
            "streams",
            records_per_second=records_per_second,
            record_bytes=record_bytes,
            replay_hours=round(self.assumptions.value("replay_hours")),
            customer_keys=self.customer_keys,
            data_class=self.data_class,
        )

    def _delivery(self, id: str, stream: str, lake: str, records_per_second: float, record_bytes: float) -> None:
        self.add(id, "delivery", "delivery", records_per_second=records_per_second, record_bytes=record_bytes)
        self.flow(stream, id, "events", "target")
        self.flow(id, lake, "objects", "source")

    def _events(self) -> None:
        if not self.streaming:
            return
        self._stream("events", self.events_per_second, self.event_bytes)
        for source in self.streaming:
            self.flow(f"{source.id}-bridge", "events", "events", "source")
        self._delivery("event-delivery", "events", "event-lake", self.events_per_second, self.event_bytes)

    def _features(self) -> None:
        features = self.spec.features
        entities = tuple(features.entities)
        # Where no source streams, what is counted are the requests themselves: each decision carries its event.
        counted, rate, size = ("events", self.events_per_second, self.event_bytes)
        if not self.streaming:
            counted, rate, size = ("decisions", self.peak, self.assumptions.value("decision_record_bytes"))
        self.add(
            "velocity",
            "stream-features",
            "features",
            records_per_second=rate,
            record_bytes=size,
            growth=self.growth,
            entities=entities,
            freshness_s=float(features.freshness or self.assumptions.value("feature_freshness_s")),
        )
        self.add(
            "online-features",
            "online-features",
            "features",
            requests_per_second=self.peak,
            reads_per_request=int(features.reads or len(entities)),
            records_per_second=rate,
            entities=entities,
            growth=self.growth,
            customer_keys=self.customer_keys,
        )
        self.flow(counted, "velocity", "events", "target")
        self.flow("velocity", "online-features", "features", "source")

    def _serving(self) -> None:
        workload = self.spec.workload
        assert workload.latency is not None and workload.latency.p99 is not None  # see `suits`
        limit_ms = float(workload.latency.p99) * 1000
        payload = float(workload.payload or self.assumptions.value("request_payload_bytes"))
        budget = latency_budget(self.spec, self.assumptions)
        shared: dict[str, Need] = {
            "requests_per_second": self.peak,
            "growth": self.growth,
            "payload_bytes": payload,
            "latency_p99_ms": limit_ms,
        }
        self.add(
            "model",
            "realtime-endpoint",
            "serving",
            **shared,
            models=int(workload.models.count),
            training=workload.models.training,
            private=True,
        )
        self.add(
            "scoring",
            "scoring",
            "serving",
            **shared,
            fallback_after_ms=round(budget.fallback_after_ms),
            entities=tuple(self.spec.features.entities),
            tokenises=self.tokenises,
            callers=self.spec.platform.network.callers,
        )
        if self.tokenises:
            self.flow("token-key", "scoring", "token-key", "target", "confidential")

    def _consumers(self) -> None:
        gateway = self.spec.platform.gateway
        if gateway != "none":
            self.add("gateway", "api-gateway", "serving", gateway=gateway)
            self.flow("gateway", "scoring", "request", "source", self.arriving)
        for consumer in self.spec.consumers:
            needs: dict[str, Need] = {"system": consumer.system, "pattern": consumer.pattern}
            self.add(consumer.id, "consumer", "consumers", **needs)
            if consumer.pattern == "sync":
                entrance = "scoring" if gateway == "none" else "gateway"
                self.flow(consumer.id, entrance, "request", "source", self.arriving)

    def _decisions(self) -> None:
        if self.online_features:
            self.flow("online-features", "scoring", "features", "target")
        self.flow("scoring", "model", "inference", "source")
        record_bytes = self.assumptions.value("decision_record_bytes")
        self._stream("decisions", self.peak, record_bytes)
        self.flow("scoring", "decisions", "events", "source")
        self._delivery("decision-delivery", "decisions", "decision-lake", self.peak, record_bytes)
        self.flow("model", "event-lake", "capture", "source")
        for consumer in self.spec.consumers:
            if consumer.pattern != "sync":
                self._routing(consumer.id, consumer.system, consumer.pattern, float(consumer.share or 1))

    def _routing(self, consumer: str, system: str, pattern: str, share: float) -> None:
        self.add(
            f"{consumer}-routing",
            f"{pattern}-routing",
            "serving",
            system=system,
            pattern=pattern,
            records_per_second=self.peak * share,
            share=share,
        )
        self.flow("decisions", f"{consumer}-routing", "events", "target")
        self.flow(f"{consumer}-routing", consumer, "decisions", "source")

    def _release(self) -> None:
        """From an approved version to the endpoint, and back to the data: what a release is watched by."""
        self.add("promotion", "promotion", "training", models=int(self.spec.workload.models.count))
        self.flow("registry", "model", "model", "target", "confidential")
        self.flow("registry", "promotion", "approval", "target", "confidential")
        add_monitoring(self, ("event-lake", "curated"))
        self.flow("model-monitoring", "curated", "labels", "source")
