"""Facts and named defaults as data. Every row has a source, a date and a confidence."""

from archgen.knowledge.assumptions import Assumption, Assumptions, assumptions
from archgen.knowledge.limits import Limit, limits
from archgen.knowledge.needs import needs

__all__ = ["Assumption", "Assumptions", "Limit", "assumptions", "limits", "needs"]
