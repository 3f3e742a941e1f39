"""Rule `component-without-resources`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.proof.rule import Evidence, Finding, Rule


class ComponentWithoutResources(Rule):
    """Every component of the architecture becomes resources, unless it lies outside or exists already."""

    id = "component-without-resources"
    title = "every component of the architecture becomes resources"
    source = "judgement: a box in the picture that the code does not have is a silent loss"
    example = "a component `lake` in docs/coverage.json that `__main__.py` does not make"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per component without a resource; none where the update broke off, which proves nothing."""
        if not evidence.up.completed:
            return
        for component in evidence.components:
            if component.get("external") or _exists_already(component, evidence):
                continue
            if component.get("phase") == "live" and evidence.phase != "live":
                continue
            if not any(each.from_provider for each in evidence.up.of_component(component["id"])):
                message = f"component '{component['id']}' has no resource in stack {evidence.stack}"
                yield self.general(message, file=component.get("file"), line=component.get("line"))


def _exists_already(component: Mapping[str, Any], evidence: Evidence) -> bool:
    network_exists = any((flow.get("path") or {}).get("network") == "existing" for flow in evidence.flows)
    return bool(component.get("existing")) or (component["id"] == "network" and network_exists)
