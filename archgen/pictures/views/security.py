"""Security view: who may open a connection to what, by which grant, and which data lies behind it?"""

from __future__ import annotations

from archgen.pictures.scene import LineKind, Link, Scene, Table
from archgen.pictures.text import spoken
from archgen.pictures.views.logical import grouped_nodes
from archgen.pictures.views.parts import Subject, node
from archgen.program.wiring import RealisedFlow

VIEW = "security"
TITLE = "Security zones"
QUESTION = "Who may open a connection to what, and by which grant?"
_GRANTS: dict[str, tuple[LineKind, str, str]] = {
    "identity": ("stream", "Allowed by identity: a policy of the opener's role", "policy of the role"),
    "address": ("control", "Allowed by address: a rule of the network", "rule of the network"),
    "destination": (
        "batch",
        "Allowed by destination: the one address that may be called",
        "address that may be called",
    ),
    "attachment": ("request", "Allowed by attachment: the stream delivers by itself", "attachment to the stream"),
}


def unavailable(subject: Subject) -> str | None:
    """Why there is no such view."""
    return None if subject.program.flows else "nothing is granted"


def drawn(subject: Subject) -> Scene:
    """Every grant of the program as a line from who opens to who is opened; each part with its key."""
    frames, placed = grouped_nodes(subject)
    homes = {one.id: one.frame for one in placed}
    flows = sorted(subject.program.flows, key=lambda realised: realised.flow.step)
    made = {realised.port.grant for realised in flows}
    rows = tuple(
        (
            str(realised.flow.step),
            f"{spoken(realised.flow.opener)} {realised.port.verb} {spoken(realised.flow.other)}",
            _GRANTS[realised.port.grant][2],
            f"{realised.flow.opener}-{realised.port.verb}-{realised.flow.other}",
        )
        for realised in flows
    )
    return Scene(
        view=VIEW,
        title=TITLE,
        question=QUESTION,
        frames=frames,
        nodes=tuple(
            node(subject, component, homes[component.id], _lines(subject, component.id))
            for component in subject.components
        ),
        links=tuple(_link(realised) for realised in flows),
        table=Table(head=("", "grant", "made of", "name in the program"), rows=rows),
        lines=tuple((kind, text) for grant, (kind, text, _) in _GRANTS.items() if grant in made),
    )


def _lines(subject: Subject, id: str) -> tuple[str, ...]:
    key = subject.picture(id).get("encryption", {}).get("at_rest")
    return (subject.product(id), str(key)) if key else (subject.product(id),)


def _link(realised: RealisedFlow) -> Link:
    flow = realised.flow
    return Link(
        id=flow.id,
        source=flow.opener,
        target=flow.other,
        kind=_GRANTS[realised.port.grant][0],
        label=realised.port.verb,
        step=flow.step,
    )
