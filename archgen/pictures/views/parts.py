"""What several views draw alike: components as nodes, flows as links, frames of the estate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archgen.design import PRODUCTION, Design
from archgen.pictures.scene import Frame, LineKind, Link, Node
from archgen.pictures.style import Style, style
from archgen.pictures.text import drawable, initials, spoken
from archgen.program.wiring import Program, RealisedFlow
from archgen.services.catalogue import facts
from archgen.services.service import Setting
from archgen.topology import Component, Flow

SENSITIVITY = ("public", "confidential", "token", "pii", "special-category", "phi", "sad", "pan")
TRUSTED = {
    "pan": "Cardholder data environment (PCI DSS)",
    "sad": "Cardholder data environment (PCI DSS)",
    "phi": "Protected health information",
}
"""Classes of data that put what handles them behind a boundary of its own."""
SUPPORT = "support"
ACCOUNT, NETWORK = "account", "network"
_NETWORK_ROLE = "network"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The design and its program, with what all views ask of them."""

    design: Design
    program: Program

    @property
    def style(self) -> Style:
        """How things look on this cloud."""
        return style(self.design.cloud.id)

    @property
    def components(self) -> tuple[Component, ...]:
        """Everything but the network, which is drawn as a frame."""
        return tuple(c for c in self.design.topology.components if c.role != _NETWORK_ROLE)

    @property
    def network(self) -> Component | None:
        """The component that is the private network, if there is one."""
        return next(self.design.topology.of_role(_NETWORK_ROLE), None)

    def picture(self, id: str) -> Mapping[str, Any]:
        """What the service of a component says of itself for pictures; empty for what lies outside."""
        binding = self.design.bindings.get(id)
        return facts(self.design.cloud.id, binding.service.id).get("picture") or {} if binding else {}

    def product(self, id: str) -> str:
        """The product's name, as short as its service allows."""
        if id not in self.design.bindings:
            system = str(self.design.topology.component(id).needs["system"])
            return str(self.style.systems.get(system, {}).get("title", spoken(system)))
        return str(self.picture(id).get("name") or self.design.bindings[id].service.title)

    def icon(self, id: str) -> str | None:
        """The icon of a component's service or system, None where the set has none."""
        if id not in self.design.bindings:
            system = str(self.design.topology.component(id).needs["system"])
            return self.style.systems.get(system, {}).get("icon")
        said = facts(self.design.cloud.id, self.design.bindings[id].service.id)["icon"]
        return None if said == "none" else str(said)

    def inside(self, id: str) -> bool:
        """Whether it lies inside the private network."""
        return id in self.design.bindings and self.design.bindings[id].service.inside_network

    def external(self, id: str) -> bool:
        """Whether it is a source or a consumer."""
        return self.design.topology.is_external(id)

    def figure(self, id: str) -> str:
        """The production size that a component is known by: its service's wording of it, else its first quantity."""
        binding = self.design.bindings.get(id)
        if binding is None:
            return ""
        rows = {row.name: row for row in binding.sizes[PRODUCTION]}
        instance = next((i for i in self.program.instances if i.id == id), None)
        given = {name: value for name, value in (instance.arguments if instance else {}).items() if _plain(value)}
        wording = self.picture(id).get("figure")
        if wording is None:
            first = next(iter(rows.values()), None)
            return counted(first.value, first.unit) if first else ""
        known = {**given, **{name: row.value for name, row in rows.items()}}
        names = re.findall(r"\{(\w+)\}", wording)
        if not all(name in known for name in names):
            return ""
        return re.sub(r"\{(\w+)\}", lambda found: grouped(known[found[1]]), wording)

    def data_class(self, id: str) -> str:
        """The most sensitive class of what flows in or out, and of what it is said to hold."""
        classes = [flow.data_class for flow in self.design.topology.flows_of(id)]
        held = self.design.topology.component(id).needs.get("data_class")
        return worst([*classes, *([str(held)] if held else [])])

    def line_kind(self, flow: Flow) -> LineKind:
        """Sync, stream, batch or control. What a request's receiver reads is waited for as well."""
        kinds = self.style.flow_kinds
        kind: LineKind = kinds.get(flow.kind, self.style.default_flow)
        answering = {f.target for f in self.design.topology.flows if kinds.get(f.kind) == "request"}
        if flow.opened_by == "target" and flow.target in answering and flow.kind == "features":
            kind = "request"
        return kind

    def title(self) -> str:
        """The system's name for people."""
        return drawable(self.design.spec.title or spoken(self.design.spec.name))

    def setting(self, value: object) -> str:
        """An argument as a picture says it: a literal, or the setting that will hold it."""
        return f"{value.key} (setting)" if isinstance(value, Setting) else str(value)


def worst(classes: Iterable[str]) -> str:
    """The most sensitive of some classes of data; `public` for none."""
    known = [name.replace("_", "-") for name in classes]
    return max(known, key=lambda name: SENSITIVITY.index(name) if name in SENSITIVITY else 0, default="public")


def grouped(value: object) -> str:
    """A figure as people write it: `12,000`."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"{value:,}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def counted(value: object, unit: str) -> str:
    """A quantity with its unit, which loses its plural after one: `1 instance`, `2 instances`."""
    words = unit.split(" ", 1)
    if value == 1 and len(words[0]) > 1:
        words[0] = words[0].removesuffix("s")
    return f"{grouped(value)} {' '.join(words)}"


def node(subject: Subject, component: Component, frame: str | None, lines: Sequence[str] | None = None) -> Node:
    """A component with its product, its size and the badge of the data that it handles."""
    id = component.id
    badge = subject.data_class(id)
    said = lines if lines is not None else (subject.product(id), subject.figure(id) or _outside(subject, component))
    return Node(
        id=id,
        title=spoken(id),
        lines=tuple(line for line in said if line),
        icon=subject.icon(id),
        tile=initials(subject.product(id)),
        frame=frame,
        badges=(badge,) if badge in subject.style.badges else (),
    )


def _outside(subject: Subject, component: Component) -> str:
    """What is known of a system at the other side: how fast it speaks, or how it hands over."""
    for source in subject.design.spec.sources:
        if source.id == component.id:
            return f"{grouped(float(source.rate))}/s" if source.rate else source.delivery
    for consumer in subject.design.spec.consumers:
        traffic = subject.design.spec.workload.traffic
        if consumer.id == component.id:
            return f"{grouped(float(traffic.peak))}/s" if consumer.pattern == "sync" and traffic else consumer.pattern
    return ""


def link(subject: Subject, flow: Flow, label: str) -> Link:
    """A flow as a numbered line."""
    return Link(
        id=flow.id,
        source=flow.source,
        target=flow.target,
        kind=subject.line_kind(flow),
        label=label,
        step=flow.step,
    )


def in_transit(subject: Subject, realised: RealisedFlow) -> str:
    """How a leg is encrypted: what the end that is called demands, or, outside, what the caller insists on."""
    flow = realised.flow
    if not subject.external(flow.other):
        said = subject.picture(flow.other).get("encryption", {}).get("in_transit")
    else:
        said = subject.picture(flow.opener).get("encryption", {}).get("opened")
    return str(said or "not stated")


def estate(subject: Subject) -> tuple[Frame, ...]:
    """The frames that every view of the whole begins with: those outside, the account, the network in it."""
    design, words = subject.design, subject.style.words
    frames = [
        Frame(id=zone.id, title=subject.style.zones.get(zone.id, spoken(zone.id)), kind="external")
        for zone in design.topology.zones
        if zone.kind == "external"
    ]
    frames.append(Frame(id=ACCOUNT, title=f"{words['account']} · {design.region.name}", kind="account"))
    if subject.network is not None:
        zones = f"{min(len(design.region.zones), 3)} zones" if design.region.zones else ""
        private = ["no way to the internet"] if subject.network.needs.get("private") else []
        # Of a network that exists already nothing is made here, and so nothing can be said of its ways out.
        said = [
            words["network"],
            *(["of the landing zone"] if subject.network.needs["existing"] else [zones, *private]),
        ]
        frames.append(
            Frame(id=NETWORK, title=" · ".join(part for part in said if part), kind="network", parent=ACCOUNT)
        )
    return tuple(frames)


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)
