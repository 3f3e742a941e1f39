"""Rule `card-data-downstream`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.proof.references import depends_on_component
from archgen.proof.rule import Evidence, Finding, Rule

CARD_DATA = frozenset({"pan", "sad"})
"""Classes that PCI DSS v4.0.1 calls account data: the card number, and what authenticates its holder."""
TOKEN_KEY_ROLE = "tokenisation-key"


class CardDataDownstream(Rule):
    """Card numbers end where they become tokens: only what may use the token key has them in its hands."""

    id = "card-data-downstream"
    title = "no component but those that make tokens holds card data, and none but those may use the token key"
    source = "PCI DSS v4.0.1, 3.5.1 and 7.2.1"
    example = "a stream that card numbers flow into, or a feature job's `RolePolicy` for the token key"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per component, flow or grant beyond; none where the update broke off, which proves nothing."""
        if not evidence.up.completed:
            return
        keys = {str(each["id"]) for each in evidence.components if each.get("role") == TOKEN_KEY_ROLE}
        tokenisers = _users(keys, evidence)
        for component in evidence.components:
            yield from self._held(component, tokenisers)
        for flow in evidence.flows:
            if flow["source"] in tokenisers and flow.get("data_class") in CARD_DATA:
                component = next((each for each in evidence.components if each["id"] == flow["source"]), {})
                message = (
                    f"flow '{flow['id']}' carries {flow['data_class']} out of '{flow['source']}', which makes tokens"
                )
                yield self.general(message, file=component.get("file"), line=component.get("line"))
        yield from self._other_grants(keys, tokenisers, evidence)

    def _held(self, component: Mapping[str, Any], tokenisers: frozenset[str]) -> Iterator[Finding]:
        held = sorted(CARD_DATA & set(component.get("data_classes", ())))
        if held and not component.get("external") and component["id"] not in tokenisers:
            message = (
                f"component '{component['id']}' holds {' and '.join(held)} and has no token key to make tokens with"
            )
            yield self.general(message, file=component.get("file"), line=component.get("line"))

    def _other_grants(self, keys: set[str], tokenisers: frozenset[str], evidence: Evidence) -> Iterator[Finding]:
        grant_types = set((evidence.coverage or {}).get("grant_types", ()))
        for resource in evidence.up.resources:
            owner = resource.component
            if resource.type not in grant_types or owner in keys or owner in tokenisers:
                continue
            for key in sorted(keys):
                if depends_on_component(resource, key, evidence):
                    yield self.at(resource, f"component '{owner}' holds no card data and may use the token key '{key}'")


def _users(keys: set[str], evidence: Evidence) -> frozenset[str]:
    """The components that a flow from a token key leads to and that card data reaches: they make the tokens."""
    classes = {str(each["id"]): set(each.get("data_classes", ())) for each in evidence.components}
    users = {str(flow["target"]) for flow in evidence.flows if flow["source"] in keys}
    return frozenset(user for user in users if classes.get(user, set()) & CARD_DATA)
