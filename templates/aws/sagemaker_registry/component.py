"""Model registry on SageMaker AI: versions that a person approves, and the image and artefacts they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Platform, Workload
from ..hardened.identity import allow, statement
from ..hardened.jobs import image_repository, pull_image
from .card import Purpose, model_card


@dataclass(frozen=True, kw_only=True)
class SagemakerRegistryArgs:
    """`task` and what follows are what the model card says of the purpose: see `Purpose`."""

    platform: Platform
    task: str
    effect: str
    automation: str
    subjects: str
    risk: str
    bias_compared: bool


class SagemakerRegistry(pulumi.ComponentResource):
    """A `ModelVersions`: one group of versions, the repository of their image, and a prefix for their artefacts.

    The three have one owner because they live equally long: a version whose image or artefact is gone can neither be
    served again after a bad release nor explain a past decision.
    """

    group_name: pulumi.Output[str]
    group_arn: pulumi.Output[str]
    image_repository_url: pulumi.Output[str]
    artefacts_uri: pulumi.Output[str]

    def __init__(self, name: str, args: SagemakerRegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerRegistry", name, None, opts)
        self._name, self._platform = name, args.platform
        group = aws.sagemaker.ModelPackageGroup(
            name,
            model_package_group_name=f"{args.platform.name}-{name}",
            model_package_group_description="Versions wait here until a person approves one of them",
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        self._repository = image_repository(name, args.platform, self)
        purpose = Purpose(
            task=args.task,
            effect=args.effect,
            automation=args.automation,
            subjects=args.subjects,
            risk=args.risk,
            bias_compared=args.bias_compared,
        )
        model_card(name, group.model_package_group_name, purpose, args.platform, self)
        self.group_name, self.group_arn = group.model_package_group_name, group.arn
        self.image_repository_url = self._repository.repository_url
        self.artefacts_uri = pulumi.Output.concat("s3://", args.platform.artefacts_bucket, f"/models/{name}")
        self.register_outputs(
            {
                "group_name": self.group_name,
                "image_repository_url": self.image_repository_url,
                "artefacts_uri": self.artefacts_uri,
            }
        )

    def grant_register(self, writer: Workload) -> Sequence[pulumi.Resource]:
        """Let `writer` add versions and their artefacts. It can approve none: that right is a person's."""
        return [
            allow(
                f"{writer.name}-registers-{self._name}",
                writer,
                [
                    # A pipeline tags what it registers, and is refused without this.
                    statement(
                        ["sagemaker:AddTags", "sagemaker:CreateModelPackage"], [self.group_arn, self._versions()]
                    ),
                    *self._see_versions(),
                    statement(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [self._artefacts()]),
                    self._use_key(["kms:Decrypt", "kms:GenerateDataKey"]),
                    *pull_image(self._repository),
                ],
            )
        ]

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` run a version: see it, get its artefacts and pull its image."""
        return [
            allow(
                f"{reader.name}-reads-{self._name}",
                reader,
                [
                    *self._see_versions(),
                    statement(["s3:GetObject", "s3:GetObjectVersion"], [self._artefacts()]),
                    statement(
                        ["s3:ListBucket"],
                        [self._bucket()],
                        {"StringLike": {"s3:prefix": [f"models/{self._name}/*"]}},
                    ),
                    self._use_key(["kms:Decrypt"]),
                    *pull_image(self._repository),
                ],
            )
        ]

    def grant_follow(self, reader: Workload) -> Sequence[pulumi.Resource]:
        """Let `reader` see versions and their state, not what they are made of."""
        return [allow(f"{reader.name}-follows-{self._name}", reader, self._see_versions())]

    def _see_versions(self) -> Sequence[Mapping[str, Any]]:
        return [
            statement(["sagemaker:DescribeModelPackageGroup"], [self.group_arn]),
            statement(["sagemaker:DescribeModelPackage"], [self._versions()]),
        ]

    def _use_key(self, actions: Sequence[str]) -> Mapping[str, Any]:
        by_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}}
        return statement(actions, [self._platform.keys.data], by_s3)

    def _versions(self) -> pulumi.Output[str]:
        return pulumi.Output.format(
            "arn:aws:sagemaker:{0}:{1}:model-package/{2}/*",
            self._platform.region,
            self._platform.account_id,
            self.group_name,
        )

    def _bucket(self) -> pulumi.Output[str]:
        return pulumi.Output.concat("arn:aws:s3:::", self._platform.artefacts_bucket)

    def _artefacts(self) -> pulumi.Output[str]:
        return pulumi.Output.concat(self._bucket(), f"/models/{self._name}/*")
