"""Binding: one choice of services for a whole topology, since a flow constrains both of its ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archgen.errors import NotFeasible, Problem
from archgen.services.service import Fit, Port, Service
from archgen.topology import Component, Flow, Topology


@dataclass(frozen=True, kw_only=True)
class RuledOut:
    """A service that was not taken, and why: a limit, a pin, or a better one."""

    service: str
    reason: str
    figure: str
    score: float | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The service that one component got. `pinned` when the spec names it."""

    service: Service
    fit: Fit
    pinned: bool
    ruled_out: tuple[RuledOut, ...]


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    service: Service
    fit: Fit


def external_service(component: Component) -> Service:
    """Stands for a source or consumer: it speaks the protocol of its system and becomes no resource."""
    return Service(
        id=str(component.needs["system"]),
        role=component.role,
        class_name="",
        title=str(component.needs["system"]),
        speaks=frozenset({str(component.needs["system"])}),
        observed=False,
    )


def port_of(flow: Flow, topology: Topology, bound: Mapping[str, Service]) -> tuple[str, Port, str] | None:
    """The port that realises a flow: (owner, port, other end). An external opener is let in by its other end.

    What a port `reads` comes to its owner and what it `writes` goes from it: a job may read one lake and write another.
    """
    owner, other = flow.opener, flow.other
    if topology.is_external(owner):
        owner, other = other, owner
    for port in bound[owner].ports:
        if {"reads": flow.target, "writes": flow.source}.get(port.verb, owner) != owner:
            continue
        if port.kind == flow.kind and port.role == bound[other].role and port.speaks & bound[other].speaks:
            return owner, port, other
    return None


def bind(topology: Topology, available: Mapping[str, Service], pins: Mapping[str, str]) -> Mapping[str, Choice]:
    """The best-scored combination in which each flow's two ends share a protocol, by component.

    `pins` maps a role to the service that the spec demands. Raises `NotFeasible` naming every component without a home,
    every flow that no two services can realise, and the single relaxations that would help.
    """
    fixed = {c.id: external_service(c) for c in topology.components if topology.is_external(c.id)}
    candidates, problems = {}, []
    for component in topology.components:
        if component.id in fixed:
            continue
        candidates[component.id], problem = _candidates(component, available, pins)
        problems += [problem] if problem else []
    if problems:
        raise NotFeasible(*problems)
    best = _best(topology, candidates, fixed)
    if best is None:
        raise NotFeasible(*_unrealised(topology, available, candidates, fixed, pins))
    return {id: _choice(topology.component(id), taken, available, pins) for id, taken in best.items()}


def _candidates(
    component: Component, available: Mapping[str, Service], pins: Mapping[str, str]
) -> tuple[list[_Candidate], Problem | None]:
    of_role = [service for service in available.values() if service.role == component.role]
    if not of_role:
        return [], Problem(
            id="no-home", message=f"'{component.id}' ({_in_words(component)}) has no home: no service has this role"
        )
    pin = pins.get(component.role)
    fits = [_Candidate(service=service, fit=service.suits(component.needs)) for service in of_role]
    kept = [c for c in fits if not c.fit.violated and pin in (None, c.service.id)]
    if kept:
        return sorted(kept, key=lambda c: (-c.fit.score, c.service.id)), None
    reasons = [f"{c.service.id}: {v.reason} ({v.found}, limit {v.limit})" for c in fits for v in c.fit.violated]
    return [], Problem(
        id="no-home",
        message=f"'{component.id}' ({_in_words(component)}) has no home: " + "; ".join(reasons),
        hint=f"remove the pin '{component.role}: {pin}' under platform.services" if pin else None,
    )


def _in_words(component: Component) -> str:
    said = [str(component.needs[need]) for need in ("system", "delivery", "pattern") if need in component.needs]
    return ", ".join([component.role, *said])


def _best(
    topology: Topology, candidates: Mapping[str, Sequence[_Candidate]], fixed: Mapping[str, Service]
) -> Mapping[str, _Candidate] | None:
    """Branch and bound over the components, cut off at the first flow that its two ends cannot realise."""
    order = list(candidates)
    # What the rest can still add at most: a branch that cannot beat the best so far is not followed.
    rest = [sum(candidates[id][0].fit.score for id in order[i:]) for i in range(len(order) + 1)]
    best: tuple[float, Mapping[str, _Candidate]] | None = None

    def extend(depth: int, taken: dict[str, _Candidate], score: float) -> None:
        nonlocal best
        if best is not None and score + rest[depth] <= best[0]:
            return
        if depth == len(order):
            best = (score, dict(taken))
            return
        id = order[depth]
        for candidate in candidates[id]:
            taken[id] = candidate
            bound = {**fixed, **{known: c.service for known, c in taken.items()}}
            if all(port_of(flow, topology, bound) for flow in _settled(topology, id, bound)):
                extend(depth + 1, taken, score + candidate.fit.score)
            del taken[id]

    extend(0, {}, 0.0)
    return best[1] if best else None


def _settled(topology: Topology, id: str, bound: Mapping[str, Service]) -> Iterator[Flow]:
    return (flow for flow in topology.flows_of(id) if flow.source in bound and flow.target in bound)


def _unrealised(
    topology: Topology,
    available: Mapping[str, Service],
    candidates: Mapping[str, Sequence[_Candidate]],
    fixed: Mapping[str, Service],
    pins: Mapping[str, str],
) -> list[Problem]:
    """The flows that no pair of services realises; where each pair has one, the choice as a whole is at fault."""
    problems = []
    for flow in topology.flows:
        ends = [
            [fixed[id]] if id in fixed else [c.service for c in candidates[id]] for id in (flow.source, flow.target)
        ]
        pairs = [{flow.source: a, flow.target: b} for a in ends[0] for b in ends[1]]
        if not any(port_of(flow, topology, pair) for pair in pairs):
            names = " or ".join(sorted({f"{p[flow.source].id} to {p[flow.target].id}" for p in pairs}))
            problems.append(
                Problem(id="flow-without-home", message=f"flow {flow.id} ({flow.kind}): {names} share no protocol")
            )
    if not problems:
        problems = [Problem(id="no-combination", message="no combination of services realises every flow at once")]
    relaxed = [role for role in pins if _feasible(topology, available, {r: s for r, s in pins.items() if r != role})]
    hint = " or ".join(f"remove the pin '{role}: {pins[role]}'" for role in relaxed) or None
    return [Problem(id=p.id, message=p.message, hint=hint) for p in problems]


def _feasible(topology: Topology, available: Mapping[str, Service], pins: Mapping[str, str]) -> bool:
    try:
        bind(topology, available, pins)
    except NotFeasible:
        return False
    return True


def _choice(
    component: Component, taken: _Candidate, available: Mapping[str, Service], pins: Mapping[str, str]
) -> Choice:
    pin = pins.get(component.role)
    ruled_out = []
    for service in available.values():
        if service.role != component.role or service.id == taken.service.id:
            continue
        fit = service.suits(component.needs)
        if fit.violated:
            reason = "; ".join(v.reason for v in fit.violated)
            figure = "; ".join(f"{v.need}: {v.found}, limit {v.limit}" for v in fit.violated)
        elif pin:
            reason, figure = "another service is pinned by the spec", f"score {fit.score:g}"
        else:
            reason = "; ".join(fit.reasons) or "scores lower"
            figure = f"score {fit.score:g} against {taken.fit.score:g}"
        ruled_out.append(
            RuledOut(service=service.id, reason=reason, figure=figure, score=None if fit.violated else fit.score)
        )
    return Choice(service=taken.service, fit=taken.fit, pinned=pin is not None, ruled_out=tuple(ruled_out))
