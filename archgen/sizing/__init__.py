"""Sizing: from demand to quantities, each with its formula."""

from archgen.sizing.formulae import instances_over_zones, one_year_of_growth, shards
from archgen.sizing.latency import Hop, LatencyBudget, latency_budget
from archgen.sizing.quantity import Quantity
from archgen.sizing.window import Window, batch_window, runs_skipped

__all__ = [
    "Hop",
    "LatencyBudget",
    "Quantity",
    "Window",
    "batch_window",
    "instances_over_zones",
    "latency_budget",
    "one_year_of_growth",
    "runs_skipped",
    "shards",
]
