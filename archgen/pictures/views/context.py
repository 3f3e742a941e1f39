"""Context view: who exchanges what with the system?"""

from __future__ import annotations

from archgen.pictures.scene import Frame, Link, Node, Scene, Table
from archgen.pictures.text import initials, spoken
from archgen.pictures.views.parts import ACCOUNT, Subject, estate, grouped, node, worst
from archgen.topology import Flow

VIEW = "context"
TITLE = "Context"
QUESTION = "Who exchanges what with the system?"
_SYSTEM = "system"


def unavailable(subject: Subject) -> str | None:
    """Nothing stands in its way: every design has a system and something around it."""
    return None


def drawn(subject: Subject) -> Scene:
    """The system as one box, every source and consumer around it, one line for each direction between them."""
    design = subject.design
    outside = [c for c in subject.components if subject.external(c.id)]
    links, rows = [], []
    for component in outside:
        for incoming in (True, False):
            flows = [f for f in design.topology.flows_of(component.id) if (f.source == component.id) == incoming]
            if flows:
                link = _link(subject, component.id, flows, incoming, len(links) + 1)
                links.append(link)
                arrow = "to the system" if incoming else "from the system"
                kinds = ", ".join(sorted({flow.kind for flow in flows}))
                data = worst(flow.data_class for flow in flows)
                data = subject.style.classes.get(data, data)
                rows.append((str(link.step), spoken(component.id), arrow, kinds, data, subject.product(component.id)))
    frames = [frame for frame in estate(subject) if frame.kind == "external"]
    frames.append(Frame(id=ACCOUNT, title=f"{subject.style.words['account']} · {design.region.name}", kind="account"))
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=tuple(frames),
        nodes=(_system(subject), *(node(subject, component, component.zone) for component in outside)),
        links=tuple(links),
        table=Table(head=("", "system", "direction", "what", "data", "product"), rows=tuple(rows)),
    )


def _system(subject: Subject) -> Node:
    spec, design = subject.design.spec, subject.design
    lines = [design.cloud.title]
    if spec.workload.traffic is not None:
        lines.append(f"{grouped(float(spec.workload.traffic.peak))}/s at peak")
    if spec.workload.batch is not None:
        lines.append(f"{grouped(float(spec.workload.batch.rows))} rows in a run")
    lines.append(f"{sum(not subject.external(c.id) for c in subject.components)} components")
    title = subject.title()
    return Node(id=_SYSTEM, title=title, lines=tuple(lines), tile=initials(title), frame=ACCOUNT)


def _link(subject: Subject, id: str, flows: list[Flow], incoming: bool, step: int) -> Link:
    ends = (id, _SYSTEM) if incoming else (_SYSTEM, id)
    return Link(
        id="-to-".join(ends),
        source=ends[0],
        target=ends[1],
        kind=subject.line_kind(flows[0]),
        label=", ".join(sorted({flow.kind for flow in flows})),
        step=step,
    )
