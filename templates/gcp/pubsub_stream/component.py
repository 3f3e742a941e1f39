"""Event stream on Pub/Sub: one topic with a schema, kept in the region, and a subscription for each reader."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import Metric, Platform, PubSubConnection, Subscribed, Workload
from ..hardened.monitoring import alarm

ENVELOPE = pathlib.Path(__file__).with_name("envelope.avsc")
DELIVERY_ATTEMPTS = 5
KEEP_DEAD_LETTERS = "1209600s"


@dataclass(frozen=True, kw_only=True)
class PubSubStreamArgs:
    platform: Platform
    retention_hours: int
    """How far back it can be read again, 1 to 744."""
    max_unread_seconds: int = 30
    """Age at which a message that a reader has not taken yet calls for a person."""


class PubSubStream(pulumi.ComponentResource):
    """An `EventStream`."""

    connection: PubSubConnection
    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: PubSubStreamArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:PubSubStream", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._retention = f"{args.retention_hours * 3600}s"
        dead_letters = self._topic(f"{name}-dead-letters", None, KEEP_DEAD_LETTERS)
        self._dead_letters = self._dead_letter_subscription(dead_letters)
        self._topic_made = self._topic(name, self._schema(), self._retention)
        # By the agent's grant, so that whoever dead-letters waits for the right to do so.
        allowed = self._let_agent_forward(dead_letters)
        self.connection = PubSubConnection(
            topic_id=self._topic_made.id,
            dead_letter_topic_id=pulumi.Output.all(dead_letters.id, allowed.id).apply(lambda ids: ids[0]),
        )
        self.metrics = self._watched()
        self.alarms = self._alarms()
        self.register_outputs({"topic_id": self.connection.topic_id})

    def subscribe(self, reader: Workload) -> Subscribed:
        # The stream's, not the reader's: it keeps what nobody has read yet while the reader is replaced.
        name = f"{reader.name}-reads-{self._name}"
        subscription = gcp.pubsub.Subscription(
            name,
            topic=self.connection.topic_id,
            ack_deadline_seconds=60,
            message_retention_duration=self._retention,
            # The default forgets a subscription that nobody has used for 31 days.
            expiration_policy=gcp.pubsub.SubscriptionExpirationPolicyArgs(ttl=""),
            retry_policy=gcp.pubsub.SubscriptionRetryPolicyArgs(minimum_backoff="10s", maximum_backoff="600s"),
            dead_letter_policy=gcp.pubsub.SubscriptionDeadLetterPolicyArgs(
                dead_letter_topic=self.connection.dead_letter_topic_id, max_delivery_attempts=DELIVERY_ATTEMPTS
            ),
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected),
        )
        # Without it a message that was given up is neither forwarded nor reported: it is redelivered for ever.
        forwarded = gcp.pubsub.SubscriptionIAMMember(
            f"{name}-dead-letters",
            subscription=subscription.name,
            role="roles/pubsub.subscriber",
            member=self._platform.agents.pubsub,
            project=self._platform.project_id,
            opts=self._child,
        )
        allowed = gcp.pubsub.SubscriptionIAMMember(
            name,
            subscription=subscription.name,
            role="roles/pubsub.subscriber",
            member=reader.member,
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=reader.component),
        )
        return Subscribed(
            subscription_id=subscription.id, subscription_name=subscription.name, permissions=[allowed, forwarded]
        )

    def grant_write(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return [
            gcp.pubsub.TopicIAMMember(
                f"{writer.name}-writes-{self._name}",
                topic=self._topic_made.name,
                role="roles/pubsub.publisher",
                member=writer.member,
                project=self._platform.project_id,
                opts=pulumi.ResourceOptions(parent=writer.component),
            )
        ]

    def _schema(self) -> gcp.pubsub.Schema:
        """Guards the envelope. The document inside is the bridge's to check: Avro's JSON marks the types of a union,
        which no event outside Avro does."""
        return gcp.pubsub.Schema(
            self._name,
            type="AVRO",
            definition=ENVELOPE.read_text(encoding="utf-8"),
            project=self._platform.project_id,
            opts=self._child,
        )

    def _topic(self, name: str, schema: gcp.pubsub.Schema | None, retention: str) -> gcp.pubsub.Topic:
        return gcp.pubsub.Topic(
            name,
            kms_key_name=self._platform.keys.streams,
            message_retention_duration=retention,
            message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs(
                # Without it a message is stored wherever its publisher happens to be.
                allowed_persistence_regions=[self._platform.region],
                enforce_in_transit=True,
            ),
            schema_settings=None
            if schema is None
            else gcp.pubsub.TopicSchemaSettingsArgs(schema=schema.id, encoding="JSON"),
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected),
        )

    def _dead_letter_subscription(self, topic: gcp.pubsub.Topic) -> gcp.pubsub.Subscription:
        """A topic without one keeps nothing of what it is sent."""
        return gcp.pubsub.Subscription(
            f"{self._name}-dead-letters",
            topic=topic.id,
            message_retention_duration=KEEP_DEAD_LETTERS,
            expiration_policy=gcp.pubsub.SubscriptionExpirationPolicyArgs(ttl=""),
            project=self._platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected),
        )

    def _let_agent_forward(self, dead_letters: gcp.pubsub.Topic) -> gcp.pubsub.TopicIAMMember:
        return gcp.pubsub.TopicIAMMember(
            f"{self._name}-dead-letters",
            topic=dead_letters.name,
            role="roles/pubsub.publisher",
            member=self._platform.agents.pubsub,
            project=self._platform.project_id,
            opts=self._child,
        )

    def _watched(self) -> Sequence[Metric]:
        topic = {"resource.labels.topic_id": self._topic_made.name}
        return [
            Metric(
                title=f"{self._name}: messages published",
                type="pubsub.googleapis.com/topic/send_message_operation_count",
                resource_type="pubsub_topic",
                aligner="ALIGN_DELTA",
                reducer="REDUCE_SUM",
                labels=topic,
            ),
            Metric(
                title=f"{self._name}: publishing refused",
                type="pubsub.googleapis.com/topic/send_request_count",
                resource_type="pubsub_topic",
                aligner="ALIGN_DELTA",
                reducer="REDUCE_SUM",
                labels={**topic, "metric.labels.response_class": "invalid"},
            ),
            Metric(
                title=f"{self._name}: age of the oldest unread message (s)",
                type="pubsub.googleapis.com/topic/oldest_unacked_message_age_by_region",
                resource_type="pubsub_topic",
                aligner="ALIGN_MAX",
                reducer="REDUCE_MAX",
                labels=topic,
            ),
            Metric(
                title=f"{self._name}: dead letters",
                type="pubsub.googleapis.com/subscription/num_undelivered_messages",
                resource_type="pubsub_subscription",
                aligner="ALIGN_MAX",
                reducer="REDUCE_MAX",
                labels={"resource.labels.subscription_id": self._dead_letters.name},
            ),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        _, refused, unread, dead_letters = self.metrics
        return [
            alarm(
                f"{self._name}-refused",
                refused,
                f"Publishing to {self._name} is refused: the envelope does not follow the topic's schema, or the"
                " project is at its publishing quota. The publisher's log repeats the answer.",
                0,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-unread",
                unread,
                f"A reader of {self._name} is more than {self._args.max_unread_seconds} s behind. Look at the readers"
                " in turn, the feature worker first: restarts, a slow cache, or too few instances.",
                self._args.max_unread_seconds,
                self._platform,
                self,
            ),
            alarm(
                f"{self._name}-dead-letters",
                dead_letters,
                f"Messages of {self._name} were given up after {DELIVERY_ATTEMPTS} deliveries. They lie in the"
                " dead-letter subscription for 14 days; an attribute names the subscription that they failed in.",
                0,
                self._platform,
                self,
                minutes=1,
            ),
        ]
