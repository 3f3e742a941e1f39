"""Whose keys encrypt what is stored."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_CLIENT = "keys of the client, one per kind of data, with rotation"
_PROVIDER = "keys of the provider"


class Encryption(Question):
    """Customer keys wherever data is not public. Source: GDPR Art. 32 names encryption; the key's owner is our rule."""

    id = "encryption"
    chapter = "trust"
    asks = "Whose keys encrypt what is stored?"

    def decide(self, case: Case) -> Decision | None:
        classes = case.data_classes
        secret = [source for source in case.spec.sources if set(source.data) - {"public"}]
        one = secret[0] if len(secret) == 1 else None
        flips: tuple[Flip, ...] = ()
        if one:
            flips = (Flip(f"sources[{one.id}].data", "==", "[public]"),)
        elif not secret:
            flips = (Flip(f"sources[{case.spec.sources[0].id}].data", "includes", "confidential"),)
        said = f"data: {', '.join(classes) or 'public'}"
        return self.made(
            _CLIENT if secret else _PROVIDER,
            "Who may use a key decides who may read, whatever the store; a key per kind keeps logs apart from data."
            if secret
            else "Nothing here is secret: a key of one's own would only be one more thing to keep.",
            because=case.because(*(f"sources[{source.id}].data" for source in case.spec.sources)),
            rejected=(
                Rejected(
                    _PROVIDER if secret else _CLIENT,
                    "their use cannot be denied or audited per workload" if secret else "nothing to deny to anybody",
                    said,
                ),
            ),
            consequences=("Who loses the key loses the data: deletion of keys waits, and is watched.",)
            if secret
            else (),
            flips_when=flips,
            source="Regulation (EU) 2016/679 Art. 32(1)(a) for encryption; the owner of the key is our own rule",
        )
