"""Data-flow view: which data goes where, in which order, and how is it encrypted on each leg? (PCI DSS 1.2.4)"""

from __future__ import annotations

from dataclasses import replace

from archgen.pictures.scene import Scene, Table
from archgen.pictures.text import spoken
from archgen.pictures.views.logical import grouped_nodes
from archgen.pictures.views.parts import Subject, in_transit, link
from archgen.program.wiring import RealisedFlow

VIEW = "data-flow"
TITLE = "Data flow"
QUESTION = "Which data goes where, in which order, and how is each leg encrypted?"


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    return None if subject.design.topology.flows else "no data flows between its parts"


def drawn(subject: Subject) -> Scene:
    """Everything that data passes; each leg with its number and class, and in the table with its encryption."""
    frames, nodes = grouped_nodes(subject)
    flows = sorted(subject.program.flows, key=lambda realised: realised.flow.step)
    moved = {id for realised in flows for id in (realised.flow.source, realised.flow.target)}
    rows = tuple(
        (
            str(realised.flow.step),
            f"{spoken(realised.flow.source)} → {spoken(realised.flow.target)}",
            _class(subject, realised),
            in_transit(subject, realised),
            at_rest(subject, realised.flow.target),
        )
        for realised in flows
    )
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=frames,
        nodes=tuple(replace(node, lines=node.lines[:1]) for node in nodes if node.id in moved),
        links=tuple(link(subject, realised.flow, _class(subject, realised)) for realised in flows),
        table=Table(head=("", "leg", "data", "in transit", "at rest where it arrives"), rows=rows),
    )


def _class(subject: Subject, realised: RealisedFlow) -> str:
    return subject.style.classes.get(realised.flow.data_class, realised.flow.data_class)


def at_rest(subject: Subject, id: str) -> str:
    """How a component encrypts what it keeps, as far as its template says."""
    if subject.external(id):
        return "the client's own"
    return str(subject.picture(id).get("encryption", {}).get("at_rest", "not stated"))
