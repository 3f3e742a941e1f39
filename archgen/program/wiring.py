"""Wiring: which value fills which argument of which component, and in which order the components are made."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archgen.design import Binding, Design
from archgen.errors import NotFeasible, Problem, TemplateError
from archgen.services.binding import external_service, port_of
from archgen.services.catalogue import ComponentSource, component_source
from archgen.services.names import size_key
from archgen.services.service import Neighbours, Port, Ref, Service, Setting, StackSetting, Value
from archgen.sizing import Quantity
from archgen.topology import Flow, Topology

NETWORK = "network"
"""The argument that the wiring fills with the one network."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One component of the program: its service, the stage it is grouped under, and its arguments by name.

    `given` are the arguments that are variables of `__main__.py`: argument -> variable.
    """

    id: str
    service: Service
    stage: str
    arguments: Mapping[str, Value]
    given: Mapping[str, str]
    source: ComponentSource


@dataclass(frozen=True, kw_only=True)
class RealisedFlow:
    """A flow and the port that realises it; `owner` is the end whose component holds the grant."""

    flow: Flow
    owner: str
    other: str
    port: Port


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is written: instances in dependency order, settings by key, and the flows with their ports."""

    name: str
    instances: tuple[Instance, ...]
    settings: tuple[Setting, ...]
    stack_settings: tuple[StackSetting, ...]
    flows: tuple[RealisedFlow, ...]

    @property
    def live_settings(self) -> tuple[Setting, ...]:
        """The settings that stay empty until there is something to run."""
        return tuple(setting for setting in self.settings if setting.live)


def wire(design: Design) -> Program:
    """The program of a design. Raises `TemplateError` for an argument that is unknown, unfilled or filled twice."""
    topology = design.topology
    external = {c.id: external_service(c) for c in topology.components if topology.is_external(c.id)}
    bound = dict(design.services) | external
    flows = tuple(_realised(flow, topology, bound) for flow in topology.flows)
    around = Neighbours(topology=topology, services=bound, region=design.region, assumptions=design.assumptions)
    instances = [
        _instance(binding, around, [f for f in flows if f.owner == id], design)
        for id, binding in design.bindings.items()
    ]
    ordered = _ordered(instances, topology)
    settings = {
        value.key: value for i in ordered for value in _flat(i.arguments.values()) if isinstance(value, Setting)
    }
    by_stack = {v.key: v for i in ordered for v in i.arguments.values() if isinstance(v, StackSetting)}
    return Program(
        name=design.spec.name,
        instances=ordered,
        settings=tuple(settings[key] for key in sorted(settings)),
        stack_settings=tuple(by_stack[key] for key in sorted(by_stack)),
        flows=flows,
    )


def _realised(flow: Flow, topology: Topology, bound: Mapping[str, Service]) -> RealisedFlow:
    found = port_of(flow, topology, bound)
    if found is None:
        raise NotFeasible(Problem(id="flow-without-home", message=f"flow {flow.id} ({flow.kind}) has no port"))
    owner, port, other = found
    return RealisedFlow(flow=flow, owner=owner, other=other, port=port)


def _instance(binding: Binding, around: Neighbours, flows: Sequence[RealisedFlow], design: Design) -> Instance:
    id, service = binding.component.id, binding.service
    source = component_source(design.cloud.id, service.id)
    arguments: dict[str, Value] = {}

    def fill(name: str, value: Value) -> None:
        if name in arguments:
            raise _broken(id, service, f"argument '{name}' is filled twice")
        if name not in source.arguments:
            raise _broken(id, service, f"there is no argument '{name}'")
        arguments[name] = value

    for name, value in service.arguments(binding.component, around).items():
        fill(name, value)
    for name, value in _sizes(binding, source).items():
        fill(name, value)
    if NETWORK in source.arguments:
        fill(NETWORK, Ref(component=next(c.id for c in design.topology.of_role("network"))))
    for name, value in _from_flows(id, service, flows).items():
        fill(name, value)
    variables = design.cloud.facts["variables"]["foundation" if service.role == "foundation" else "components"]
    given = {name: variables[name] for name in source.arguments if name in variables and name not in arguments}
    missing = {name for name, required in source.arguments.items() if required} - set(arguments) - set(given)
    if missing:
        raise _broken(id, service, f"nothing fills {', '.join(sorted(missing))}")
    ordered = {name: arguments[name] for name in source.arguments if name in arguments}
    stage = next(z.id for z in design.topology.zones if z.id == binding.component.zone)
    return Instance(id=id, service=service, stage=stage, arguments=ordered, given=given, source=source)


def _sizes(binding: Binding, source: ComponentSource) -> Mapping[str, StackSetting]:
    by_name: dict[str, dict[str, Quantity]] = {}
    for stack, rows in binding.sizes.items():
        for row in rows:
            if row.name in source.arguments:
                by_name.setdefault(row.name, {})[stack] = row
    return {
        name: StackSetting(
            key=size_key(binding.component.id, name),
            description=f"{next(iter(rows.values())).unit} of {binding.component.id}, sized in docs/sizing.md",
            type="integer" if all(isinstance(row.value, int) for row in rows.values()) else "number",
            values={stack: row.value for stack, row in rows.items()},
        )
        for name, rows in by_name.items()
    }


def _from_flows(id: str, service: Service, flows: Sequence[RealisedFlow]) -> Mapping[str, Value]:
    filled: dict[str, list[str]] = {}
    for realised in flows:
        if realised.port.argument is not None:
            filled.setdefault(realised.port.argument, []).append(realised.other)
    many = {port.argument for port in service.ports if port.many}
    for argument, others in filled.items():
        if len(others) > 1 and argument not in many:
            raise _broken(id, service, f"argument '{argument}' is filled by {' and '.join(sorted(others))}")
    return {
        argument: tuple(Ref(component=o) for o in sorted(others)) if argument in many else Ref(component=others[0])
        for argument, others in filled.items()
    }


def _broken(id: str, service: Service, message: str) -> TemplateError:
    return TemplateError(Problem(id="wiring", message=f"{id} ({service.id}): {message}"))


def _flat(values: Iterable[Value]) -> list[Value]:
    found: list[Value] = []
    for value in values:
        found += _flat(value) if isinstance(value, tuple) else [value]
    return found


def _ordered(instances: Sequence[Instance], topology: Topology) -> tuple[Instance, ...]:
    """Dependency order; among those that are free, by zone and then by place in the topology, so that stages group."""
    zones = {zone.id: place for place, zone in enumerate(topology.zones)}
    place = {instance.id: (zones[instance.stage], index) for index, instance in enumerate(instances)}
    waits = {
        i.id: {value.component for value in _flat(i.arguments.values()) if isinstance(value, Ref)} for i in instances
    }
    by_id = {instance.id: instance for instance in instances}
    ready = [(place[id], id) for id, needed in waits.items() if not needed]
    heapq.heapify(ready)
    order: list[Instance] = []
    while ready:
        _, id = heapq.heappop(ready)
        order.append(by_id[id])
        for other, needed in waits.items():
            if id in needed:
                needed.discard(id)
                if not needed:
                    heapq.heappush(ready, (place[other], other))
    if len(order) < len(instances):
        stuck = ", ".join(sorted(set(by_id) - {instance.id for instance in order}))
        raise TemplateError(Problem(id="wiring", message=f"components depend on each other in a circle: {stuck}"))
    return tuple(order)
