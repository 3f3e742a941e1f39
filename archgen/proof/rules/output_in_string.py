"""Rule `output-in-string`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class OutputInString(RunProblemRule):
    """No Output is formatted into a string."""

    id = "output-in-string"
    title = "no Output is formatted into a string"
    source = "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/"
    example = '`f"s3://{bucket.bucket}/features"`'
