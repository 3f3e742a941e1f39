"""Rule `program-log`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class ProgramLog(RunProblemRule):
    """The program logs no warning and no error."""

    id = "program-log"
    title = "the program logs no warning and no error"
    source = "judgement: a warning that everybody has learnt to ignore hides the next one"
    example = '`pulumi.log.warn("retention is below the policy")`'
