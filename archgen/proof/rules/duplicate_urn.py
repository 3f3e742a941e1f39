"""Rule `duplicate-urn`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class DuplicateUrn(RunProblemRule):
    """Every resource has its own URN."""

    id = "duplicate-urn"
    title = "every resource has its own URN"
    source = "https://www.pulumi.com/docs/iac/concepts/resources/names/"
    example = "two buckets named `lake` under one component"
