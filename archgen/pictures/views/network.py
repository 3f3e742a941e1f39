"""Network view: where does everything lie, and which connections cross the boundary? (PCI DSS 1.2.3)"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from archgen.pictures.scene import Frame, LineKind, Link, Node, Scene, Table
from archgen.pictures.text import initials, spoken
from archgen.pictures.views.parts import ACCOUNT, NETWORK, Subject, estate, node
from archgen.program.wiring import RealisedFlow

VIEW = "network"
TITLE = "Network"
QUESTION = "Where does everything lie, and which connections cross the boundary?"
_OTHERS = "endpoint-others"


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    return None if subject.network else "the design has no private network"


def drawn(subject: Subject) -> Scene:
    """Account, network, subnets with their ranges, and every connection from who opens it to who is opened."""
    plan = _Plan(subject)
    for realised in sorted(subject.program.flows, key=lambda one: one.flow.step):
        plan.connect(realised)
    plan.calls()
    used = {id for link in plan.links for id in (link.source, link.target)}
    shown = [c for c in subject.components if c.id in used or subject.inside(c.id)]
    nodes = [node(subject, c, plan.home(c.id), plan.lines(c.id)) for c in shown]
    nodes += [one for one in plan.nodes.values() if one.id in used]
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=tuple(plan.frames()),
        nodes=tuple(nodes),
        links=tuple(plan.links),
        table=Table(head=("", "connection", "through", "ranges"), rows=tuple(plan.rows)),
        lines=(
            ("request", "Opened from outside"),
            ("stream", "Opened from inside the network"),
            ("batch", "Between services of the cloud"),
            ("control", "To services that a part needs for itself"),
        ),
    )


@dataclass
class _Plan:
    """Collects the nodes and links of the view: doors and endpoints are made when a connection needs them."""

    subject: Subject
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def picture(self) -> Mapping[str, Any]:
        network = self.subject.network
        return self.subject.picture(network.id) if network else {}

    def arguments(self) -> Mapping[str, Any]:
        network = self.subject.network
        instance = next((i for i in self.subject.program.instances if network and i.id == network.id), None)
        return instance.arguments if instance else {}

    def frames(self) -> Iterator[Frame]:
        """The estate with the network's range, and a frame for each tier that something lies in."""
        for frame in estate(self.subject):
            if frame.id == NETWORK and self.picture.get("range") in self.arguments():
                said = self.subject.setting(self.arguments()[self.picture["range"]])
                zones = min(len(self.subject.design.region.zones), 3)
                title = f"{self.subject.style.words['network']} · {said} · {zones} zones"
                yield Frame(id=frame.id, title=title, kind=frame.kind, parent=frame.parent)
            else:
                yield frame
        for tier in self.picture.get("tiers", ()):
            yield Frame(
                id=f"tier-{tier['id']}", title=f"{tier['title']} · {tier['range']}", kind="tier", parent=NETWORK
            )

    def home(self, id: str) -> str:
        subject = self.subject
        if subject.external(id):
            return subject.design.topology.component(id).zone
        if not subject.inside(id):
            return ACCOUNT
        tiers = {tier["id"] for tier in self.picture.get("tiers", ())}
        tier = subject.picture(id).get("tier")
        return f"tier-{tier}" if tier in tiers else NETWORK

    def lines(self, id: str) -> tuple[str, ...]:
        """The product, and for a system outside the setting that will hold its address ranges."""
        return (self.subject.product(id), *self._ranges(id))

    def _ranges(self, id: str) -> tuple[str, ...]:
        if not self.subject.external(id):
            return ()
        wanted = {
            f"{id.replace('-', '')}{suffix}".lower()
            for realised in self.subject.program.flows
            if id in (realised.flow.source, realised.flow.target)
            for suffix in realised.port.settings
        }
        return tuple(f"{s.key} (setting)" for s in self.subject.program.settings if s.key.lower() in wanted)

    def connect(self, realised: RealisedFlow) -> None:
        """The way of one connection, from who opens it, through a door or an endpoint where it crosses the boundary."""
        flow, subject = realised.flow, self.subject
        opener, other = flow.opener, flow.other
        through = None
        if subject.external(opener) or subject.external(other):
            through = self._door() if subject.inside(opener) or subject.inside(other) else None
        elif subject.inside(opener) and subject.design.bindings[other].service.reached_through:
            through = self._endpoint(str(subject.design.bindings[other].service.reached_through))
        kind: LineKind = "request" if subject.external(opener) else "stream" if subject.inside(opener) else "batch"
        said = f"{spoken(opener)} {realised.port.verb} {spoken(other)}"
        ranges = " and ".join((*self._ranges(opener), *self._ranges(other)))
        step = str(len(self.rows) + 1)
        self.rows.append((step, said, self.nodes[through].title if through else "directly", ranges or "–"))
        if through is None:
            self._link(opener, other, kind, int(step))
        else:
            self._link(opener, through, kind, int(step))
            self._link(through, other, kind, None)

    def calls(self) -> None:
        """What the parts inside need of the cloud for themselves: images, logs, secrets."""
        for id, binding in self.subject.design.bindings.items():
            if not self.subject.inside(id) or not binding.service.calls:
                continue
            names = ", ".join(sorted(binding.service.calls))
            step = len(self.rows) + 1
            self.rows.append((str(step), f"{spoken(id)} calls {names}", self._others(), "–"))
            self._link(id, _OTHERS, "control", step)

    def _link(self, source: str, target: str, kind: LineKind, step: int | None) -> None:
        """One line for each pair: further connections the same way are named beside the number of the first."""
        id = f"{source}-to-{target}"
        known = next((place for place, one in enumerate(self.links) if one.id == id), None)
        if known is None:
            self.links.append(Link(id=id, source=source, target=target, kind=kind, step=step))
        elif step is not None:
            one = self.links[known]
            also = (*one.also, step)
            self.links[known] = replace(one, also=also, label=f"and {', '.join(map(str, also))}")

    def _door(self) -> str | None:
        """The one way to the client's own networks, where the network has one."""
        for door in self.picture.get("doors", ()):
            if door["argument"] in self.arguments():
                id = f"door-{door['argument'].replace('_', '-')}"
                given = [self.subject.setting(self.arguments()[name]) for name in (door["argument"], door["ranges"])]
                self.nodes[id] = Node(id=id, title=door["title"], lines=tuple(given), icon=door["icon"], frame=NETWORK)
                return id
        return None

    def _endpoint(self, name: str) -> str | None:
        said = self.picture.get("endpoints")
        if not said:
            return None
        id = f"endpoint-{name.replace('.', '-')}"
        kind = "gateway endpoint" if name in said.get("gateway", ()) else "interface endpoint"
        self.nodes[id] = Node(id=id, title=name, lines=(kind,), icon=said["icon"], frame=NETWORK)
        return id

    def _others(self) -> str:
        said = self.picture.get("endpoints") or {"title": "Services of the cloud", "icon": None}
        called: Sequence[str] = sorted(
            {
                call
                for id, binding in self.subject.design.bindings.items()
                if self.subject.inside(id)
                for call in binding.service.calls
            }
        )
        lines = (f"{len(called)} services", ", ".join(called))
        title = str(said["title"])
        tile = initials(title)
        self.nodes[_OTHERS] = Node(id=_OTHERS, title=title, lines=lines, icon=said["icon"], tile=tile, frame=NETWORK)
        return title
