"""Decisions: one question per module, asked in the order that their requirements give."""

from archgen.decisions.clouds import scored
from archgen.decisions.decision import Because, Decision, Decisions, Flip, Rejected
from archgen.decisions.making import decide, questions
from archgen.decisions.question import Case, Question

__all__ = [
    "Because",
    "Case",
    "Decision",
    "Decisions",
    "Flip",
    "Question",
    "Rejected",
    "decide",
    "questions",
    "scored",
]
