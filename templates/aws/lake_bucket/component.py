"""Lake on S3: one private bucket for raw events, decisions and captured model traffic, each below its own prefix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from ..contracts import Platform, ReplicatedBucket, Workload
from ..hardened.identity import allow, statement
from ..hardened.storage import private_bucket_and_policy


@dataclass(frozen=True, kw_only=True)
class LakeBucketArgs:
    platform: Platform
    keep_days: int | None = None
    """Days after which objects expire; None keeps them for ever."""


class LakeBucket(pulumi.ComponentResource):
    """An `ObjectStore`, and `Replicable`: implements the contracts of those names."""

    bucket_arn: pulumi.Output[str]
    bucket_name: pulumi.Output[str]
    replicated: ReplicatedBucket

    def __init__(self, name: str, args: LakeBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:LakeBucket", name, None, opts)
        self._name, self._platform = name, args.platform
        bucket, policy = private_bucket_and_policy(
            name,
            self,
            protected=args.platform.protected,
            key_arn=args.platform.keys.data,
            access_logs_bucket=args.platform.access_logs_bucket,
            expire_after_days=args.keep_days,
        )
        self.bucket_arn = bucket.arn
        self.bucket_name = bucket.id
        self.replicated = ReplicatedBucket(
            name=name, bucket_name=policy.bucket, key_arn=args.platform.keys.data, keep_days=args.keep_days
        )
        self.register_outputs({"bucket_name": self.bucket_name})

    def grant_write(self, writer: Workload, prefix: str) -> Sequence[pulumi.Resource]:
        """Let `writer` add objects below `prefix/`. It can neither read, list nor delete what lies there."""
        return [
            allow(
                f"{writer.name}-writes-{self._name}",
                writer,
                [
                    statement(
                        ["s3:AbortMultipartUpload", "s3:PutObject"],
                        [pulumi.Output.concat(self.bucket_arn, f"/{prefix}/*")],
                    ),
                    # S3 decrypts the data key again for each part of a multipart upload: GenerateDataKey alone fails on
                    # large objects. The condition keeps the writer from using the key on anything but objects.
                    statement(
                        ["kms:Decrypt", "kms:GenerateDataKey"],
                        [self._platform.keys.data],
                        {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}},
                    ),
                ],
            )
        ]

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` list the bucket and get its objects. It can neither add, change nor delete any."""
        return [
            allow(
                f"{reader.name}-reads-{self._name}",
                reader,
                [
                    statement(["s3:GetBucketLocation", "s3:ListBucket"], [self.bucket_arn]),
                    statement(["s3:GetObject"], [pulumi.Output.concat(self.bucket_arn, "/*")]),
                    statement(
                        ["kms:Decrypt"],
                        [self._platform.keys.data],
                        {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}},
                    ),
                ],
            )
        ]
