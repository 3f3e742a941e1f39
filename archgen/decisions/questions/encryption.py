"""Whose keys encrypt what is stored."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question

_PUBLIC = "public"


class Encryption(Question):
    """Customer keys wherever data is not public. Source: GDPR Art. 32 names encryption; the key's owner is our rule."""

    id = "encryption"
    asks = "Whose keys encrypt what is stored?"

    def decide(self, case: Case) -> Decision | None:
        classes = sorted({one for source in case.spec.sources for one in source.data if one != _PUBLIC})
        if not classes:
            return None
        return Decision(
            id=self.id,
            question=self.asks,
            choice="keys of the client, one per kind of data, with rotation",
            kind="given",
            rationale=(
                "Who may use a key decides who may read, whatever the store; a key per kind keeps logs apart from data."
            ),
            because=case.because(*(f"sources[{source.id}].data" for source in case.spec.sources)),
            rejected=(
                Rejected(
                    "keys of the provider",
                    "their use cannot be denied or audited per workload",
                    f"data: {', '.join(classes)}",
                ),
            ),
            source="Regulation (EU) 2016/679 Art. 32(1)(a) for encryption; the owner of the key is our own rule",
            confidence="judgement",
        )
