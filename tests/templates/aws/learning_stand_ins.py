"""The registry and the lakes as those who learn and watch see them."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from templates.aws.contracts import Workload
from templates.aws.hardened.identity import allow, statement
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import REGION, out

GROUP = "payments-fraud-prod-registry"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/registry"
DIGEST = "sha256:" + "7" * 64


class Registry:
    def __init__(self) -> None:
        self.group_name = out(GROUP)
        self.group_arn = out(f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:model-package-group/{GROUP}")
        self.image_repository_url = out(IMAGE)
        self.artefacts_uri = out("s3://artefacts/models/registry")

    def _grant(self, workload: Workload, verb: str) -> Sequence[pulumi.Resource]:
        return [allow(f"{workload.name}-{verb}-registry", workload, [statement(["test:Use"], [GROUP])])]

    def grant_register(self, writer: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(writer, "registers")

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(reader, "reads")

    def grant_follow(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return self._grant(reader, "follows")


class Lake:
    """A bucket of its own name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.bucket_arn = out(f"arn:aws:s3:::{name}")
        self.bucket_name = out(name)

    def grant_write(self, writer: Workload, prefix: str) -> Sequence[pulumi.Resource]:
        return [allow(f"{writer.name}-writes-{self.name}", writer, [statement(["test:Write"], [prefix])])]

    def grant_read(self, reader: Workload) -> Sequence[pulumi.Resource]:
        return [allow(f"{reader.name}-reads-{self.name}", reader, [statement(["test:Read"], [self.name])])]
