"""Sizing: from demand to quantities, each with its formula."""

from archgen.sizing.endpoint import Fleet, fleet
from archgen.sizing.formulae import batch_instances, instances_over_zones, one_year_of_growth, shards
from archgen.sizing.latency import Hop, LatencyBudget, hops_of, latency_budget
from archgen.sizing.quantity import Quantity, reckoned
from archgen.sizing.window import Window, batch_window, runs_skipped
from archgen.sizing.workload import outline_sizing, workload_sizing

__all__ = [
    "Fleet",
    "Hop",
    "LatencyBudget",
    "Quantity",
    "Window",
    "batch_instances",
    "batch_window",
    "fleet",
    "hops_of",
    "instances_over_zones",
    "latency_budget",
    "one_year_of_growth",
    "outline_sizing",
    "reckoned",
    "runs_skipped",
    "shards",
    "workload_sizing",
]
