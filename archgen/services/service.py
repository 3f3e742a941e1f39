"""What a `templates/<cloud>/<service>/service.py` says of its service. Imports no provider SDK."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from archgen.knowledge import Assumptions
from archgen.sizing import Quantity
from archgen.topology import Component, Flow, Needs, Topology


@dataclass(frozen=True, kw_only=True)
class Ref:
    """Another component of the program, as an argument."""

    component: str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A stack setting that only the client knows.

    `type` is the Pulumi config type. `live` ones have an empty default: without them a stack is its foundation only.
    `sample` is what the offline engine gives the program in their place; a secret needs none.
    """

    key: str
    description: str
    type: Literal["string", "integer", "boolean", "array"] = "string"
    secret: bool = False
    live: bool = False
    sample: str | int | bool | tuple[str, ...] = ""


@dataclass(frozen=True, kw_only=True)
class StackSetting:
    """A setting whose value archgen knows and a stack may change: a size, a place, whether data resists deletion."""

    key: str
    description: str
    type: Literal["string", "integer", "number", "boolean"]
    values: Mapping[str, str | int | float | bool]


Value: TypeAlias = str | int | float | bool | tuple["Value", ...] | Ref | Setting | StackSetting
"""An argument of a component as the program writes it: a literal, a sequence, another component or a setting."""


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A limit of a service that a need goes beyond: the figure that rules the service out."""

    need: str
    found: str
    limit: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Fit:
    """How well something meets what is asked. Anything in `violated` rules it out; `score` orders what remains."""

    score: float = 0.0
    reasons: tuple[str, ...] = ()
    violated: tuple[Violation, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Port:
    """A flow that a service can open, or, from the outside, let in.

    The flow is of this `kind`, and its other end fills `role` and speaks one of these protocols. `argument` is filled
    with the other end; it is None where the other end is external, since no object of the program stands for it.
    `verb` names the grant: `<opener>-<verb>-<other>`. `grant` says what it is made of: a policy on the opener's role
    (`identity`), a rule of a security group alone (`address`), the one address on the internet that a managed service
    may call (`destination`), or what makes a stream deliver by itself (`attachment`). `live` grants exist in the live
    phase only. `settings` are those, by suffix of the external's id, that the grant of an external flow has to carry.
    """

    argument: str | None
    kind: str
    role: str
    speaks: frozenset[str]
    verb: str
    optional: bool = False
    many: bool = False
    grant: Literal["identity", "address", "destination", "attachment"] = "identity"
    live: bool = False
    settings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one component has to be sized for, in one stack."""

    component: Component
    assumptions: Assumptions

    @property
    def needs(self) -> Needs:
        """The component's needs, scaled to the stack."""
        return self.component.needs

    def number(self, need: str) -> float:
        """A need as a number. Raises `KeyError` when the component has no such need."""
        return float(str(self.component.needs[need]))

    def quantity(
        self,
        name: str,
        unit: str,
        formula: str,
        compute: Callable[[Assumptions], int | float],
        *,
        needs: Sequence[str] = (),
        assumptions: Sequence[str] = (),
    ) -> Quantity:
        """A `Quantity` of this component, with low and high from the ends of the assumptions that it uses.

        `compute` is called with the assumptions at their base, optimistic and pessimistic values.
        """
        values = (compute(self.assumptions.optimistic()), compute(self.assumptions.pessimistic()))
        said = {need: self.needs[need] for need in needs}
        inputs: dict[str, int | float | str] = {
            need: ", ".join(value) if isinstance(value, tuple) else value for need, value in said.items()
        }
        inputs |= {id: self.assumptions[id].value for id in assumptions}
        return Quantity(
            component=self.component.id,
            name=name,
            value=compute(self.assumptions),
            unit=unit,
            formula=formula,
            inputs=inputs,
            low=min(values),
            high=max(values),
        )


@dataclass(frozen=True, kw_only=True)
class Region:
    """Where the program goes, and the zones it may spread over."""

    name: str
    zones: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """The bound program around one component: what serves all (alarms, endpoints) reads it instead of flows."""

    topology: Topology
    services: Mapping[str, Service]
    region: Region
    assumptions: Assumptions

    def flows(self, id: str) -> tuple[Flow, ...]:
        """The flows that begin or end at a component."""
        return self.topology.flows_of(id)

    def others(self, id: str) -> tuple[str, ...]:
        """Ids of all components that become resources, but for `id`, in the topology's order."""
        return tuple(c.id for c in self.topology.components if c.id != id and not self.topology.is_external(c.id))


@dataclass(frozen=True, kw_only=True)
class Service:
    """One way to realise a role on one cloud.

    `id` is the name of its folder, `class_name` the component class in its `component.py`. `speaks` are the protocols
    that others can use it by. `inside_network` services have a security group; the others run at the provider's.
    `reached_through` is the endpoint that a workload inside the network needs to reach it (`kinesis-streams`, `s3`),
    None when it lies inside the network itself. `calls` are the endpoints that it needs for itself. `minimum` holds the
    size of each quantity in a dev stack; it is also the floor of every other stack.
    """

    id: str
    role: str
    class_name: str
    title: str
    speaks: frozenset[str] = frozenset()
    ports: tuple[Port, ...] = ()
    inside_network: bool = False
    reached_through: str | None = None
    calls: frozenset[str] = frozenset()
    minimum: Mapping[str, int] = field(default_factory=dict)
    observed: bool = True
    """Whether its component has alarms and metrics that operations should show."""
    limited: bool = False
    """Whether its component says how much it takes of which quotas, so that they can be asked for."""
    exports: tuple[str, ...] = ()
    """Attributes of its component that whoever deploys needs to see: exported as `<component><Attribute>`."""

    def suits(self, needs: Needs) -> Fit:
        """How well it meets the needs, with the limit that rules it out. A pin does not lift a limit."""
        return Fit()

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        """What it takes to carry the demand. A quantity named like an argument of the component fills it."""
        return ()

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        """The arguments that no flow and no size fills."""
        return {}
