"""Blueprints: which topology a spec gets. `builder` and `learning` hold what several of them share."""

from archgen.blueprints.builder import Builder, most_sensitive
from archgen.blueprints.catalogue import Blueprint, blueprints, choose
from archgen.blueprints.learning import (
    add_account_baseline,
    add_backup,
    add_cost_guard,
    add_curation,
    add_intake,
    add_learning,
    add_monitoring,
    add_second_region,
    add_training,
    add_unserved,
    add_workbench,
)

__all__ = [
    "Blueprint",
    "Builder",
    "add_account_baseline",
    "add_backup",
    "add_cost_guard",
    "add_curation",
    "add_intake",
    "add_learning",
    "add_monitoring",
    "add_second_region",
    "add_training",
    "add_unserved",
    "add_workbench",
    "blueprints",
    "choose",
    "most_sensitive",
]
