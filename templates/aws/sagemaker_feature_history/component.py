"""The history of features in SageMaker Feature Store: offline alone, one Iceberg table per entity, for training.

The online half is the cache: the online store takes 10,000 requests a second per API and account, and its in-memory
tier no key of the client. Both halves are named by one layout, which the job that fills this also checks them by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import ObjectStore, Platform, Workload
from ..hardened.identity import allow, service_role, statement

RECORD_ID = "token"
EVENT_TIME = "event_time"
CATALOGUE_DATABASE = "sagemaker_featurestore"
"""Where SageMaker makes the tables of all feature groups."""


@dataclass(frozen=True, kw_only=True)
class SagemakerFeatureHistoryArgs:
    """`features` are the names that every entity has, such as `count_5m`."""

    platform: Platform
    destination: ObjectStore
    entities: Sequence[str]
    features: Sequence[str]


class SagemakerFeatureHistory(pulumi.ComponentResource):
    """A `FeatureHistory`: implements the contract of that name. Its objects lie below `<name>/`."""

    groups: Mapping[str, pulumi.Output[str]]

    def __init__(
        self, name: str, args: SagemakerFeatureHistoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("archgen:aws:SagemakerFeatureHistory", name, None, opts)
        self._name, self._args = name, args
        role = service_role(name, "sagemaker.amazonaws.com", args.platform, self)
        workload = Workload(name=name, component=self, role=role)
        granted = [*args.destination.grant_write(workload, name), self._allow_service(workload)]
        self._groups: list[aws.sagemaker.FeatureGroup] = []
        for entity in args.entities:
            # One after the other: SageMaker makes at most four feature groups of an account at a time.
            self._groups.append(self._group(entity, role, [*granted, *self._groups[-1:]]))
        self.groups = dict(zip(args.entities, (group.feature_group_name for group in self._groups), strict=True))
        self.register_outputs({"groups": self.groups})

    def grant_write(self, writer: Workload, depends_on: Sequence[pulumi.Resource] = ()) -> Sequence[pulumi.Resource]:
        """Let `writer` add rows to the tables of every entity, and look up what SageMaker has called them.

        `depends_on` is what says who may grant anything in the catalogue.
        """
        platform = self._args.platform
        bucket = self._args.destination.bucket_arn
        return [
            self._permit(writer, depends_on),
            allow(
                f"{writer.name}-writes-{self._name}",
                writer,
                [
                    statement(["sagemaker:DescribeFeatureGroup"], [group.arn for group in self._groups]),
                    statement(
                        ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"],
                        [
                            self._catalogue("catalog"),
                            self._catalogue(f"database/{CATALOGUE_DATABASE}"),
                            # SageMaker ends the name of the table with the time of its making.
                            *(
                                self._catalogue(f"table/{CATALOGUE_DATABASE}/{self._table(entity)}_*")
                                for entity in self._args.entities
                            ),
                        ],
                    ),
                    # Iceberg keeps data and metadata as objects, and takes old metadata away.
                    statement(
                        ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                        [pulumi.Output.concat(bucket, f"/{self._name}/*")],
                    ),
                    statement(
                        ["kms:Decrypt", "kms:GenerateDataKey"],
                        [platform.keys.data],
                        {"StringEquals": {"kms:ViaService": f"s3.{platform.region}.amazonaws.com"}},
                    ),
                ],
            ),
        ]

    def _permit(self, writer: Workload, depends_on: Sequence[pulumi.Resource]) -> aws.lakeformation.Permissions:
        """Where Lake Formation governs the catalogue, its permission is needed beside that of the role.

        SageMaker ends the names of its tables with the time of their making, so all tables of its database are named
        here; the role names those of these groups alone, and both have to agree.
        """
        return aws.lakeformation.Permissions(
            f"{writer.name}-writes-{self._name}",
            principal=writer.role.arn,
            permissions=["ALTER", "DESCRIBE", "INSERT", "SELECT"],
            table=aws.lakeformation.PermissionsTableArgs(database_name=CATALOGUE_DATABASE, wildcard=True),
            # The database comes with the first group.
            opts=pulumi.ResourceOptions(parent=writer.component, depends_on=[*self._groups, *depends_on]),
        )

    def _allow_service(self, workload: Workload) -> aws.iam.RolePolicy:
        """What SageMaker checks when it makes a group, besides writing."""
        bucket = self._args.destination.bucket_arn
        return allow(
            f"{self._name}-service",
            workload,
            [
                statement(["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:ListBucket"], [bucket]),
                statement(
                    ["s3:DeleteObject", "s3:GetObject", "s3:PutObjectAcl"],
                    [pulumi.Output.concat(bucket, f"/{self._name}/*")],
                ),
                statement(
                    ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"],
                    [
                        self._catalogue("catalog"),
                        self._catalogue(f"database/{CATALOGUE_DATABASE}"),
                        self._catalogue(f"table/{CATALOGUE_DATABASE}/*"),
                    ],
                ),
            ],
        )

    def _group(
        self, entity: str, role: aws.iam.Role, depends_on: Sequence[pulumi.Resource]
    ) -> aws.sagemaker.FeatureGroup:
        args, platform = self._args, self._args.platform
        return aws.sagemaker.FeatureGroup(
            f"{self._name}-{entity}",
            feature_group_name=self._group_name(entity),
            description=f"Features of each {entity} as they were at each decision",
            record_identifier_feature_name=RECORD_ID,
            event_time_feature_name=EVENT_TIME,
            role_arn=role.arn,
            feature_definitions=[
                aws.sagemaker.FeatureGroupFeatureDefinitionArgs(feature_name=name, feature_type=kind)
                for name, kind in (
                    (RECORD_ID, "String"),
                    (EVENT_TIME, "String"),
                    *((feature, "Fractional") for feature in args.features),
                )
            ],
            offline_store_config=aws.sagemaker.FeatureGroupOfflineStoreConfigArgs(
                table_format="Iceberg",
                disable_glue_table_creation=False,
                s3_storage_config=aws.sagemaker.FeatureGroupOfflineStoreConfigS3StorageConfigArgs(
                    s3_uri=pulumi.Output.concat("s3://", args.destination.bucket_name, f"/{self._name}"),
                    kms_key_id=platform.keys.data,
                ),
            ),
            # A role policy is no part of the role's ARN: SageMaker tries the bucket when it makes the group.
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected, depends_on=list(depends_on)),
        )

    def _group_name(self, entity: str) -> str:
        """An API's name, at most 64 characters, in which an underscore is not allowed."""
        return f"{self._args.platform.name}-{self._name}-{entity}".replace("_", "-")

    def _table(self, entity: str) -> str:
        return self._group_name(entity).replace("-", "_")

    def _catalogue(self, rest: str) -> pulumi.Output[str]:
        platform = self._args.platform
        return pulumi.Output.format("arn:aws:glue:{0}:{1}:{2}", platform.region, platform.account_id, rest)
