"""Topics of alarms: encrypted, open to the alarms of this account alone, and read by people."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from .topics import private_topic


def alarm_topic(
    name: str,
    key_arn: pulumi.Input[str],
    addresses: Sequence[str],
    region: str,
    account_id: pulumi.Input[str],
    parent: pulumi.Resource,
) -> pulumi.Output[str]:
    """ARN of a topic in `region` that each of `addresses` is told by, once it has confirmed its subscription.

    The key under `key_arn` has to let CloudWatch encrypt with it.
    """
    child = pulumi.ResourceOptions(parent=parent)
    alarms = pulumi.Output.format("arn:aws:cloudwatch:{0}:{1}:alarm:*", region, account_id)
    ours = {"ArnLike": {"aws:SourceArn": alarms}, "StringEquals": {"aws:SourceAccount": account_id}}
    topic, policy = private_topic(name, key_arn, "cloudwatch.amazonaws.com", ours, parent, region=region)
    for address in addresses:
        # Named by the address, not by its place in the list: a reordered list must not unsubscribe anybody.
        aws.sns.TopicSubscription(
            f"{name}-{address}", region=region, topic=topic.arn, protocol="email", endpoint=address, opts=child
        )
    # The policy's copy of the ARN: an alarm made before the policy would have nobody to tell.
    return policy.arn
