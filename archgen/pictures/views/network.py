"""Network view: where does everything lie, and which connections cross the boundary? (PCI DSS 1.2.3)"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from archgen.pictures.scene import Frame, LineKind, Link, Node, Scene, Table
from archgen.pictures.text import initials, spoken
from archgen.pictures.views.parts import ACCOUNT, NETWORK, Subject, counted, estate, node
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
        frames=tuple(plan.frames({one.frame for one in nodes})),
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

    def frames(self, used: Collection[str | None]) -> Iterator[Frame]:
        """The estate with the network's range, and a frame for each tier that is `used`: something lies in it."""
        for frame in estate(self.subject):
            if frame.id == NETWORK and self.picture.get("range") in self.arguments():
                said = self.subject.setting(self.arguments()[self.picture["range"]])
                zones = min(len(self.subject.design.region.zones), 3)
                title = f"{self.subject.style.words['network']} · {said} · {zones} zones"
                yield Frame(id=frame.id, title=title, kind=frame.kind, parent=frame.parent)
            else:
                yield frame
        for tier in self.picture.get("tiers", ()):
            id = f"tier-{tier['id']}"
            if id in used:
                yield Frame(id=id, title=f"{tier['title']} · {tier['range']}", kind="tier", parent=NETWORK)

    def home(self, id: str) -> str:
        subject = self.subject
        if subject.external(id):
            return subject.design.topology.component(id).zone
        if not subject.inside(id):
            return ACCOUNT
        return self._tier(subject.picture(id).get("tier"))

    def _tier(self, id: str | None) -> str:
        """The frame of a tier; the network itself where it has no such tier."""
        return f"tier-{id}" if id in {tier["id"] for tier in self.picture.get("tiers", ())} else NETWORK

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
        through, said = None, "directly"
        if subject.external(opener) or subject.external(other):
            if subject.inside(opener) or subject.inside(other):
                through, said = self._door(), self.picture.get("beyond", said)
        elif subject.inside(opener) and (reached := self._reached(other)):
            through = self._endpoint(reached)
        kind: LineKind = "request" if subject.external(opener) else "stream" if subject.inside(opener) else "batch"
        ranges = " and ".join((*self._ranges(opener), *self._ranges(other)))
        step = str(len(self.rows) + 1)
        connection = f"{spoken(opener)} {realised.port.verb} {spoken(other)}"
        self.rows.append((step, connection, self.nodes[through].title if through else said, ranges or "–"))
        if through is None:
            self._link(opener, other, kind, int(step))
        else:
            self._link(opener, through, kind, int(step))
            self._link(through, other, kind, None)

    def calls(self) -> None:
        """What the parts inside need of the cloud for themselves: images, logs, secrets."""
        for id in self.subject.design.bindings:
            called = self._called(id)
            if not called:
                continue
            names = ", ".join(sorted({self._name(call) for call in called}))
            step = len(self.rows) + 1
            through = self._others()
            self.rows.append((str(step), f"{spoken(id)} calls {names}", self.nodes[through].title, "–"))
            self._link(id, through, "control", step)

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
                arguments = [door[key] for key in ("argument", "ranges") if key in door]
                given = [self.subject.setting(self.arguments()[name]) for name in arguments]
                self.nodes[id] = Node(id=id, title=door["title"], lines=tuple(given), icon=door["icon"], frame=NETWORK)
                return id
        return None

    def _reached(self, id: str) -> str | None:
        """The endpoint that a component is reached through from inside: its service's, or what its picture says."""
        named = self.subject.design.bindings[id].service.reached_through or self.subject.picture(id).get(
            "reached_through"
        )
        return None if named is None or named in self._endpoints().get("within", ()) else str(named)

    def _called(self, id: str) -> set[str]:
        """The services of the cloud that a component inside calls beyond what lies inside with it."""
        calls = self.subject.design.bindings[id].service.calls if self.subject.inside(id) else frozenset()
        return set(calls) - set(self._endpoints().get("within", ()))

    def _endpoints(self) -> Mapping[str, Any]:
        return self.picture.get("endpoints") or {}

    def _name(self, endpoint: str) -> str:
        """The product behind an endpoint, as people call it."""
        return str(self._endpoints().get("names", {}).get(endpoint, {}).get("title", endpoint))

    def _endpoint(self, name: str) -> str | None:
        said = self._endpoints()
        if not said:
            return None
        id = f"endpoint-{name.replace('.', '-').lower()}"
        own = {**said, **said.get("names", {}).get(name, {})}
        frame = self._tier(own.get("tier"))
        self.nodes[id] = Node(id=id, title=self._name(name), lines=(str(own["kind"]),), icon=said["icon"], frame=frame)
        return id

    def _others(self) -> str:
        """One node for all services that parts call for themselves: the endpoint itself where it is a single one."""
        said = self._endpoints() or {"title": "Services of the cloud", "icon": None}
        calls = sorted({call for id in self.subject.design.bindings for call in self._called(id)})
        if len(calls) == 1 and (single := self._endpoint(calls[0])):
            return single
        called = sorted({self._name(call) for call in calls})
        lines = (counted(len(called), "services"), ", ".join(called))
        title = str(said["title"])
        self.nodes[_OTHERS] = Node(
            id=_OTHERS,
            title=title,
            lines=lines,
            icon=said["icon"],
            tile=initials(title),
            frame=self._tier(said.get("tier")),
        )
        return _OTHERS
