"""The event stream, encrypted with its own key."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws


class EventStream(pulumi.ComponentResource):
    """A provisioned stream with an alarm."""

    def __init__(self, name: str, shards: int, protect: bool, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:EventStream", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(name, enable_key_rotation=True, deletion_window_in_days=30, opts=child)
        self.stream = aws.kinesis.Stream(
            name,
            shard_count=shards,
            retention_period=48,
            encryption_type="KMS",
            kms_key_id=key.arn,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )
        aws.cloudwatch.MetricAlarm(
            f"{name}-throttled",
            namespace="AWS/Kinesis",
            metric_name="WriteProvisionedThroughputExceeded",
            dimensions={"StreamName": self.stream.name},
            statistic="Sum",
            period=60,
            evaluation_periods=1,
            threshold=0,
            comparison_operator="GreaterThanThreshold",
            opts=child,
        )
        self.register_outputs({"stream_arn": self.stream.arn})

    def grant_read(self, name: str, role: aws.iam.Role, owner: pulumi.Resource) -> aws.iam.RolePolicy:
        """Let `role` read the stream."""
        return aws.iam.RolePolicy(
            name,
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": ["kinesis:GetRecords"], "Resource": self.stream.arn}],
                }
            ),
            opts=pulumi.ResourceOptions(parent=owner),
        )
