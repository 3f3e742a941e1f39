"""What people decide, and how many of them that takes."""

from __future__ import annotations

from archgen.decisions.ai_act import classified
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_SOURCE = "GDPR Art. 22; EU AI Act Art. 14"


class Oversight(Question):
    """By automation, and stricter for high-risk uses. Source: patterns of human oversight, Art. 14 and GDPR Art. 22."""

    id = "oversight"
    chapter = "trust"
    asks = "What do people decide, and what does the system decide alone?"

    def decide(self, case: Case) -> Decision | None:
        decision = case.spec.problem.decision
        if decision.subjects == "things" and decision.automation == "automatic":
            return None
        automation = decision.automation
        if classified(case.spec).risk == "high" and automation == "automatic":
            automation = "human-in-loop"
        ways = {
            "advisory": "a person decides; the system orders, explains and never acts alone",
            "human-in-loop": "a queue with a deadline: a person confirms what lies between the thresholds",
            "automatic": "the system decides; who is concerned can contest, and a person can override or stop it",
        }
        raised = automation != decision.automation
        return self.made(
            ways[automation],
            "The Act asks for human oversight of this use, whatever the spec says."
            if raised
            else "A person can follow the reasons, and what people answer is the next label.",
            because=case.because("problem.decision.effect", "problem.decision.automation", "problem.decision.subjects"),
            rejected=tuple(
                Rejected(
                    way,
                    "not what the spec asks for" if not raised else "oversight is required",
                    f"automation: {decision.automation}",
                )
                for name, way in ways.items()
                if name != automation
            ),
            consequences=_consequences(case),
            flips_when=(
                Flip("problem.decision.automation", "==", "advisory" if automation != "advisory" else "human-in-loop"),
            ),
            kind="decided" if raised else "given",
            source=_SOURCE,
            confidence="documented",
        )


def _consequences(case: Case) -> tuple[str, ...]:
    said = ["The queue promises 90 % within 4 hours; overrides and agreement between reviewers are measured."]
    if case.spec.problem.decision.subjects == "natural-persons":
        said.append("No significant decision is taken by the system alone without a way to contest it (GDPR Art. 22).")
    if "phi" in case.data_classes:
        said.append("A medical-device question is open: the intended purpose decides (MDR, FDA). Ask before a pilot.")
    return tuple(said)
