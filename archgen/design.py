"""From a spec to a design: decisions, topology, the service of each component, its sizes and the latency budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from archgen.blueprints import choose
from archgen.business import Requirement, requirement_of
from archgen.decisions import Because, Case, Decision, Decisions, Rejected, decide, scored
from archgen.decisions.questions.cloud import recommended
from archgen.errors import NotFeasible, Problem, WrongUse
from archgen.feasibility import Evidence, Feasibility, Gate, assess, prohibited, ways_out
from archgen.knowledge import Assumptions, assumptions, needs
from archgen.services.binding import Choice, bind
from archgen.services.catalogue import Cloud, clouds, services
from archgen.services.named import allowed_regions, wrong_names
from archgen.services.service import Demand, Region, Service
from archgen.sizing import LatencyBudget, Quantity, Window, batch_window, latency_budget
from archgen.spec import Spec, spec_hash
from archgen.topology import Component, Topology

PRODUCTION, STAGING, DEVELOPMENT = "prod", "staging", "dev"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What can be said of a spec before a cloud is chosen. `topology` is None where no blueprint suits."""

    spec: Spec
    assumptions: Assumptions
    required: Requirement
    feasibility: Feasibility
    decisions: Decisions
    latency: LatencyBudget | Window | None
    topology: Topology | None
    unsuited: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class Binding:
    """The service of one component, its sizes per stack, and the services that were ruled out."""

    component: Component
    choice: Choice
    sizes: Mapping[str, tuple[Quantity, ...]]

    @property
    def service(self) -> Service:
        """The chosen service."""
        return self.choice.service


@dataclass(frozen=True, kw_only=True)
class Design:
    """Everything decided, sized and bound. Logical statements, pictures and records are drawn from here."""

    spec: Spec
    spec_hash: str
    cloud: Cloud
    region: Region
    assumptions: Assumptions
    required: Requirement
    feasibility: Feasibility
    decisions: Decisions
    topology: Topology
    bindings: Mapping[str, Binding]
    latency: LatencyBudget | Window | None

    @property
    def stacks(self) -> tuple[str, ...]:
        """The environments of the spec."""
        return self.spec.platform.environments

    @property
    def sizing(self) -> tuple[Quantity, ...]:
        """The rows of the production stack, in the topology's order."""
        return tuple(row for binding in self.bindings.values() for row in binding.sizes[PRODUCTION])

    @property
    def services(self) -> Mapping[str, Service]:
        """The chosen service of each component."""
        return {id: binding.service for id, binding in self.bindings.items()}


def plan(spec: Spec) -> Plan:
    """Decisions, feasibility, time budget and topology.

    Raises `NotFeasible` for a prohibited practice, and when the hops do not fit the limit or the window, with the
    single changes that were tried and help.
    """
    try:
        return _planned(spec)
    except NotFeasible as error:
        raise _with_ways_out(error, [str(way) for way in ways_out(spec, error.problems, _planned)]) from None


def _planned(spec: Spec) -> Plan:
    assumed = assumptions().overridden(spec.assumptions)
    practice = prohibited(spec)
    if practice.result == "stop":
        raise NotFeasible(_stopped(practice))
    latency = _latency(spec, assumed)
    decisions = decide(spec, assumed)
    required = requirement_of(spec, assumed)
    blueprint, others = choose(spec, decisions)
    unsuited = tuple(
        Problem(
            id="blueprint-unsuited",
            path=violation.need,
            message=f"blueprint {other.id}: {violation.reason}: found {violation.found}",
            expected=violation.limit,
        )
        for other, fit in others
        for violation in fit.violated
    )
    return Plan(
        spec=spec,
        assumptions=assumed,
        required=required,
        feasibility=assess(Evidence(spec=spec, assumptions=assumed, time=latency), decisions, required),
        decisions=decisions,
        latency=latency,
        topology=blueprint.topology(spec, decisions, assumed) if blueprint else None,
        unsuited=unsuited,
    )


def design(spec: Spec, cloud: str | None = None, region: str | None = None) -> Design:
    """The design of a spec on a cloud; `cloud` and `region` win over the spec's.

    Raises `WrongUse` for a cloud, region or pinned service that does not exist, `NotFeasible` where a gate stops it, or
    where something that the spec asks for has no home or cannot be met, with the single changes that were tried and
    help.
    """
    try:
        return _designed(spec, cloud, region)
    except NotFeasible as error:

        def attempt(other: Spec) -> Design:
            moved = other.platform.region != spec.platform.region
            return _designed(other, cloud, None if moved else region)

        name = cloud or spec.platform.cloud
        regions = allowed_regions(spec, clouds()[name]) if name in clouds() else ()
        found = ways_out(spec, error.problems, attempt, regions)
        raise _with_ways_out(error, [str(way) for way in found]) from None


def _designed(spec: Spec, cloud: str | None, region: str | None) -> Design:
    chosen = _cloud(spec, cloud, region)
    if problems := wrong_names(spec, chosen.id, region):
        raise WrongUse(*problems)
    place = _region(spec, chosen, region)
    pins = spec.platform.services
    planned = _planned(spec)
    if planned.feasibility.stops:
        raise NotFeasible(*(_stopped(gate) for gate in planned.feasibility.stops))
    if planned.topology is None:
        raise NotFeasible(*planned.unsuited)
    choices = bind(planned.topology, services(chosen.id), pins)
    bindings = {
        id: Binding(
            component=planned.topology.component(id),
            choice=choice,
            sizes={
                stack: _sizes(planned.topology.component(id), choice.service, stack, planned.assumptions)
                for stack in spec.platform.environments
            },
        )
        for id, choice in choices.items()
    }
    return Design(
        spec=spec,
        spec_hash=spec_hash(spec),
        cloud=chosen,
        region=place,
        assumptions=planned.assumptions,
        required=planned.required,
        feasibility=planned.feasibility,
        decisions={
            **planned.decisions,
            **_cloud_decision(planned, chosen, cloud, place),
            **_service_decisions(planned.topology, choices, pins),
        },
        topology=planned.topology,
        bindings=bindings,
        latency=planned.latency,
    )


def _latency(spec: Spec, assumed: Assumptions) -> LatencyBudget | Window | None:
    if spec.workload.mode == "batch":
        return _window(spec, assumed)
    latency = spec.workload.latency
    if spec.workload.mode != "online" or latency is None or latency.p99 is None:
        return None
    budget = latency_budget(spec, assumed)
    if budget.reserve_ms < 0:
        hops = ", ".join(f"{hop.hop.lower()} {hop.p99_ms:g}" for hop in budget.hops)
        raise NotFeasible(
            Problem(
                id="latency-infeasible",
                path="workload.latency.p99",
                message=f"found {latency.p99}, and the hops take {budget.total_ms:g} ms ({hops})",
                expected=f"at least {budget.total_ms:g} ms, the smallest feasible p99",
                hint=f"state `p99: {budget.total_ms:g} ms`, or override a measured hop under `assumptions`",
            )
        )
    return budget


def _window(spec: Spec, assumed: Assumptions) -> Window:
    """Raises `NotFeasible` when the steps of a batch do not fit its shortest window, naming the smallest that would."""
    window = batch_window(spec, assumed)
    if window.reserve_ms < 0:
        minute, batch = 60_000, spec.workload.batch
        hops = ", ".join(f"{hop.hop.lower()} {hop.p99_ms / minute:.0f}" for hop in window.hops)
        lost = (window.nominal_ms - window.limit_ms) / minute
        clock = f", {lost:.0f} min less in the night in which clocks go forward" if lost > 0 else ""
        smallest = ceil(window.total_ms / minute + max(lost, 0))
        raise NotFeasible(
            Problem(
                id="window-infeasible",
                path="workload.batch.done_by",
                message=(
                    f"from {batch and batch.starts} to {batch and batch.done_by} are "
                    f"{window.nominal_ms / minute:.0f} min{clock}, and the steps take "
                    f"{window.total_ms / minute:.0f} min ({hops})"
                ),
                expected=f"at least {smallest} min, the smallest feasible window",
                hint="start earlier, deliver later, or override a measured rate under `assumptions`",
            )
        )
    return window


def _stopped(gate: Gate) -> Problem:
    return Problem(id=gate.id, path=gate.path, message=gate.found, hint=gate.way)


def _with_ways_out(error: NotFeasible, ways: list[str]) -> NotFeasible:
    """The same problems, the first with the changes of which any one makes the spec feasible."""
    if not ways:
        return error
    first, *others = error.problems
    said = "any one of these makes it feasible: " + ", or ".join(ways)
    return NotFeasible(replace(first, hint=f"{first.hint}; {said}" if first.hint else said), *others)


def _cloud(spec: Spec, said: str | None, region: str | None) -> Cloud:
    name = said or spec.platform.cloud
    if name == "recommend":
        able = _able(spec, region)
        if not able:
            raise WrongUse(*wrong_names(spec, name, region))
        name = scored(_case(spec), able)[0].cloud
    if name not in clouds():
        raise NotFeasible(
            Problem(
                id="no-home",
                path="platform.cloud",
                message=f"'{name}' has no home: no service is built for it yet",
                expected=" or ".join(clouds()),
            )
        )
    return clouds()[name]


def _able(spec: Spec, region: str | None) -> tuple[str, ...]:
    """The clouds that can be recommended: templates exist, and the region (where one is named) is theirs."""
    place = region or spec.platform.region
    return tuple(id for id, cloud in clouds().items() if place is None or place in cloud.regions)


def _case(spec: Spec) -> Case:
    return Case(spec=spec, assumptions=assumptions().overridden(spec.assumptions), made={})


def _cloud_decision(planned: Plan, chosen: Cloud, said: str | None, place: Region) -> Decisions:
    """The recommendation among the clouds that have the region; where a person named the cloud, it is given."""
    if "recommend" not in (said, planned.spec.platform.cloud):
        return {}
    if said not in (None, "recommend"):
        return {"cloud": replace(planned.decisions["cloud"], choice=chosen.title, kind="given", flips_when=())}
    able = _able(planned.spec, place.name)
    return {"cloud": recommended(_case(planned.spec), able, f"has no region {place.name}")}


def _region(spec: Spec, cloud: Cloud, said: str | None) -> Region:
    """Raises `WrongUse` where none is named, `NotFeasible` for one of the cloud's that lies where data must not be."""
    name, within = said or spec.platform.region, allowed_regions(spec, cloud)
    if name is None:
        expected = "--region with one of " + ", ".join(sorted(within))
        message = "no region is named"
        raise WrongUse(Problem(id="unknown-region", path="platform.region", message=message, expected=expected))
    if name not in within:
        raise NotFeasible(
            Problem(
                id="residency",
                path="platform.region",
                message=f"{name} lies outside {', '.join(spec.governance.residency)}, where the data has to stay",
                expected="one of " + ", ".join(sorted(within)),
            )
        )
    return cloud.region(name)


def _sizes(component: Component, service: Service, stack: str, assumed: Assumptions) -> tuple[Quantity, ...]:
    """The rows of one stack: all of the load in production, a share of it in staging, the stated minimum in dev."""
    scale = assumed.value("staging_scale") if stack == STAGING else 1.0
    load = {key for key, row in needs().items() if row.get("load")}
    scaled = {key: float(str(value)) * scale if key in load else value for key, value in component.needs.items()}
    rows = service.size(Demand(component=replace(component, needs=scaled), assumptions=assumed))
    return tuple(_floored(row, service.minimum, stack) for row in rows)


def _floored(row: Quantity, minimum: Mapping[str, int], stack: str) -> Quantity:
    floor = minimum.get(row.name)
    if floor is None:
        return row
    if stack == DEVELOPMENT:
        return replace(row, value=floor, low=floor, high=floor, formula="the smallest that works", inputs={})
    if row.value >= floor:
        return row
    return replace(row, value=floor, formula=f"{row.formula}; at least {floor}")


def _service_decisions(
    topology: Topology, choices: Mapping[str, Choice], pins: Mapping[str, str]
) -> Mapping[str, Decision]:
    """Which service fills a role: a decision where there was a choice, given where the spec pins it."""
    made = {}
    for id, choice in choices.items():
        role = choice.service.role
        if not choice.ruled_out and not choice.pinned:
            continue
        others = [o for o in topology.of_role(role) if choices[o.id].service.id == choice.service.id]
        if others[0].id != id:
            continue
        path = f"platform.services.{role}"
        made[f"service-{id}"] = Decision(
            id=f"service-{id}",
            question=f"Which service is the {role.replace('-', ' ')} ({', '.join(o.id for o in others)})?",
            choice=choice.service.title,
            kind="given" if choice.pinned else "decided",
            rationale="; ".join(choice.fit.reasons) or "the only service that meets every need and flow",
            because=(Because(path, pins[role]),) if role in pins else (),
            rejected=tuple(Rejected(o.service, o.reason, o.figure, o.score) for o in choice.ruled_out),
            source="limits in the service's own facts",
            confidence="documented",
        )
    return made
