"""Rule `unknown-in-up`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class UnknownInUp(RunProblemRule):
    """Every value is known once everything is created."""

    id = "unknown-in-up"
    title = "every value is known once everything is created"
    source = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/"
    example = "an input taken from an output that the resource does not have"
