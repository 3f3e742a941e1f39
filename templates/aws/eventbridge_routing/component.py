"""Event routing: the flagged decisions, and no others, from the decision stream to one consumer's API.

A pipe reads the stream and passes on what its filter keeps; an event bus holds it, and a rule hands it to the API with
retries for a day. Whatever is not taken by then lies in the dead-letter queue, and the archive can replay a period in
which the consumer was down. The consumer gets each decision at least once: `decision.event_id` is the key to upsert by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

import pulumi
import pulumi_aws as aws

from ..contracts import EventStream, KafkaConnection, KinesisConnection, Metric, Platform, StreamConnection, Workload
from ..hardened.identity import allow, service_role, statement
from ..hardened.keys import own_key, service_use
from ..hardened.monitoring import alarm, log_group
from ..hardened.queues import kept_queue, waiting

FLAGGED = ("step-up", "decline")
"""Outcomes of `decision_record.schema.json` that a person looks at."""
DETAIL_TYPE = "Flagged decision"
TAKEN_FROM_THE_RECORD = '{"decision": <$.data.decision>, "amount": <$.data.amount>, "entities": <$.data.entities>}'
"""What the consumer is shown: the decision, the amount and the tokens; neither features nor attributes."""
DAY_SECONDS = 86_400


@dataclass(frozen=True, kw_only=True)
class EventbridgeRoutingArgs:
    """`consumer` is the id of the system that is told, at `endpoint` (https), with an OAuth client for that alone.

    `resource_configuration_arn` names the VPC Lattice resource configuration of an API inside the client's network;
    None is an API on the internet, as a SaaS product's is. `calls_per_second` is how fast the consumer is called at
    most.
    """

    platform: Platform
    source: EventStream
    consumer: str
    endpoint: str
    token_endpoint: str
    client_id: str
    client_secret: pulumi.Input[str]
    calls_per_second: int
    outcomes: Sequence[str] = FLAGGED
    replay_days: int = 30
    resource_configuration_arn: str | None = None


class EventbridgeRouting(pulumi.ComponentResource):
    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: EventbridgeRoutingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:EventbridgeRouting", name, None, opts)
        for address in (args.endpoint, args.token_endpoint):
            if not address.startswith("https://"):
                raise ValueError(
                    f"{name}: '{address}' is no https address; the decisions of {args.consumer} go over TLS"
                )
        self._name, self._args = name, args
        self._options = pulumi.ResourceOptions(parent=self)
        self._key = self._make_key()
        self._dead_letters = kept_queue(
            f"{name}-dead-letters", args.platform, self, key_arn=self._key.arn, from_rules=True
        )
        self._bus = self._make_bus()
        self._pipe = self._make_pipe()
        self._rule = self._make_rule()
        self._call_consumer()
        self.metrics = self._make_metrics()
        self.alarms = self._make_alarms()
        self.dead_letter_queue_url = self._dead_letters.url
        self.register_outputs({"dead_letter_queue_url": self.dead_letter_queue_url})

    def _make_key(self) -> aws.kms.Key:
        """One key for all that holds a flagged decision or the consumer's credentials on its way."""
        account = self._args.platform.account_id
        ours = {"StringEquals": {"aws:SourceAccount": account}}
        roles = pulumi.Output.format("arn:aws:iam::{0}:role/{1}-*", account, self._name)
        return own_key(
            self._name,
            f"Flagged decisions on their way to {self._args.consumer}",
            self._args.platform,
            self,
            through=["secretsmanager", "sqs"],
            statements=[
                # The pipe uses the key directly, under its role. A pattern, since a role is named when it is made.
                {
                    "Sid": "RolesOfTheRouting",
                    "Effect": "Allow",
                    "Principal": {"AWS": account},
                    "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
                    "Resource": "*",
                    "Condition": {"ArnLike": {"aws:PrincipalArn": roles}},
                },
                service_use(
                    "RoutingService",
                    "events.amazonaws.com",
                    ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"],
                    ours,
                ),
            ],
            # EventBridge refuses a key for a connection's credentials that does not carry this tag.
            tags={"EventBridgeApiDestinations": "true"},
        )

    def _make_bus(self) -> aws.cloudwatch.EventBus:
        name = f"{self._args.platform.name}-{self._name}"
        bus = aws.cloudwatch.EventBus(
            self._name,
            name=name,
            description=f"Flagged decisions for {self._args.consumer}",
            kms_key_identifier=self._key.arn,
            dead_letter_config=aws.cloudwatch.EventBusDeadLetterConfigArgs(arn=self._dead_letters.arn),
            opts=self._options,
        )
        aws.cloudwatch.EventArchive(
            self._name,
            event_source_arn=bus.arn,
            description=f"Replayed when {self._args.consumer} has lost or missed decisions",
            retention_days=self._args.replay_days,
            kms_key_identifier=self._key.arn,
            opts=self._options,
        )
        return bus

    def _make_pipe(self) -> aws.pipes.Pipe:
        platform, name = self._args.platform, self._name
        workload = Workload(name=name, component=self, role=service_role(name, "pipes.amazonaws.com", platform, self))
        # Under this prefix EventBridge may write without a resource policy, of which an account has only ten.
        logs = log_group(name, f"/aws/vendedlogs/pipes/{platform.name}/{name}", platform, self)
        permissions = [
            *self._args.source.grant_read(workload),
            allow(
                f"{name}-passes-on",
                workload,
                [
                    statement(["events:PutEvents"], [self._bus.arn]),
                    statement(["sqs:SendMessage"], [self._dead_letters.arn]),
                    statement(["kms:Decrypt", "kms:GenerateDataKey"], [self._key.arn]),
                ],
            ),
        ]
        return aws.pipes.Pipe(
            name,
            description=f"Decisions that {self._args.consumer} has to see: {', '.join(self._args.outcomes)}",
            role_arn=workload.role.arn,
            kms_key_identifier=self._key.arn,
            source=_stream_arn(self._args.source.connection),
            source_parameters=self._source_parameters(),
            target=self._bus.arn,
            target_parameters=aws.pipes.PipeTargetParametersArgs(
                eventbridge_event_bus_parameters=aws.pipes.PipeTargetParametersEventbridgeEventBusParametersArgs(
                    detail_type=DETAIL_TYPE, source=platform.name
                ),
                input_template=TAKEN_FROM_THE_RECORD,
            ),
            log_configuration=aws.pipes.PipeLogConfigurationArgs(
                # Errors alone, and without the events themselves: a log is no place for a decision.
                level="ERROR",
                cloudwatch_logs_log_destination=aws.pipes.PipeLogConfigurationCloudwatchLogsLogDestinationArgs(
                    log_group_arn=logs.arn
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=permissions),
        )

    def _source_parameters(self) -> aws.pipes.PipeSourceParametersArgs:
        pattern = {"data": {"decision": {"outcome": list(self._args.outcomes)}}}
        return aws.pipes.PipeSourceParametersArgs(
            # Before anything is billed or queued: of the whole stream only what the filter keeps goes further.
            filter_criteria=aws.pipes.PipeSourceParametersFilterCriteriaArgs(
                filters=[aws.pipes.PipeSourceParametersFilterCriteriaFilterArgs(pattern=json.dumps(pattern))]
            ),
            kinesis_stream_parameters=aws.pipes.PipeSourceParametersKinesisStreamParametersArgs(
                # From the oldest record: a pipe that is replaced repeats rather than skips.
                starting_position="TRIM_HORIZON",
                batch_size=100,
                maximum_batching_window_in_seconds=1,
                maximum_record_age_in_seconds=DAY_SECONDS,
                maximum_retry_attempts=185,
                # One record that cannot be passed on must not hold up its shard.
                on_partial_batch_item_failure="AUTOMATIC_BISECT",
                dead_letter_config=aws.pipes.PipeSourceParametersKinesisStreamParametersDeadLetterConfigArgs(
                    arn=self._dead_letters.arn
                ),
            ),
        )

    def _make_rule(self) -> aws.cloudwatch.EventRule:
        return aws.cloudwatch.EventRule(
            self._name,
            description=f"Flagged decisions for {self._args.consumer}",
            event_bus_name=self._bus.name,
            event_pattern=json.dumps({"source": [self._args.platform.name], "detail-type": [DETAIL_TYPE]}),
            opts=self._options,
        )

    def _call_consumer(self) -> None:
        """The API, the right to call it, and what happens when it does not answer."""
        args, platform = self._args, self._args.platform
        grant = f"{self._name}-calls-{args.consumer}"
        destination = aws.cloudwatch.EventApiDestination(
            grant,
            description=f"The API of {args.consumer} that takes flagged decisions",
            invocation_endpoint=args.endpoint,
            http_method="POST",
            invocation_rate_limit_per_second=args.calls_per_second,
            connection_arn=self._connection().arn,
            opts=self._options,
        )
        caller = Workload(
            name=f"{self._name}-caller",
            component=self,
            role=service_role(f"{self._name}-caller", "events.amazonaws.com", platform, self),
        )
        permission = allow(grant, caller, [statement(["events:InvokeApiDestination"], [destination.arn])])
        aws.cloudwatch.EventTarget(
            self._name,
            event_bus_name=self._bus.name,
            rule=self._rule.name,
            arn=destination.arn,
            role_arn=caller.role.arn,
            # The envelope says nothing to the consumer.
            input_path="$.detail",
            retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=DAY_SECONDS, maximum_retry_attempts=185
            ),
            dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=self._dead_letters.arn),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )

    def _connection(self) -> aws.cloudwatch.EventConnection:
        args, arn = self._args, self._args.resource_configuration_arn
        authorisation = aws.cloudwatch.EventConnectionAuthParametersArgs(
            oauth=aws.cloudwatch.EventConnectionAuthParametersOauthArgs(
                authorization_endpoint=args.token_endpoint,
                http_method="POST",
                client_parameters=aws.cloudwatch.EventConnectionAuthParametersOauthClientParametersArgs(
                    client_id=args.client_id, client_secret=args.client_secret
                ),
                oauth_http_parameters=aws.cloudwatch.EventConnectionAuthParametersOauthOauthHttpParametersArgs(
                    bodies=[
                        aws.cloudwatch.EventConnectionAuthParametersOauthOauthHttpParametersBodyArgs(
                            key="grant_type", value="client_credentials", is_value_secret=False
                        )
                    ]
                ),
            ),
            connectivity_parameters=None
            if arn is None
            else aws.cloudwatch.EventConnectionAuthParametersConnectivityParametersArgs(
                resource_parameters=aws.cloudwatch.EventConnectionAuthParametersConnectivityParametersResourceParametersArgs(
                    resource_configuration_arn=arn
                )
            ),
        )
        return aws.cloudwatch.EventConnection(
            self._name,
            description=f"OAuth client at {args.consumer}",
            authorization_type="OAUTH_CLIENT_CREDENTIALS",
            auth_parameters=authorisation,
            kms_key_identifier=self._key.arn,
            invocation_connectivity_parameters=None
            if arn is None
            else aws.cloudwatch.EventConnectionInvocationConnectivityParametersArgs(
                resource_parameters=aws.cloudwatch.EventConnectionInvocationConnectivityParametersResourceParametersArgs(
                    resource_configuration_arn=arn
                )
            ),
            opts=self._options,
        )

    def _make_metrics(self) -> Sequence[Metric]:
        def of_rule(title: str, metric: str) -> Metric:
            dimensions = {"EventBusName": self._bus.name, "RuleName": self._rule.name}
            return Metric(
                title=f"{self._name}: {title}",
                namespace="AWS/Events",
                name=metric,
                statistic="Sum",
                dimensions=dimensions,
            )

        def of_pipe(title: str, metric: str) -> Metric:
            return Metric(
                title=f"{self._name}: {title}",
                namespace="AWS/EventBridge/Pipes",
                name=metric,
                statistic="Sum",
                dimensions={"PipeName": self._pipe.name},
            )

        return [
            waiting(self._name, "dead letters", self._dead_letters),
            of_rule("flagged decisions", "TriggeredRules"),
            of_rule("calls that failed for good", "FailedInvocations"),
            of_pipe("runs that failed", "ExecutionFailed"),
        ]

    def _make_alarms(self) -> Sequence[aws.cloudwatch.MetricAlarm]:
        args = self._args
        dead, flagged, failed, broken = self.metrics

        def above(part: str, metric: Metric, threshold: float, minutes: int, advice: str) -> aws.cloudwatch.MetricAlarm:
            return alarm(f"{self._name}-{part}", metric, advice, threshold, args.platform, self, periods=minutes)

        return [
            above(
                "dead-letters",
                dead,
                0,
                1,
                f"Flagged decisions did not reach {args.consumer} within a day. Each message's attributes say what the "
                "API answered; when that is mended, replay the period from the archive, then empty the queue.",
            ),
            above(
                "flagged",
                flagged,
                args.calls_per_second * 60,
                5,
                f"More than the {args.calls_per_second} decisions a second that {args.consumer} takes are flagged, they"
                " arrive later and later. Look whether fraud or the policy changed before raising the rate.",
            ),
            above(
                "failed",
                failed,
                0,
                5,
                f"Calls of {args.consumer} fail for good: look for an expired OAuth client or a changed address.",
            ),
            above(
                "pipe",
                broken,
                0,
                5,
                "The pipe cannot read the decision stream or write to the bus: its log group says which right or key.",
            ),
        ]


def _stream_arn(connection: StreamConnection) -> pulumi.Output[str]:
    match connection:
        case KinesisConnection():
            return connection.stream_arn
        case KafkaConnection():
            # A pipe would stand in the cluster's own security group, which is not this component's to open.
            raise ValueError("a pipe reads Kinesis here; Kafka as the decision stream is not supported")
        case _:
            assert_never(connection)
