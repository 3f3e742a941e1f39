"""Rules over an emitted project and its recording. Proof is relative to the SDK and to archgen's own tables."""

from __future__ import annotations

from archgen.proof.proving import Proof, judge, prove
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.rules import all_rules

__all__ = ["Evidence", "Finding", "Proof", "Rule", "all_rules", "judge", "prove"]
