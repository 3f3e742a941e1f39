"""The network path of a flow: what has to let it through. One module per cloud, found by its name.

A module has `KINDS`: kind of path -> function of (flow, evidence) that says what is missing, None when the way is open.
Kinds are the same on every cloud: `inside` (both ends lie in the network), `endpoint` (a service of the provider
through a private entrance), `address` (an external end), and `provider` (the provider's own ground, where there is
nothing of ours to look for).
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import Any

from archgen.proof.rule import Evidence

PROVIDER = "provider"


def missing_path(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    """What is missing of the flow's path, None when the way is open."""
    kind = (flow.get("path") or {}).get("kind")
    if kind == PROVIDER:
        return None
    kinds = _kinds(evidence.cloud)
    check = kinds.get(str(kind))
    known = ", ".join(sorted([*kinds, PROVIDER]))
    return check(flow, evidence) if check else f"its path is {kind!r}, which is none of {known}"


def _kinds(cloud: str | None) -> Mapping[str, Callable[[Mapping[str, Any], Evidence], str | None]]:
    name = f"{__name__}.{cloud}"
    return importlib.import_module(name).KINDS if cloud and importlib.util.find_spec(name) else {}
