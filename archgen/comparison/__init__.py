"""What two specs change: in decisions, topology, sizing and program, in that order."""

from archgen.comparison.changes import Change, Comparison, compare
from archgen.comparison.side import Side, side_of
from archgen.comparison.text import comparison_text

__all__ = ["Change", "Comparison", "Side", "compare", "comparison_text", "side_of"]
