"""Sizing: from demand to quantities, each with its formula."""

from archgen.sizing.formulae import instances_over_zones, one_year_of_growth, shards
from archgen.sizing.latency import Hop, LatencyBudget, latency_budget
from archgen.sizing.quantity import Quantity

__all__ = [
    "Hop",
    "LatencyBudget",
    "Quantity",
    "instances_over_zones",
    "latency_budget",
    "one_year_of_growth",
    "shards",
]
