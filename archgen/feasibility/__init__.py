"""Feasibility: the rubric, the gates, the verdict, and the ways out of what cannot be met."""

from archgen.feasibility.assessment import Feasibility, Score, assess
from archgen.feasibility.gates import Gate, prohibited
from archgen.feasibility.relaxing import Relaxation, ways_out
from archgen.feasibility.rubric import Evidence

__all__ = ["Evidence", "Feasibility", "Gate", "Relaxation", "Score", "assess", "prohibited", "ways_out"]
