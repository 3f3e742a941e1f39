"""Facts and named defaults as data. Every row has a source, a date and a confidence."""

from archgen.knowledge.ai_act import UseCase, prohibited_practices, use_cases
from archgen.knowledge.assumptions import Assumption, Assumptions, assumptions, thresholds
from archgen.knowledge.limits import Limit, limits
from archgen.knowledge.needs import needs

__all__ = [
    "Assumption",
    "Assumptions",
    "Limit",
    "UseCase",
    "assumptions",
    "limits",
    "needs",
    "prohibited_practices",
    "thresholds",
    "use_cases",
]
