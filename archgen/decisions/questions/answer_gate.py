"""What keeps a generated answer from doing harm."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question


class AnswerGate(Question):
    """A golden set before each release, guardrails around each answer. Source: MON-09; KPI-08; own rule."""

    id = "answer-gate"
    chapter = "trust"
    asks = "What stands between a language model and those who read its answers?"
    requires = ("approach",)

    def decide(self, case: Case) -> Decision | None:
        if case.spec.problem.decision.effect != "generative":
            return None
        return self.made(
            "a gate before each release (groundedness of at least 0.95 on a golden set) and guardrails around"
            " each answer",
            "Prompts, models and documents change: the same questions are asked again before each change goes live."
            " Guardrails take personal data, attacks on the prompt and ungrounded sentences out while it runs.",
            because=case.because("problem.task", "problem.interpretability", "problem.decision.automation"),
            rejected=(
                Rejected(
                    "guardrails alone",
                    "nobody would know whether a change made answers worse",
                    "0 questions asked before a release",
                ),
                Rejected(
                    "reading samples afterwards", "the first reader is the client", "at most 1 % of answers are read"
                ),
                Rejected("similarity of words (BLEU)", "rewards the same words, not the same facts", "0 facts checked"),
            ),
            consequences=(
                "Audited answers may be wrong in 1 % of cases at most; each is read with its passages.",
                "People are told that they deal with a machine (EU AI Act Art. 50).",
            ),
        )
