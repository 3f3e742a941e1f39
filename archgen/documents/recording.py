"""What `archgen synth` says: each stack and phase with its resources, counts, findings and settings to fill."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from archgen.proof import Proof

PATH = "docs/recording.json"


def proof_data(proof: Proof) -> dict[str, Any]:
    """One stack in one phase as plain data."""
    return {
        "stack": proof.stack,
        "phase": proof.phase,
        "resources": [asdict(resource) for resource in proof.resources],
        "counts": dict(sorted(proof.counts.items())),
        "findings": [asdict(finding) for finding in proof.findings],
        "settings_to_fill": list(proof.settings_to_fill),
    }


def recording(proofs: Iterable[Proof]) -> bytes:
    """The document that `synth --write` keeps, in the order of stack and phase."""
    rows = [proof_data(proof) for proof in sorted(proofs, key=lambda p: (p.stack, p.phase))]
    return (json.dumps({"stacks": rows}, indent=1, sort_keys=True) + "\n").encode()
