"""Relay of decisions: take what was decided elsewhere from a stream, keep it, and hand on what calls for a person."""

from __future__ import annotations

from archgen.blueprints import Builder, add_cost_guard, add_unserved, most_sensitive
from archgen.decisions import Decisions
from archgen.knowledge import Assumptions
from archgen.services import Fit, Violation
from archgen.spec import Source, Spec
from archgen.topology import Need, Topology


def suits(spec: Spec, decisions: Decisions) -> Fit:
    """Decisions stream in from a model that is run elsewhere, and nobody waits for an answer."""
    violated = []
    if spec.workload.models.training != "elsewhere":
        violated.append(
            _violation("workload.models.training", spec.workload.models.training, "elsewhere", "it trains nothing")
        )
    violated += [
        _violation(f"sources[{source.id}].delivery", source.delivery, "stream", "it takes decisions as they are made")
        for source in spec.sources
        if source.delivery != "stream"
    ]
    violated += [
        _violation(f"consumers[{consumer.id}].pattern", consumer.pattern, "event", "it answers nobody who waits")
        for consumer in spec.consumers
        if consumer.pattern != "event"
    ]
    return Fit(score=95.0, reasons=("no model is run here, so none has to be watched",), violated=tuple(violated))


def topology(spec: Spec, decisions: Decisions, assumptions: Assumptions) -> Topology:
    """A bridge for each source into one stream, its delivery into the lake, and a routing for each consumer."""
    builder = Builder(spec, assumptions)
    record_bytes = max(_record_bytes(source, assumptions) for source in spec.sources)
    rate = sum(float(source.rate or 0) for source in spec.sources)
    builder.platform()
    builder.lake("decision-lake", builder.days("decisions", "decision_days"))
    builder.add(
        "decisions",
        "event-stream",
        "streams",
        records_per_second=rate,
        record_bytes=record_bytes,
        replay_hours=round(assumptions.value("replay_hours")),
        customer_keys=builder.customer_keys,
        data_class=builder.data_class,
    )
    for source in spec.sources:
        _bridge(builder, source)
    builder.add("delivery", "delivery", "delivery", records_per_second=rate, record_bytes=record_bytes)
    builder.flow("decisions", "delivery", "events", "target")
    builder.flow("delivery", "decision-lake", "objects", "source")
    for consumer in spec.consumers:
        routing, share = f"{consumer.id}-routing", float(consumer.share or 1)
        asked: dict[str, Need] = {"system": consumer.system, "pattern": consumer.pattern}
        builder.add(consumer.id, "consumer", "consumers", **asked)
        builder.add(routing, "event-routing", "results", **asked, records_per_second=rate * share, share=share)
        builder.flow("decisions", routing, "events", "target")
        builder.flow(routing, consumer.id, "decisions", "source")
    add_unserved(builder)
    add_cost_guard(builder)
    builder.add("operations", "operations", "operations")
    return builder.topology("acme_decision_relay")


def _bridge(builder: Builder, source: Source) -> None:
    bridge, asked = f"{source.id}-bridge", {"system": source.system, "delivery": source.delivery}
    builder.add(source.id, "source", "sources", **asked)
    builder.add(
        bridge,
        "stream-bridge",
        "streams",
        **asked,
        records_per_second=float(source.rate or 0),
        record_bytes=_record_bytes(source, builder.assumptions),
        growth=0.0,
        data_class=most_sensitive(source.data),
        tokenises=False,
    )
    builder.flow(source.id, bridge, "events", "target", most_sensitive(source.data))
    builder.flow(bridge, "decisions", "events", "source")


def _record_bytes(source: Source, assumptions: Assumptions) -> float:
    return float(source.record or assumptions.value("event_record_bytes"))


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)
