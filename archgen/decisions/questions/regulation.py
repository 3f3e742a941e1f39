"""The class of the system under the EU AI Act, and what follows."""

from __future__ import annotations

from archgen.decisions.ai_act import classified
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge.ai_act import SOURCE

_HIGH_DUTIES = (
    "Human oversight, logging, technical documentation, data governance and accuracy (Art. 9 to 15) from that date.",
    "Logs are kept for six months at least (Art. 19 and 26(6)).",
)


class Regulation(Question):
    """A pre-assessment from the spec alone. Source: Regulation (EU) 2024/1689, Art. 2, 5, 6, 50, Annex III."""

    id = "regulation"
    chapter = "trust"
    asks = "Which class of the EU AI Act is the system in, and from when do its duties apply?"

    def decide(self, case: Case) -> Decision | None:
        found = classified(case.spec)
        decision = case.spec.problem.decision
        because = case.because(
            "problem.decision.effect", "problem.decision.subjects", "problem.decision.role", "governance.data_subjects"
        )
        if found.use is None:
            return self.made(
                "out of scope: nobody in the Union is concerned, as far as the spec says",
                "The Act follows the place of the market and of the people concerned (Art. 2).",
                because=because,
                rejected=(Rejected("any class of the Act", "no exposure to the Union", found.found),),
                consequences=_others(case),
                flips_when=(Flip("governance.frameworks", "includes", "eu-ai-act"),),
                source=SOURCE,
                confidence="documented",
            )
        use = found.use
        others = [name for name in ("prohibited", "high-risk", "limited", "minimal") if not name.startswith(use.risk)]
        art_22 = decision.subjects == "natural-persons" and decision.automation == "automatic"
        word = {"high": "high-risk"}.get(use.risk, use.risk)
        return self.made(
            f"{word}: {use.use.lower()} ({use.basis}), duties from {use.applies}",
            f"{use.note}. A pre-assessment from the spec: a lawyer has to confirm it.",
            because=because,
            rejected=tuple(Rejected(name, "does not match the use", found.found) for name in others),
            consequences=(
                *(_HIGH_DUTIES if use.risk == "high" else ()),
                *(
                    ("GDPR Art. 22 applies: a way to contest, and a person who can decide otherwise.",)
                    if art_22
                    else ()
                ),
                *(
                    ("GDPR Art. 35: an impact assessment of data protection comes before the pilot.",)
                    if decision.subjects == "natural-persons"
                    else ()
                ),
                *_others(case),
            ),
            flips_when=(
                Flip("problem.decision.effect", "==", "marketing" if use.risk in ("high", "limited") else "generative"),
            ),
            source=SOURCE,
            confidence="documented",
        )


def _others(case: Case) -> tuple[str, ...]:
    if "phi" not in case.data_classes:
        return ()
    return (
        "Health data goes to no service outside the business associate agreement; ask whether it is a medical device.",
    )
