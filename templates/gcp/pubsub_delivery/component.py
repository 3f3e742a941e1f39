"""Delivery of a stream into the lake: a subscription that Pub/Sub itself writes to BigQuery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import EventStream, Lake, Metric, Platform, Workload
from ..hardened.identity import service_account
from ..hardened.monitoring import alarm

DELIVERY_ATTEMPTS = 10
KEEP_UNDELIVERED = "604800s"
TOKEN_CREATOR = "roles/iam.serviceAccountTokenCreator"
LATE_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class PubSubDeliveryArgs:
    platform: Platform
    source: EventStream
    source_name: str
    """Id of the stream, which the grant is named after."""
    destination: Lake


class PubSubDelivery(pulumi.ComponentResource):
    """Each message becomes a row, with its metadata; what cannot is kept as a dead letter of the stream."""

    alarms: Sequence[gcp.monitoring.AlertPolicy]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: PubSubDeliveryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:PubSubDelivery", name, None, opts)
        self._name, self._platform = name, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        account = service_account(name, f"Writes what {args.source_name} carries to the lake", args.platform, self)
        writer = Workload(name=name, component=self, member=account.member)
        granted = [*args.destination.grant_write(writer, args.destination.landing), self._let_agent_act(account)]
        self._subscription = self._subscribe(args, account, granted)
        # Without it a message that BigQuery refuses is neither forwarded nor reported.
        gcp.pubsub.SubscriptionIAMMember(
            f"{name}-dead-letters",
            subscription=self._subscription.name,
            role="roles/pubsub.subscriber",
            member=args.platform.agents.pubsub,
            project=args.platform.project_id,
            opts=self._child,
        )
        self.metrics = self._watched()
        self.alarms = self._alarms()
        self.register_outputs({"subscription": self._subscription.name})

    def _let_agent_act(self, account: gcp.serviceaccount.Account) -> pulumi.Resource:
        """Pub/Sub writes as this account: its agent may write to nothing itself."""
        return gcp.serviceaccount.IAMMember(
            f"{self._name}-pubsub",
            service_account_id=account.name,
            role=TOKEN_CREATOR,
            member=self._platform.agents.pubsub,
            opts=self._child,
        )

    def _subscribe(
        self, args: PubSubDeliveryArgs, account: gcp.serviceaccount.Account, granted: Sequence[pulumi.Resource]
    ) -> gcp.pubsub.Subscription:
        connection = args.source.connection
        return gcp.pubsub.Subscription(
            f"{self._name}-reads-{args.source_name}",
            topic=connection.topic_id,
            message_retention_duration=KEEP_UNDELIVERED,
            expiration_policy=gcp.pubsub.SubscriptionExpirationPolicyArgs(ttl=""),
            retry_policy=gcp.pubsub.SubscriptionRetryPolicyArgs(minimum_backoff="10s", maximum_backoff="600s"),
            dead_letter_policy=gcp.pubsub.SubscriptionDeadLetterPolicyArgs(
                dead_letter_topic=connection.dead_letter_topic_id, max_delivery_attempts=DELIVERY_ATTEMPTS
            ),
            bigquery_config=gcp.pubsub.SubscriptionBigqueryConfigArgs(
                table=args.destination.landing.path,
                use_topic_schema=True,
                write_metadata=True,
                # A field that the table does not have yet would otherwise be dropped in silence.
                drop_unknown_fields=False,
                service_account_email=account.email,
            ),
            project=self._platform.project_id,
            # Pub/Sub checks the account's rights when the subscription is made.
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected, depends_on=list(granted)),
        )

    def _watched(self) -> Sequence[Metric]:
        def metric(title: str, kind: str, aligner: str, reducer: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                type=f"pubsub.googleapis.com/subscription/{kind}",
                resource_type="pubsub_subscription",
                aligner=aligner,
                reducer=reducer,
                labels={"resource.labels.subscription_id": self._subscription.name},
            )

        return [
            metric("rows written", "sent_message_count", "ALIGN_DELTA", "REDUCE_SUM"),
            metric(
                "age of the oldest undelivered message (s)", "oldest_unacked_message_age", "ALIGN_MAX", "REDUCE_MAX"
            ),
            metric("given up", "dead_letter_message_count", "ALIGN_DELTA", "REDUCE_SUM"),
        ]

    def _alarms(self) -> Sequence[gcp.monitoring.AlertPolicy]:
        _, late, given_up = self.metrics
        return [
            alarm(
                f"{self._name}-late",
                late,
                f"Messages have waited for more than {LATE_SECONDS} s to be written: the table refuses them, or the "
                "account has lost its right to write. They are kept for seven days; the subscription's state says why.",
                LATE_SECONDS,
                self._platform,
                self,
                minutes=5,
            ),
            alarm(
                f"{self._name}-given-up",
                given_up,
                f"BigQuery refused messages {DELIVERY_ATTEMPTS} times and they became dead letters of the stream: "
                "compare the topic's schema with the table's columns.",
                0,
                self._platform,
                self,
                minutes=1,
            ),
        ]
