"""What `archgen synth --write` accepts of what holds data: the next content of `.archgen/stateful.yaml`."""

from __future__ import annotations

from collections.abc import Iterable

from archgen.documents.inventory import stateful
from archgen.proof import Proof
from archgen.proof.stateful import Accepted, written
from archgen.services.catalogue import clouds

LOST = "stateful-urn"
BROKE_OFF = "crash"


def accepted_now(before: Accepted, proofs: Iterable[Proof], text: str = "") -> bytes:
    """The file with the URNs of each proof in the place of those that it had for that stack and phase.

    A URN that is gone stays while its finding is open, and goes once it has an alias or is acknowledged: writing down
    must not be how a loss is overlooked. What was not run, or broke off, stays as it was, and so do comments of `text`,
    the file as it stands.
    """
    types = frozenset(type for cloud in clouds().values() for type in cloud.facts["stateful_types"])
    content = {stack: dict(phases) for stack, phases in before.items()}
    for proof in proofs:
        if any(finding.rule == BROKE_OFF for finding in proof.findings):
            continue
        lost = [each.resource for each in proof.findings if each.rule == LOST and each.severity == "error"]
        found = {*stateful(proof.resources, types), *(urn for urn in lost if urn)}
        content.setdefault(proof.stack, {})[proof.phase] = sorted(found)
    return written(content, text)
