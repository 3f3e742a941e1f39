"""The parity page is the services' own facts, and every claim on it has a figure and a source."""

from __future__ import annotations

from archgen.documents.parity import parity_page
from archgen.services.catalogue import clouds, facts, services
from scripts.write_parity import PAGE


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == parity_page(), "run scripts/write_parity.py"


def test_every_claim_has_a_figure_and_a_source() -> None:
    rows = [
        row
        for cloud in clouds()
        for service in services(cloud).values()
        for row in (facts(cloud, service.id).get("parity") or {}).get("cannot", ())
    ]
    assert len(rows) > 10
    for row in rows:
        assert all(row[key] for key in ("text", "figure", "source", "date", "confidence")), row


def test_the_roles_of_the_narrow_case_are_filled_on_every_cloud() -> None:
    wanted = {"event-stream", "stream-bridge", "stream-features", "online-features", "lake", "delivery"}
    wanted |= {"foundation", "network", "realtime-endpoint", "scoring", "operations"}
    for cloud in clouds():
        assert wanted <= {service.role for service in services(cloud).values()}
