"""Promotion: from a person's approval in the registry to a new value of the endpoint's setting.

The endpoint belongs to the program: which version it serves is the setting `modelPackageArn`. An update from elsewhere
would be undone by the next deployment and seen by nobody, so promotion ends in the client's deployment workflow, which
takes the version as a new setting, previews the change and releases it by canary. Here an approval becomes one request
to that workflow's API, asked again while it fails and kept in a queue where it cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, ModelVersions, Platform, Workload
from ..hardened.identity import allow, service_role, statement
from ..hardened.keys import own_key
from ..hardened.monitoring import alarm
from ..hardened.queues import kept_queue, waiting
from ..hardened.state_machines import Machine, hosting, state_machine

EVENT_TYPE = "model-approved"
"""What the workflow is started by; `repository_dispatch` of GitHub calls it so."""
TRY_AGAIN = (
    "States.Http.Socket",
    "States.Http.StatusCode.429",
    "States.Http.StatusCode.500",
    "States.Http.StatusCode.502",
    "States.Http.StatusCode.503",
    "States.Http.StatusCode.504",
    "States.Timeout",
)
"""Failures that pass by themselves. Any other answer, such as 401, stays wrong however often it is asked."""


@dataclass(frozen=True, kw_only=True)
class SagemakerPromotionArgs:
    """`workflow_url` is the https address that starts the client's deployment workflow, `workflow_token` its token."""

    platform: Platform
    registry: ModelVersions
    workflow_url: str
    workflow_token: pulumi.Input[str]


class SagemakerPromotion(pulumi.ComponentResource):
    """One rule, one state machine, one connection. Raises `ValueError` for an address without TLS."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: SagemakerPromotionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerPromotion", name, None, opts)
        if not args.workflow_url.startswith("https://"):
            raise ValueError(f"{name}: '{args.workflow_url}' is no https address; the token would travel in clear")
        self._name, self._args, self._platform = name, args, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._queue = kept_queue(
            f"{name}-not-promoted", args.platform, self, key_arn=args.platform.keys.messages, from_rules=True
        )
        connection = self._connection()
        hosted = hosting(name, args.platform, self)
        granted = [
            *args.registry.grant_follow(hosted.workload),
            allow(f"{name}-calls-workflow", hosted.workload, self._may_call(connection)),
        ]
        machine = state_machine(name, hosted, self._definition(connection), args.platform, self, granted)
        self._listen(machine)
        failed = machine.metric("Promotions failed", "ExecutionsFailed")
        kept = waiting(name, "approvals that started no deployment", self._queue)
        self.metrics = [machine.metric("Promotions", "ExecutionsSucceeded"), failed, kept]
        self.alarms = [self._alarm("failed", failed), self._alarm("not-promoted", kept)]
        self.register_outputs({"state_machine_arn": machine.machine.arn})

    def _connection(self) -> aws.cloudwatch.EventConnection:
        key = own_key(
            f"{self._name}-connection",
            f"Token of the deployment workflow that {self._name} of {self._platform.name} starts",
            self._platform,
            self,
            through=["secretsmanager"],
            # EventBridge uses a key for its connections only when the key says so.
            tags={"EventBridgeApiDestinations": "true"},
        )
        self._connection_key = key
        return aws.cloudwatch.EventConnection(
            self._name,
            description="Deployment workflow",
            authorization_type="API_KEY",
            kms_key_identifier=key.arn,
            auth_parameters=aws.cloudwatch.EventConnectionAuthParametersArgs(
                api_key=aws.cloudwatch.EventConnectionAuthParametersApiKeyArgs(
                    key="Authorization",
                    value=pulumi.Output.secret(pulumi.Output.concat("Bearer ", self._args.workflow_token)),
                )
            ),
            opts=self._child,
        )

    def _may_call(self, connection: aws.cloudwatch.EventConnection) -> Sequence[Mapping[str, Any]]:
        through = {"StringEquals": {"kms:ViaService": f"secretsmanager.{self._platform.region}.amazonaws.com"}}
        return [
            statement(
                ["states:InvokeHTTPEndpoint"],
                [
                    pulumi.Output.format(
                        "arn:aws:states:{0}:{1}:stateMachine:{2}*",
                        self._platform.region,
                        self._platform.account_id,
                        self._name,
                    )
                ],
                {"StringEquals": {"states:HTTPEndpoint": self._args.workflow_url, "states:HTTPMethod": "POST"}},
            ),
            statement(["events:RetrieveConnectionCredentials"], [connection.arn]),
            statement(["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], [connection.secret_arn]),
            statement(["kms:Decrypt"], [self._connection_key.arn], through),
            statement(["sqs:SendMessage"], [self._queue.arn]),
            statement(["kms:Decrypt", "kms:GenerateDataKey"], [self._platform.keys.messages]),
        ]

    def _definition(self, connection: aws.cloudwatch.EventConnection) -> Mapping[str, Any]:
        """Look at the version again, since an approval can be withdrawn within seconds; then ask for its deployment."""
        keep = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Keep for a person"}]
        return {
            "StartAt": "Look at the version",
            "TimeoutSeconds": 7200,
            "States": {
                "Look at the version": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::aws-sdk:sagemaker:describeModelPackage",
                    "Parameters": {"ModelPackageName.$": "$.detail.ModelPackageArn"},
                    "ResultPath": "$.version",
                    "Retry": [_retry(["States.ALL"])],
                    "Catch": keep,
                    "Next": "Still approved?",
                },
                "Still approved?": {
                    "Type": "Choice",
                    "Choices": [
                        {
                            "Variable": "$.version.ModelApprovalStatus",
                            "StringEquals": "Approved",
                            "Next": "Start the deployment",
                        }
                    ],
                    "Default": "Withdrawn",
                },
                "Start the deployment": self._ask(connection, keep),
                "Keep for a person": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::sqs:sendMessage",
                    "Parameters": {
                        "QueueUrl": self._queue.url,
                        "MessageBody": {"version.$": "$.detail.ModelPackageArn", "failure.$": "$.failure"},
                    },
                    "Retry": [_retry(["States.ALL"])],
                    "Next": "Not started",
                },
                "Started": {"Type": "Succeed"},
                "Withdrawn": {"Type": "Succeed"},
                "Not started": {"Type": "Fail", "Error": "NotPromoted", "Cause": "The workflow was not started."},
            },
        }

    def _ask(self, connection: aws.cloudwatch.EventConnection, keep: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::http:invoke",
            "Parameters": {
                "ApiEndpoint": self._args.workflow_url,
                "Method": "POST",
                "InvocationConfig": {"ConnectionArn": connection.arn},
                "Headers": {"Content-Type": "application/json"},
                "RequestBody": self._request(),
            },
            "TimeoutSeconds": 60,
            "ResultPath": None,
            "Retry": [_retry(TRY_AGAIN)],
            "Catch": keep,
            "Next": "Started",
        }

    def _request(self) -> Mapping[str, Any]:
        """The version, and what its monitor compares with: new values of settings of the stack."""
        return {
            "event_type": EVENT_TYPE,
            "client_payload": {
                "stack": pulumi.get_stack(),
                "model_package_arn.$": "$.detail.ModelPackageArn",
                "baseline_uri.$": "$.version.CustomerMetadataProperties.baseline",
                "evaluation_uri.$": "$.version.CustomerMetadataProperties.evaluation",
            },
        }

    def _listen(self, machine: Machine) -> None:
        role = service_role(f"{self._name}-rule", "events.amazonaws.com", self._platform, self)
        may_start = allow(
            f"{self._name}-rule",
            Workload(name=f"{self._name}-rule", component=self, role=role),
            [
                statement(["states:StartExecution"], [machine.machine.arn]),
                statement(["kms:Decrypt", "kms:GenerateDataKey"], [machine.key.arn]),
            ],
        )
        rule = aws.cloudwatch.EventRule(
            self._name,
            description="A person has approved a version of the model",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.sagemaker"],
                    "detail-type": ["SageMaker Model Package State Change"],
                    "detail": {
                        "ModelPackageGroupName": [self._args.registry.group_name],
                        "ModelApprovalStatus": ["Approved"],
                    },
                }
            ),
            state="ENABLED",
            opts=self._child,
        )
        aws.cloudwatch.EventTarget(
            self._name,
            rule=rule.name,
            arn=machine.machine.arn,
            role_arn=role.arn,
            retry_policy=aws.cloudwatch.EventTargetRetryPolicyArgs(
                maximum_event_age_in_seconds=86_400, maximum_retry_attempts=185
            ),
            dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=self._queue.arn),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may_start]),
        )

    def _alarm(self, part: str, metric: Metric) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            f"{self._name}-{part}",
            metric,
            "A version was approved and no deployment was started. The message in the queue names version and error: "
            "as a rule a token that has run out. Mend it, then run the state machine with the event of the failed run.",
            0,
            self._platform,
            self,
            periods=1,
        )


def _retry(errors: Sequence[str]) -> Mapping[str, Any]:
    return {"ErrorEquals": list(errors), "IntervalSeconds": 30, "MaxAttempts": 5, "BackoffRate": 2}
