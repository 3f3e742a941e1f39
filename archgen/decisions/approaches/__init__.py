"""The families of approaches, one module for each kind of problem: what decides, and what was ruled out."""

from archgen.decisions.approaches.anomalies import anomalies
from archgen.decisions.approaches.fraud import fraud
from archgen.decisions.approaches.language import extraction, generation
from archgen.decisions.approaches.recommending import recommending
from archgen.decisions.approaches.tabular import tabular
from archgen.decisions.approaches.vision import vision

__all__ = ["anomalies", "extraction", "fraud", "generation", "recommending", "tabular", "vision"]
