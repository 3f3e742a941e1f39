"""What protects people in the data beyond encryption."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, counted

_PERSONAL = frozenset({"pan", "phi", "special-category", "pii", "token"})


class Privacy(Question):
    """Keyed pseudonyms wherever people can be identified; stronger techniques where their case is made. Source: A5."""

    id = "privacy"
    chapter = "trust"
    asks = "Which privacy technique do the classes of data ask for, beyond encryption?"

    def decide(self, case: Case) -> Decision | None:
        sources = [source for source in case.spec.sources if _PERSONAL & set(source.data)]
        if not case.data_classes:
            return None
        labels = case.spec.problem.labels
        rows = float(labels.rows) if labels and labels.rows else 0.0
        noise = f"{rows:,.0f} rows; {case.rule('private_learning_rows')}" if rows else "nothing is trained here"
        owned = f"{counted(len(case.spec.sources), 'source')}, 1 owner"
        others = (
            Rejected(
                "differential privacy in training",
                "noise, slower training, and not for boosted trees; nothing is published",
                noise,
            ),
            Rejected("federated learning", "one owner holds all the data", owned),
            Rejected("confidential computing", "no second party and no untrusted operator is named", "1 party"),
        )
        because = case.because(*(f"sources[{one.id}].data" for one in case.spec.sources), "governance.frameworks")
        if not sources:
            return self.made(
                "none beyond encryption and access control",
                "Nobody can be identified in this data.",
                because=because,
                rejected=(
                    Rejected("keyed pseudonyms", "there is nobody to protect", f"data: {', '.join(case.data_classes)}"),
                    *others,
                ),
                flips_when=(Flip(f"sources[{case.spec.sources[0].id}].data", "includes", "pii"),),
                source="Regulation (EU) 2016/679 Art. 4(5) and 32; the rule is our own",
            )
        one = sources[0] if len(sources) == 1 else None
        return self.made(
            "keyed pseudonyms for identifiers, least columns, and erasure by retraining",
            "Models need to tell people apart, never to know who they are. The key stays with one role, and who"
            " is erased"
            " is left out of the next training.",
            because=because,
            rejected=(
                Rejected(
                    "clear identifiers under encryption",
                    "every reader sees people",
                    f"data: {', '.join(case.data_classes)}",
                ),
                *others,
            ),
            consequences=("Rotating the key breaks joins unless tokens carry its version.",),
            flips_when=(Flip(f"sources[{one.id}].data", "==", "[confidential]"),) if one else (),
            source="Regulation (EU) 2016/679 Art. 4(5), 5(1)(c), 17 and 32; the choice of technique is our own rule",
        )
