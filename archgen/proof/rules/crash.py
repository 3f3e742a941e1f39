"""Rule `crash`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class Crash(RunProblemRule):
    """The program runs to its end."""

    id = "crash"
    title = "the program runs to its end"
    source = "Pulumi: a program that raises fails the deployment"
    example = "`stream.arn.apply(lambda arn: arn.split('/')[5])` on an ARN with two parts"
