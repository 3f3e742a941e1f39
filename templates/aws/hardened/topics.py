"""Topics: encrypted, by TLS alone, and open to the one service that publishes to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws


def private_topic(
    name: str,
    key_arn: pulumi.Input[str],
    service: str,
    conditions: Mapping[str, Mapping[str, Any]],
    parent: pulumi.Resource,
    *,
    region: str | None = None,
) -> tuple[aws.sns.Topic, aws.sns.TopicPolicy]:
    """A topic that `service` (e.g. `cloudwatch.amazonaws.com`) publishes to under `conditions`, and its policy.

    The key under `key_arn` has to let the service encrypt with it. `region` is another than the stack's.
    """
    options = pulumi.ResourceOptions(parent=parent)
    topic = aws.sns.Topic(name, region=region, kms_master_key_id=key_arn, opts=options)
    statements = [
        {
            "Sid": "Publishes",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": conditions,
        },
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": topic.arn,
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
    policy = aws.sns.TopicPolicy(
        name,
        region=region,
        arn=topic.arn,
        policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=options,
    )
    return topic, policy
