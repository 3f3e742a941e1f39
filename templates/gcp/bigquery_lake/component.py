"""Lake on BigQuery: one dataset, with a table for what the stream delivers and one for what a model is asked."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from ..contracts import LakeTable, Platform, Workload

DAY_MS = 24 * 3600 * 1000
TABLES = pathlib.Path(__file__).with_name("tables")
WRITES = "roles/bigquery.dataEditor"


@dataclass(frozen=True, kw_only=True)
class BigQueryLakeArgs:
    platform: Platform
    keep_days: int | None = None
    """Days after which rows expire; None keeps them for ever."""
    captures: bool = False
    """Whether a model's requests and replies are kept here too."""


class BigQueryLake(pulumi.ComponentResource):
    """A `Lake`: partitioned by day, so that a query reads the days that it asks for and old ones expire."""

    landing: LakeTable
    captured: LakeTable | None

    def __init__(self, name: str, args: BigQueryLakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:gcp:BigQueryLake", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._dataset = self._make_dataset()
        self.landing = self._table("landing", "publish_time", ["id"])
        self.captured = self._table("captured", "logging_time", ["deployed_model_id"]) if args.captures else None
        self.register_outputs({"dataset_id": self._dataset.dataset_id})

    def grant_write(self, writer: Workload, table: LakeTable) -> Sequence[pulumi.Resource]:
        # On the table, never on the dataset: a member of the dataset takes every authorised view's access away.
        return [
            gcp.bigquery.IamMember(
                f"{writer.name}-writes-{self._name}",
                dataset_id=table.dataset_id,
                table_id=table.table_id,
                role=WRITES,
                member=writer.member,
                project=self._platform.project_id,
                opts=pulumi.ResourceOptions(parent=writer.component),
            )
        ]

    def _make_dataset(self) -> gcp.bigquery.Dataset:
        platform = self._platform
        return gcp.bigquery.Dataset(
            self._name,
            dataset_id=f"{platform.name}-{self._name}".replace("-", "_"),
            location=platform.region,
            description=f"{self._name} of {platform.name}",
            default_encryption_configuration=gcp.bigquery.DatasetDefaultEncryptionConfigurationArgs(
                kms_key_name=platform.keys.warehouse
            ),
            max_time_travel_hours="168",
            storage_billing_model="PHYSICAL",
            delete_contents_on_destroy=not platform.protected,
            project=platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )

    def _table(self, table: str, partitioned_by: str, clustered_by: Sequence[str]) -> LakeTable:
        platform, keep_days = self._platform, self._args.keep_days
        made = gcp.bigquery.Table(
            f"{self._name}-{table}",
            dataset_id=self._dataset.dataset_id,
            table_id=table,
            schema=json.dumps(columns(table)),
            time_partitioning=gcp.bigquery.TableTimePartitioningArgs(
                type="DAY",
                field=partitioned_by,
                expiration_ms=None if keep_days is None else keep_days * DAY_MS,
            ),
            require_partition_filter=True,
            clusterings=list(clustered_by),
            encryption_configuration=gcp.bigquery.TableEncryptionConfigurationArgs(
                kms_key_name=platform.keys.warehouse
            ),
            deletion_protection=platform.protected,
            project=platform.project_id,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )
        return LakeTable(
            dataset_id=made.dataset_id,
            table_id=made.table_id,
            path=pulumi.Output.format("{0}.{1}.{2}", platform.project_id, made.dataset_id, made.table_id),
        )


def columns(table: str) -> Sequence[Mapping[str, str]]:
    """The columns of a table, as BigQuery's schema lists them."""
    return json.loads((TABLES / f"{table}.json").read_text(encoding="utf-8"))
