"""Queues that keep what was not delivered, or what a person has to see: encrypted, by TLS alone, for 14 days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Platform

KEEP_SECONDS = 14 * 24 * 3600
"""The longest that SQS keeps a message."""


def kept_queue(
    name: str,
    platform: Platform,
    parent: pulumi.Resource,
    *,
    key_arn: pulumi.Input[str],
    from_rules: bool = False,
) -> aws.sqs.Queue:
    """A queue of kept messages. `from_rules` lets the EventBridge rules of this account and region send to it.

    EventBridge also needs the key's own permission to encrypt for the queue.
    """
    queue = aws.sqs.Queue(
        name,
        kms_master_key_id=key_arn,
        kms_data_key_reuse_period_seconds=300,
        message_retention_seconds=KEEP_SECONDS,
        opts=pulumi.ResourceOptions(parent=parent, protect=platform.protected),
    )
    aws.sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        policy=pulumi.Output.json_dumps(
            {"Version": "2012-10-17", "Statement": _statements(queue, platform, from_rules=from_rules)}
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return queue


def waiting(name: str, title: str, queue: aws.sqs.Queue) -> Metric:
    """How many messages lie in the queue."""
    return Metric(
        title=f"{name}: {title}",
        namespace="AWS/SQS",
        name="ApproximateNumberOfMessagesVisible",
        statistic="Maximum",
        dimensions={"QueueName": queue.name},
    )


def _statements(queue: aws.sqs.Queue, platform: Platform, *, from_rules: bool) -> Sequence[Mapping[str, Any]]:
    tls_only = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": queue.arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    if not from_rules:
        return [tls_only]
    rules = pulumi.Output.format("arn:aws:events:{0}:{1}:rule/*", platform.region, platform.account_id)
    return [
        tls_only,
        {
            "Sid": "RulesOfThisAccount",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sqs:SendMessage",
            "Resource": queue.arn,
            "Condition": {"ArnLike": {"aws:SourceArn": rules}},
        },
    ]
