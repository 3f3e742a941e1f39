"""Feasibility: the rubric, the gates, the verdict, and the ways out of what cannot be met."""
