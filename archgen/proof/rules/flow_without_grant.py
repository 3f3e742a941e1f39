"""Rule `flow-without-grant`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.references import contains_setting, depends_on_component, has_fixed_arn, setting_texts
from archgen.proof.rule import Evidence, Finding, Rule, at_flow


class FlowWithoutGrant(Rule):
    """Each flow has the resource that permits it, and that resource refers to the flow's other end."""

    id = "flow-without-grant"
    title = "each flow of the architecture has a grant that refers to its other end"
    source = "judgement: an arrow in the picture that nothing permits fails at the first call"
    example = "a `RolePolicy` named `scoring-reads-features` whose policy is for another table"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per flow; none where the update broke off, which proves nothing."""
        if evidence.up.completed:
            for flow in evidence.flows:
                problem = _problem(flow, evidence)
                if problem:
                    yield at_flow(self, flow, evidence, problem)


def _problem(flow: Mapping[str, Any], evidence: Evidence) -> str | None:
    grant = flow.get("grant")
    if not grant:
        return "no grant is expected of it"
    named = [each for each in evidence.up.of_component(grant["owner"]) if each.name == grant["name"]]
    candidates = [each for each in named if each.type in grant["types"]]
    if not candidates:
        kinds = " or ".join(kind.rpartition(":")[2] for kind in grant["types"])
        return f"there is no {kinds} named '{grant['name']}' under component '{grant['owner']}'"
    if any(_refers(each, flow, evidence) for each in candidates):
        return None
    return f"the grant '{grant['name']}' does not refer to its other end '{flow['other']}'"


def _refers(grant: Resource, flow: Mapping[str, Any], evidence: Evidence) -> bool:
    other = flow["other"]
    told = flow["grant"].get("settings") or ()
    if told and contains_setting(grant, told, evidence):
        return True
    if told and evidence.phase == "foundation" and not any(setting_texts(told, evidence)):
        return True
    if depends_on_component(grant, other, evidence):
        return True
    return evidence.phase == "foundation" and not _is_external(other, evidence) and has_fixed_arn(grant, other)


def _is_external(component: str, evidence: Evidence) -> bool:
    return any(each["id"] == component and each.get("external") for each in evidence.components)
