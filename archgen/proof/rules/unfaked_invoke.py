"""Rule `unfaked-invoke`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class UnfakedInvoke(RunProblemRule):
    """The program asks the cloud for nothing that an offline run cannot answer."""

    id = "unfaked-invoke"
    title = "the program asks the cloud for nothing that an offline run cannot answer"
    source = "judgement: a preview should need no credentials and read the same everywhere"
    example = "`aws.ec2.get_ami(most_recent=True)`"
