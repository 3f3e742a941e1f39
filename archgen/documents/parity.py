"""The parity page: per role, which service each cloud uses, and what it cannot do that another cloud's can."""

from __future__ import annotations

from archgen.documents.markdown import table, text
from archgen.services.catalogue import clouds, facts, services

_NONE = "no service yet"


def parity_page() -> str:
    """The page as Markdown, from the services that exist."""
    roles = sorted({service.role for cloud in clouds() for service in services(cloud).values()})
    head = ("role", *(clouds()[cloud].title for cloud in clouds()))
    rows = [(role, *(_services(cloud, role) for cloud in clouds())) for role in roles]
    parts = [
        "# Parity of the clouds",
        "Which services fill a role on each cloud. A role without one is refused by name: a spec that needs it is not"
        " generated there. This page is written from the services' own facts.",
        table(head, rows),
        "## What a service cannot do that another cloud's can",
        table(("role", "service", "cannot", "figure", "source", "date", "confidence"), _cannot(roles)),
    ]
    return "\n\n".join(parts) + "\n"


def _services(cloud: str, role: str) -> str:
    found = [text(service.title) for service in services(cloud).values() if service.role == role]
    return "; ".join(found) or _NONE


def _cannot(roles: list[str]) -> list[tuple[str, ...]]:
    rows = []
    for role in roles:
        for cloud in clouds():
            for service in services(cloud).values():
                known = facts(cloud, service.id).get("parity") or {}
                for row in known.get("cannot") or () if service.role == role else ():
                    values = (row[key] for key in ("text", "figure", "source", "date", "confidence"))
                    rows.append((role, text(service.title), *(text(value) for value in values)))
    return rows
