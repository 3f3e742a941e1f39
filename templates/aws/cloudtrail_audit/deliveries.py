"""Word of each file that the trail delivers, on a topic that the client's security monitoring subscribes to.

People are told by alarms instead; a message every few minutes would teach them to look away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform
from ..hardened.keys import service_use
from ..hardened.topics import private_topic

TRAIL = "cloudtrail.amazonaws.com"


def encrypts_deliveries(name: str, platform: Platform) -> Mapping[str, Any]:
    """The statement of the topic's key that lets CloudTrail write to it, and to no other topic."""
    topics = pulumi.Output.format("arn:aws:sns:{0}:{1}:{2}-*", platform.region, platform.account_id, name)
    return service_use(
        "TrailTellsOfFiles",
        TRAIL,
        ["kms:Decrypt", "kms:GenerateDataKey*"],
        {"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}},
    )


def deliveries_topic(
    name: str, key_arn: pulumi.Input[str], trail_arn: pulumi.Input[str], parent: pulumi.Resource
) -> tuple[aws.sns.Topic, aws.sns.TopicPolicy]:
    """The topic, and its policy, before which CloudTrail refuses to name it."""
    return private_topic(name, key_arn, TRAIL, {"StringEquals": {"aws:SourceArn": trail_arn}}, parent)
