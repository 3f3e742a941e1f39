"""The table of mutations: each fault, how it is planted on each cloud, and the rule that has to catch it there.

The tests plant them all, and `scripts/write_caught.py` writes what caught them to `docs/caught.md`.
"""

from __future__ import annotations

from tests.proof.mutations.availability import AVAILABILITY
from tests.proof.mutations.design import DESIGN
from tests.proof.mutations.identity import IDENTITY
from tests.proof.mutations.invariants import INVARIANTS
from tests.proof.mutations.mutation import CLOUDS, Change, Mutation, NotHere, Plant, Text
from tests.proof.mutations.network import NETWORK
from tests.proof.mutations.program import PROGRAM
from tests.proof.mutations.protection import PROTECTION
from tests.proof.mutations.reference_inputs import REFERENCE_INPUTS
from tests.proof.mutations.reference_program import REFERENCE_PROGRAM

REFERENCE = tuple(sorted((*REFERENCE_PROGRAM, *REFERENCE_INPUTS), key=lambda mutation: mutation.id))
"""Faults of the kinds that offline layers were first measured with."""
OWN = (*PROGRAM, *IDENTITY, *NETWORK, *PROTECTION, *AVAILABILITY, *DESIGN, *INVARIANTS)
MUTATIONS = (*REFERENCE, *OWN)

__all__ = ["CLOUDS", "MUTATIONS", "OWN", "REFERENCE", "Change", "Mutation", "NotHere", "Plant", "Text"]
