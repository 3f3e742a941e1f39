"""Rule `missing-dependency`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class MissingDependency(RunProblemRule):
    """A resource depends on registered resources only."""

    id = "missing-dependency"
    title = "a resource depends on registered resources only"
    source = "https://www.pulumi.com/docs/iac/concepts/options/dependson/"
    example = "`depends_on` a resource of another program"
