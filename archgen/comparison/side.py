"""One of the two specs that are compared: everything that is said of it, as texts by name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from archgen.decisions import Decision
from archgen.design import Design, Plan, design, plan
from archgen.errors import NotFeasible, Problem
from archgen.program import Program, project_files, wire
from archgen.program.text import expression
from archgen.sizing import Quantity, outline_sizing
from archgen.spec import Spec
from archgen.topology import Topology

Row = tuple[str, str, str]
"""Component, quantity, stack."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A spec as far as it goes. What it does not reach is empty; `problems` say what stopped it there.

    `identity` is what every resource is named after: a change of it makes the whole platform anew. `components` are
    id -> role, `services` id -> service, `flows` flow -> data class, `arguments` component -> argument -> expression,
    `settings` what the owner fills in -> its description, `files` path -> digest of the program and of its code.
    """

    identity: Mapping[str, str]
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    components: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    flows: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[Row, str] = field(default_factory=dict)
    arguments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def side_of(spec: Spec, cloud: str | None = None, region: str | None = None) -> Side:
    """The side of a spec; one that cannot be built, or not be built here, keeps what was decided of it.

    Raises `WrongUse` as `archgen.design.design` does.
    """
    identity = {"name": spec.name, "cloud": cloud or spec.platform.cloud, "region": region or str(spec.platform.region)}
    try:
        planned = plan(spec)
    except NotFeasible as error:
        return Side(identity=identity, problems=error.problems)
    placed = planned.topology is not None and (region or spec.platform.region)
    if not placed:
        return _planned(identity, planned, planned.unsuited if planned.topology is None else ())
    try:
        return _designed(identity, design(spec, cloud, region))
    except NotFeasible as error:
        return _planned(identity, planned, error.problems)


def _planned(identity: Mapping[str, str], planned: Plan, problems: tuple[Problem, ...]) -> Side:
    stops = planned.feasibility.stops
    rows = () if stops else outline_sizing(planned.spec, planned.assumptions)
    return Side(
        identity=identity,
        decisions=dict(planned.decisions),
        components=_components(planned.topology) if planned.topology else {},
        flows=_flows(planned.topology) if planned.topology else {},
        sizes={(row.component, row.name, ""): _amount(row) for row in rows},
        problems=problems,
    )


def _designed(identity: Mapping[str, str], made: Design) -> Side:
    program = wire(made)
    files = project_files(made, program)
    return Side(
        identity=dict(identity) | {"cloud": made.cloud.id, "region": made.region.name},
        decisions=dict(made.decisions),
        components=_components(made.topology),
        services={id: service.id for id, service in made.services.items()},
        flows=_flows(made.topology),
        sizes={
            (row.component, row.name, stack): _amount(row)
            for binding in made.bindings.values()
            for stack, rows in binding.sizes.items()
            for row in rows
        },
        arguments=_arguments(program),
        settings={setting.key: setting.description for setting in program.settings},
        files={path: hashlib.sha256(content).hexdigest() for path, content in files.items()},
    )


def _components(topology: Topology) -> Mapping[str, str]:
    return {component.id: component.role for component in topology.components}


def _flows(topology: Topology) -> Mapping[str, str]:
    return {f"{flow.source} -> {flow.target} ({flow.kind})": flow.data_class for flow in topology.flows}


def _arguments(program: Program) -> Mapping[str, Mapping[str, str]]:
    return {
        instance.id: {name: expression(value) for name, value in instance.arguments.items()}
        for instance in program.instances
    }


def _amount(row: Quantity) -> str:
    return f"{row.value:,.6g} {row.unit}"
