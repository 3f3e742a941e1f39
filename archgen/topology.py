"""What is to be built, said without a cloud: zones, components with their needs, and the flows between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from archgen.errors import Problem, SpecError

Need: TypeAlias = str | int | float | bool | tuple[str, ...]
Needs: TypeAlias = Mapping[str, Need]
"""What a component has to meet. The keys and their units are defined in `archgen/knowledge/needs.yaml`."""

EXTERNAL = "external"
"""Kind of the zones whose components exist already and are nobody's resources here: sources and consumers."""


@dataclass(frozen=True, kw_only=True)
class Zone:
    """A boundary that components lie in. `kind` is `external`, `account`, `network` or `managed`."""

    id: str
    kind: str
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Component:
    """One part of the architecture: what it is for (`role`), where it lies, and what it has to meet."""

    id: str
    role: str
    zone: str
    needs: Needs


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Data runs from `source` to `target`; `opened_by` says which end holds the grant, the path and the argument.

    `data_class` is the most sensitive class it carries (`token`, `pii`, ...); `step` numbers it in reading order.
    """

    source: str
    target: str
    kind: str
    opened_by: Literal["source", "target"]
    data_class: str
    step: int

    @property
    def id(self) -> str:
        """Unique in a topology: no two flows join the same ends in the same direction."""
        return f"{self.source}-to-{self.target}"

    @property
    def opener(self) -> str:
        """The end that opens the connection."""
        return self.source if self.opened_by == "source" else self.target

    @property
    def other(self) -> str:
        """The end that the connection is opened to."""
        return self.target if self.opened_by == "source" else self.source


@dataclass(frozen=True, kw_only=True)
class Topology:
    """The whole, in reading order. Raises `SpecError` where two components would share a name."""

    blueprint: str
    zones: tuple[Zone, ...]
    components: tuple[Component, ...]
    flows: tuple[Flow, ...]

    def __post_init__(self) -> None:
        seen: dict[str, Component] = {}
        for component in self.components:
            # Without hyphens, as in camelCase and in a cloud's shortest names, `core-1` and `core1` are one.
            first = seen.setdefault(component.id.replace("-", ""), component)
            if first is not component:
                raise SpecError(self._taken(first, component))

    def _taken(self, first: Component, second: Component) -> Problem:
        external = {zone.id for zone in self.zones if zone.kind == EXTERNAL}
        given = next((one for one in (first, second) if one.zone in external), second)
        return Problem(
            id="id-taken",
            path=f"{given.zone}[{given.id}].id" if given.zone in external else "",
            message=f"'{given.id}' is the name of another component of the {self.blueprint} blueprint as well",
            expected="an id that differs from every component's in more than its hyphens",
            hint="give the source or consumer of that id another one",
        )

    def component(self, id: str) -> Component:
        """Raises `StopIteration` for an id that no component has."""
        return next(component for component in self.components if component.id == id)

    def is_external(self, id: str) -> bool:
        """Whether the component is a source or consumer, which exists already."""
        zone = self.component(id).zone
        return any(z.id == zone and z.kind == EXTERNAL for z in self.zones)

    def of_role(self, role: str) -> Iterator[Component]:
        """The components of a role, in reading order."""
        return (component for component in self.components if component.role == role)

    def flows_of(self, id: str) -> tuple[Flow, ...]:
        """The flows that begin or end at a component."""
        return tuple(flow for flow in self.flows if id in (flow.source, flow.target))
