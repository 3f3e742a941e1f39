"""Rule `store-without-tls`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.proof.policies import Statement, guarding
from archgen.proof.rule import Evidence, Finding, Rule

STORES = {
    "aws:s3/bucket:Bucket": ("aws:s3/bucketPolicy:BucketPolicy", "bucket"),
    "aws:sqs/queue:Queue": ("aws:sqs/queuePolicy:QueuePolicy", "queueUrl"),
    "aws:sns/topic:Topic": ("aws:sns/topicPolicy:TopicPolicy", "arn"),
}


class StoreWithoutTls(Rule):
    """Buckets, queues and topics refuse whoever does not come by TLS."""

    id = "store-without-tls"
    title = "buckets, queues and topics refuse requests without TLS"
    source = "control S3.5; https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html"
    example = "a `BucketPolicy` without a Deny on `aws:SecureTransport` false"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per store whose policy does not refuse plain HTTP."""
        if not evidence.up.completed:
            return
        refusing = {policy.urn: policy for policy, statement in guarding(evidence.up) if _refuses(statement)}
        for type, (policy_type, key) in STORES.items():
            policies = [each for each in refusing.values() if each.type == policy_type]
            for store in evidence.up.of_type(type):
                if not any(each.inputs.get(key) in store.identities for each in policies):
                    yield self.at(store, "its policy does not refuse requests without TLS (aws:SecureTransport)")


def _refuses(statement: Statement) -> bool:
    told = {key.lower(): value for test in statement.conditions.values() for key, value in test.items()}
    everybody = any(name == "*" for _, name in statement.principals)
    return not statement.allows and everybody and str(told.get("aws:securetransport")).lower() == "false"
