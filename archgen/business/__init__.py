"""From the figure that a business wants to move to what a model and a service have to reach."""

from archgen.business.pattern import KpiPattern, patterns, requirement_of
from archgen.business.people import people_quantities
from archgen.business.requirement import Figures, Requirement, Step
from archgen.business.success import Target, service_objectives, success

__all__ = [
    "Figures",
    "KpiPattern",
    "Requirement",
    "Step",
    "Target",
    "patterns",
    "people_quantities",
    "requirement_of",
    "service_objectives",
    "success",
]
