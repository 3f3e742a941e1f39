"""The inventory of a recorded program: what a reviewer compares before and after a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from archgen.proof import Proof


def inventory(proof: Proof, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Counts by type, the names of grants and alarms, and the URNs of what holds data.

    `facts` is the cloud's: `grant_types`, `alarm_types` and `stateful_types`. A changed URN replaces a client's
    stream or key, so a change here needs an alias in the program.
    """
    grants = {one for kind in facts["grant_types"].values() for one in kind}
    return {
        "counts": dict(sorted(proof.counts.items())),
        "grants": sorted({r.name for r in proof.resources if r.type in grants}),
        "alarms": sorted(r.name for r in proof.resources if r.type in facts["alarm_types"]),
        "stateful": sorted(r.urn for r in proof.resources if r.type in facts["stateful_types"]),
    }
