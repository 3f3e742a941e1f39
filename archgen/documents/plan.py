"""What `archgen plan` says: business, feasibility, decisions, sizing, time, topology, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from archgen.business import success
from archgen.decisions import Decisions
from archgen.design import Design, Plan, design, plan
from archgen.documents.plan_text import plan_text
from archgen.documents.sizing_page import workload_rows
from archgen.errors import NotFeasible, Problem, WrongUse
from archgen.services.named import wrong_names
from archgen.sizing import Quantity, outline_sizing
from archgen.spec import Spec
from archgen.topology import Topology

_UNBUILT = frozenset({"no-home", "flow-without-home", "no-combination"})
"""Problems of binding: the plan is sound, and the templates of the cloud do not reach as far."""

__all__ = ["plan_of", "plan_text"]


def plan_of(spec: Spec, cloud: str | None, region: str | None) -> dict[str, Any]:
    """The plan as plain data. A key whose part does not apply or cannot be said yet is absent.

    `sizing` has the rows of all components where the design is whole. Without a blueprint, while a recommended cloud
    has no region, and where the cloud has no service for a part (which `unbuilt` then names) an outline by the same
    formulae stands in for them. What the workload asks for stands in both. There is no sizing with a gate that stops.
    Raises what else `design` raises.
    """
    if problems := wrong_names(spec, cloud, region):
        raise WrongUse(*problems)
    planned = plan(spec)
    placed = bool(region or spec.platform.region)
    sizable = planned.topology is not None and placed and not planned.feasibility.stops
    designed, unbuilt = _designed(spec, cloud, region) if sizable else (None, ())
    said: dict[str, Any] = {
        "business": _business(planned),
        "feasibility": _feasibility(planned),
        "decisions": _decisions(designed.decisions if designed else planned.decisions),
    }
    if not planned.feasibility.stops:
        parts = designed.sizing if designed else outline_sizing(spec, planned.assumptions)
        said["sizing"] = [_quantity(row) for row in (*parts, *workload_rows(spec, planned.assumptions))]
    if unbuilt:
        said["unbuilt"] = [{"message": problem.message, "hint": problem.hint} for problem in unbuilt]
    if planned.latency:
        said["latency_budget"] = [{"hop": hop.hop, "p99_ms": hop.p99_ms} for hop in planned.latency.hops]
    if planned.topology:
        said["topology"] = _topology(planned.topology, designed)
    return said


def _designed(spec: Spec, cloud: str | None, region: str | None) -> tuple[Design | None, tuple[Problem, ...]]:
    """The design, or what of it has no home: that is no reason to withhold the reasoning."""
    try:
        return design(spec, cloud, region), ()
    except NotFeasible as error:
        if {problem.id for problem in error.problems} <= _UNBUILT:
            return None, error.problems
        raise


def _business(planned: Plan) -> dict[str, Any]:
    required = planned.required
    targets = success(planned.spec, required, planned.assumptions)
    return asdict(required) | {
        "steps": [asdict(step) | {"inputs": dict(step.inputs)} for step in required.steps],
        "success": [asdict(target) for target in targets],
    }


def _feasibility(planned: Plan) -> dict[str, Any]:
    found = planned.feasibility
    return {
        "score": found.score,
        "verdict": found.verdict,
        "criteria": [asdict(row) for row in found.criteria],
        "gates": [asdict(gate) for gate in found.gates],
    }


def _decisions(decisions: Decisions) -> list[dict[str, Any]]:
    return [asdict(decision) for decision in decisions.values()]


def _quantity(row: Quantity) -> dict[str, Any]:
    return asdict(row) | {"inputs": dict(row.inputs)}


def _topology(topology: Topology, designed: Design | None) -> dict[str, Any]:
    services = {id: service.id for id, service in designed.services.items()} if designed else {}
    return {
        "blueprint": topology.blueprint,
        "zones": [asdict(zone) for zone in topology.zones],
        "components": [
            {"id": c.id, "role": c.role, "zone": c.zone, "needs": _plain(c.needs)}
            | ({"service": services[c.id]} if c.id in services else {})
            for c in topology.components
        ],
        "flows": [{"id": flow.id} | asdict(flow) for flow in topology.flows],
    }


def _plain(needs: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in needs.items()}
