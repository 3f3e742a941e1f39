"""Service objectives, and the metrics of success that every plan carries, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from archgen.business.requirement import Requirement
from archgen.knowledge import Assumptions
from archgen.sizing.promise import error_budget_minutes
from archgen.spec import Spec

_SERVER_SHARE = 0.8
"""Share of the promised p99 that the server itself may take: the rest is the caller's side. Own rule."""
_QUEUE = ("age of the queue, overrides, agreement", "90 % within 4 h, 5 to 30 %, kappa of 0.7")


@dataclass(frozen=True, kw_only=True)
class Target:
    """One metric of one layer, what it has to reach, and where that comes from."""

    layer: str
    metric: str
    target: str
    derivation: str


def service_objectives(spec: Spec, assumptions: Assumptions) -> tuple[Target, ...]:
    """What the service itself promises: availability with its error budget, latency, errors, freshness."""
    workload = spec.workload
    budget = error_budget_minutes(float(workload.availability))
    online = workload.mode == "online"
    rows = [
        Target(
            layer="service",
            metric="availability" if online else "runs in time",
            target=str(workload.availability),
            derivation=f"(1 - availability) x 43,200 = {budget:.1f} min of 30 days may fail"
            if online
            else "share of the runs that end within their window",
        )
    ]
    if workload.latency and workload.latency.p99:
        p99 = float(workload.latency.p99) * 1000
        rows.append(
            Target(
                layer="service",
                metric="p99 at the server",
                target=f"{p99 * _SERVER_SHARE:g} ms",
                derivation=f"{_SERVER_SHARE:g} x {p99:g} ms",
            )
        )
    if workload.latency and workload.latency.first_token_p95:
        rows.append(
            Target(
                layer="service",
                metric="p95 of the first token",
                target=str(workload.latency.first_token_p95),
                derivation="the spec",
            )
        )
    if online:
        rows.append(Target(layer="service", metric="error rate", target="below 0.1 %", derivation="own rule"))
    if spec.features.online:
        freshness = spec.features.freshness or f"{assumptions.value('feature_freshness_s'):g} s (assumed)"
        rows.append(
            Target(layer="data", metric="p95 of feature age", target=str(freshness), derivation="features.freshness")
        )
    return tuple(rows)


def success(spec: Spec, required: Requirement, assumptions: Assumptions) -> tuple[Target, ...]:
    """The metrics of success: business, decision, data, service, model operations, people, cost, risk."""
    owner = f"owner: {spec.owner.team}" if spec.owner else "no owner named"
    guards = ", ".join(required.guards) or "none named: name one in objective.kpi.guard"
    automatic = spec.problem.decision.automation == "automatic"
    business, decision = "business", "the model at its operating point"
    return (
        Target(layer=business, metric=spec.objective.kpi.metric, target=required.kpi, derivation=f"the spec; {owner}"),
        Target(layer=business, metric="guard", target="not worse than before", derivation=guards),
        Target(layer="decision", metric=decision, target=required.metric, derivation="lower end of the interval"),
        _own("data", "completeness of keys, violations of the schema", "at least 99 %, none"),
        *service_objectives(spec, assumptions),
        _own("model operations", "time to see drift, to roll back, to retrain", "24 h, 5 min, 1 day"),
        *(() if automatic else (_own("people", *_QUEUE),)),
        Target(layer="cost", metric="cost of 1,000 decisions", target=_unit_cost(spec), derivation="budget / volume"),
        _own("risk", "gap between groups, severe incidents", "at most 0.05, none"),
    )


def _own(layer: str, metric: str, target: str) -> Target:
    return Target(layer=layer, metric=metric, target=target, derivation="own rule")


def _unit_cost(spec: Spec) -> str:
    """The budget over the decisions of a month of 30 days."""
    if spec.budget is None:
        return "no budget stated"
    traffic, batch = spec.workload.traffic, spec.workload.batch
    runs = {"daily": 30.0, "weekdays": 22.0, "weekly": 30 / 7, "monthly": 1.0}
    volume = (
        float(traffic.average or traffic.peak) * 30 * 86_400
        if traffic
        else float(batch.rows) * runs[batch.days]
        if batch
        else 0.0
    )
    return (
        f"at most {float(spec.budget.monthly.amount) / volume * 1000:.2g} {spec.budget.monthly.currency}"
        if volume
        else "no volume stated"
    )
