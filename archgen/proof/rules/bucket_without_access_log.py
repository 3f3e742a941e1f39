"""Rule `bucket-without-access-log`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.paths_in_inputs import values
from archgen.proof.rule import Evidence, Finding, Rule

BUCKET = "aws:s3/bucket:Bucket"
LOGGING = "aws:s3/bucketLogging:BucketLogging"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"


class BucketWithoutAccessLog(Rule):
    """Who read what from a bucket is written down, except for the bucket that the access logs lie in."""

    id = "bucket-without-access-log"
    title = "requests to a bucket are logged, in another bucket"
    source = (
        "control S3.9; https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html: a bucket that logs into"
        " itself never stops"
    )
    example = "a `Bucket` without a `BucketLogging`"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per bucket without a log, and per bucket that logs into itself."""
        if not evidence.up.completed:
            return
        settings = evidence.up.of_type(LOGGING)
        logged = {each.inputs.get("bucket") for each in settings}
        kept = {each.inputs.get("targetBucket") for each in settings}
        kept |= {name for each in evidence.up.of_type(BALANCER) for name in values(each.inputs, "accessLogs.bucket")}
        for bucket in evidence.up.of_type(BUCKET):
            if not (logged | kept).intersection(bucket.identities):
                yield self.at(bucket, "nobody sees who read from it: give it a BucketLogging")
        for each in settings:
            if each.inputs.get("bucket") is not None and each.inputs.get("bucket") == each.inputs.get("targetBucket"):
                yield self.at(each, "the bucket logs into itself, and each log is logged again: name another")
