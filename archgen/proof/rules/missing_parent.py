"""Rule `missing-parent`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class MissingParent(RunProblemRule):
    """A resource's parent is registered before it."""

    id = "missing-parent"
    title = "a resource's parent is registered before it"
    source = "https://www.pulumi.com/docs/iac/concepts/options/parent/"
    example = "a parent whose constructor never called `super().__init__`"
