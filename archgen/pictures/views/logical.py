"""Logical view: what are the parts, how large are they, and which boundaries of trust lie between them?"""

from __future__ import annotations

from collections import Counter

from archgen.pictures.scene import Frame, Node, Scene, Table
from archgen.pictures.text import spoken
from archgen.pictures.views.parts import (
    ACCOUNT,
    NETWORK,
    SUPPORT,
    TRUSTED,
    Subject,
    estate,
    link,
    node,
)
from archgen.topology import Component

VIEW = "logical"
TITLE = "Logical view"
QUESTION = "What are the parts, how large are they, and which boundaries of trust lie between them?"
_TRUST = "trust"


def unavailable(subject: Subject) -> str | None:
    """Nothing stands in its way: every design has parts."""
    return None


def drawn(subject: Subject) -> Scene:
    """Every component once, every flow once."""
    frames, nodes = grouped_nodes(subject)
    flows = sorted(subject.design.topology.flows, key=lambda flow: flow.step)
    rows = tuple((str(f.step), f"{spoken(f.source)} → {spoken(f.target)}", f.kind) for f in flows)
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=frames,
        nodes=nodes,
        links=tuple(link(subject, flow, flow.kind) for flow in flows),
        table=Table(head=("", "flow", "what"), rows=rows),
    )


def grouped_nodes(subject: Subject) -> tuple[tuple[Frame, ...], tuple[Node, ...]]:
    """The frames of the estate with a group for each stage that has two parts or more, and all components in them."""
    topology = subject.design.topology
    connected = {id for flow in topology.flows for id in (flow.source, flow.target)}
    homes = {c.id: _home(subject, c, c.id in connected) for c in subject.components}
    members = Counter(homes.values())
    frames = list(estate(subject))
    trusted = sorted({TRUSTED[subject.data_class(c.id)] for c in subject.components if homes[c.id][0] == _TRUST})
    if trusted:
        frames.append(Frame(id=_TRUST, title=" and ".join(trusted), kind="trust", parent=NETWORK))
    framed = {home for home, count in members.items() if home[1] and (count > 1 or home[1] == SUPPORT)}
    sides = Counter(stage for _, stage in framed)
    for around, stage in dict.fromkeys(homes[c.id] for c in subject.components if homes[c.id] in framed):
        title = subject.style.zones.get(stage, spoken(stage))
        if sides[stage] > 1:
            title = subject.style.side(stage, title, around)
        frames.append(Frame(id=f"{around}-{stage}", title=title, kind="group", parent=around))
    nodes = []
    for component in subject.components:
        around, stage = homes[component.id]
        nodes.append(node(subject, component, f"{around}-{stage}" if (around, stage) in framed else around))
    return tuple(frames), tuple(nodes)


def _home(subject: Subject, component: Component, connected: bool) -> tuple[str, str]:
    """The boundary that a component lies in, and the stage within it."""
    if subject.external(component.id):
        return component.zone, ""
    if not connected:
        return ACCOUNT, SUPPORT
    if not subject.inside(component.id):
        return ACCOUNT, component.zone
    return (_TRUST if subject.data_class(component.id) in TRUSTED else NETWORK), component.zone
