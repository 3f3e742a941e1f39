"""Checking many at once: specs and emitted projects, each proved in all stacks and phases, as CI does."""

from archgen.checking.formats import FORMATS, formatted
from archgen.checking.proving import Layers, chosen_layers
from archgen.checking.results import Judgement, Layer, Result
from archgen.checking.running import check
from archgen.checking.targets import Target, targets

__all__ = [
    "FORMATS",
    "Judgement",
    "Layer",
    "Layers",
    "Result",
    "Target",
    "check",
    "chosen_layers",
    "formatted",
    "targets",
]
