"""MLOps lifecycle: how does a model come about, go live, and come back when it ages?"""

from __future__ import annotations

from archgen.pictures.scene import Frame, Scene, Table
from archgen.pictures.text import spoken
from archgen.pictures.views.parts import Subject, link, node

VIEW = "lifecycle"
TITLE = "Model lifecycle"
QUESTION = "How does a model come about, go live, and come back when it ages?"


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view: a model that is brought has no lifecycle here."""
    if subject.design.spec.workload.models.training == "elsewhere":
        return "the models are trained elsewhere and brought"
    trains = {role for stage in subject.style.lifecycle if stage["trains"] for role in stage["roles"]}
    if not any(component.role in trains for component in subject.components):
        return "no component of the design trains a model"
    return None


def drawn(subject: Subject) -> Scene:
    """The stages that the design has parts for, and the flows between those parts."""
    stage_of = {role: str(stage["id"]) for stage in subject.style.lifecycle for role in stage["roles"]}
    shown = {c.id: stage_of[c.role] for c in subject.components if c.role in stage_of}
    flows = sorted(
        (f for f in subject.design.topology.flows if f.source in shown and f.target in shown), key=lambda f: f.step
    )
    titles = {str(stage["id"]): str(stage["title"]) for stage in subject.style.lifecycle}
    frames = [Frame(id=id, title=title, kind="group") for id, title in titles.items() if id in shown.values()]
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=tuple(frames),
        nodes=tuple(node(subject, c, shown[c.id]) for c in subject.components if c.id in shown),
        links=tuple(link(subject, flow, flow.kind) for flow in flows),
        table=Table(
            head=("", "step", "what"),
            rows=tuple((str(f.step), f"{spoken(f.source)} → {spoken(f.target)}", f.kind) for f in flows),
        ),
    )
