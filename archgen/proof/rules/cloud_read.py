"""Rule `cloud-read`."""

from __future__ import annotations

from archgen.proof.run_problems import RunProblemRule


class CloudRead(RunProblemRule):
    """The program reads no existing resource from the cloud."""

    id = "cloud-read"
    title = "the program reads no existing resource from the cloud"
    source = "judgement: a preview should need no credentials and read the same everywhere"
    example = '`aws.s3.Bucket.get("lake", "existing-lake")`'
