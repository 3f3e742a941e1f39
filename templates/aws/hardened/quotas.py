"""What parts take of the quotas of their account, by the names that Service Quotas knows them under."""

from __future__ import annotations

from ..contracts import QuotaNeed

FARGATE_VCPUS = 6
"""What a new account may run at once."""
SHARDS = 200
LARGE_REGION_SHARDS = 500
LARGE_REGIONS = ("eu-west-1", "us-east-1", "us-west-2")
BROKERS = 90


def fargate_vcpus(vcpus: int) -> QuotaNeed:
    """vCPU of all tasks at once, those of a deployment beside those that it replaces."""
    return QuotaNeed(
        service_code="fargate",
        quota_name="Fargate On-Demand vCPU resource count",
        needed=vcpus,
        default=FARGATE_VCPUS,
    )


def stream_shards(shards: int, region: str) -> QuotaNeed:
    """Shards of a stream; all streams of the region share the quota."""
    default = LARGE_REGION_SHARDS if region in LARGE_REGIONS else SHARDS
    return QuotaNeed(service_code="kinesis", quota_name="Shards per Region", needed=shards, default=default)


def brokers(number: int) -> QuotaNeed:
    """Brokers of a cluster; all clusters of the region share the quota."""
    return QuotaNeed(service_code="kafka", quota_name="Number of brokers per account", needed=number, default=BROKERS)


def instances(instance_type: str, use: str, number: int) -> QuotaNeed:
    """Instances of SageMaker for `use`, e.g. `endpoint usage`. How many a new account has, AWS states nowhere."""
    return QuotaNeed(service_code="sagemaker", quota_name=f"{instance_type} for {use}", needed=number, default=0)
