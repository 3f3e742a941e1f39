"""What others find in the catalogue: curated data with the rules that it has passed, and decisions as they were
recorded, from which a single one can be explained. Partitions are computed: no crawler, nothing to load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import ObjectStore
from ..hardened.lake_formation import Governance, Location, permit, register, tags

CURATED, RECORDS = "curated", "records"
"""Zones, whose readers are not the same: who studies is not who looks into single cases."""
PARQUET = (
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
)
JSON = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "org.openx.data.jsonserde.JsonSerDe",
)
EVENT_COLUMNS = (
    ("id", "string"),
    ("time", "string"),
    ("amount", "struct<value:string,currency:string>"),
    ("entities", "map<string,string>"),
    ("attributes", "map<string,string>"),
)
"""The event contract as Athena reads it from JSON: times are texts of ISO 8601."""
DECISION_COLUMNS = (
    *EVENT_COLUMNS,
    ("features", "map<string,map<string,double>>"),
    (
        "decision",
        "struct<outcome:string,decided_by:string,score:double,model_version:string,decided_at:string,"
        "reasons:array<string>>",
    ),
)
RECORD_COLUMNS: Mapping[str, Sequence[tuple[str, str]]] = {"decisions": DECISION_COLUMNS, "events": EVENT_COLUMNS}


@dataclass(frozen=True, kw_only=True)
class Curated:
    """What lies below `<component>/dataset/` of a store.

    `columns` are those that every row has, with their types. `by_day`: one partition for each day. `rules` are in DQDL;
    `known_part`: they hold for the days up to yesterday alone, since what lies there reaches into the future.
    """

    store: ObjectStore
    columns: Sequence[tuple[str, str]]
    by_day: bool
    rules: Sequence[str]
    known_part: bool


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Records of `kind` (`decisions` or `events`) as they were delivered below `prefix`, in folders by day."""

    kind: str
    store: ObjectStore
    prefix: str


def catalogue(
    governance: Governance,
    curated: Curated,
    recorded: Sequence[Recorded],
    parent: pulumi.ComponentResource,
    settings: Sequence[pulumi.Resource],
) -> None:
    """Databases, tables, rules and permissions. Several deliveries of one kind are one table each.

    `settings` say who may grant anything at all.
    """
    name = governance.name
    named = [(_table_name(each, recorded), each) for each in recorded]
    dataset = f"{name}/dataset"
    locations = [
        Location(name="dataset", store=curated.store, prefix=dataset),
        *(Location(name=table, store=each.store, prefix=each.prefix) for table, each in named),
    ]
    labels = tags(governance, parent, [*settings, *register(governance, locations, parent, settings)])
    database = _database(name, f"Curated data of {governance.platform.name}", parent, settings)
    table = _table(
        name, "dataset", database, curated.store, dataset, PARQUET, curated.columns, parent, by_day=curated.by_day
    )
    _rules(governance, curated, database, table, parent)
    permit(governance, labels, CURATED, database, [table], parent)
    if recorded:
        said = f"Events and decisions of {governance.platform.name} as they were recorded"
        records = _database(f"{name}-{RECORDS}", said, parent, settings)
        tables = [
            _table(f"{name}-{one}", one, records, each.store, each.prefix, JSON, RECORD_COLUMNS[each.kind], parent)
            for one, each in named
        ]
        permit(governance, labels, RECORDS, records, tables, parent)


def _table_name(one: Recorded, recorded: Sequence[Recorded]) -> str:
    """The kind; where there are several of it, by the prefix as well."""
    if sum(other.kind == one.kind for other in recorded) == 1:
        return one.kind
    return f"{one.kind}_{one.prefix.split('/', 1)[0]}".replace("-", "_")


def _database(
    name: str, description: str, parent: pulumi.Resource, settings: Sequence[pulumi.Resource]
) -> aws.glue.CatalogDatabase:
    return aws.glue.CatalogDatabase(
        name,
        description=description,
        # Without this every principal of the account could read what is made in it.
        create_table_default_permissions=[],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(settings)),
    )


def _table(
    name: str,
    table_name: str,
    database: aws.glue.CatalogDatabase,
    store: ObjectStore,
    prefix: str,
    form: tuple[str, str, str],
    columns: Sequence[tuple[str, str]],
    parent: pulumi.Resource,
    *,
    by_day: bool = True,
) -> aws.glue.CatalogTable:
    location = pulumi.Output.concat("s3://", store.bucket_name, f"/{prefix}/")
    projection: Mapping[str, pulumi.Input[str]] = {
        "projection.enabled": "true",
        "projection.date.type": "date",
        "projection.date.format": "yyyy-MM-dd",
        "projection.date.range": "2020-01-01,NOW",
        "storage.location.template": pulumi.Output.concat(location, "date=${date}/"),
    }
    reads, writes, serializer = form
    kind = "parquet" if form is PARQUET else "json"
    days = [aws.glue.CatalogTablePartitionKeyArgs(name="date", type="string")]
    return aws.glue.CatalogTable(
        name,
        name=table_name,
        database_name=database.name,
        table_type="EXTERNAL_TABLE",
        parameters={"classification": kind, **(projection if by_day else {})},
        partition_keys=days if by_day else None,
        storage_descriptor=aws.glue.CatalogTableStorageDescriptorArgs(
            location=location,
            input_format=reads,
            output_format=writes,
            ser_de_info=aws.glue.CatalogTableStorageDescriptorSerDeInfoArgs(serialization_library=serializer),
            columns=[
                aws.glue.CatalogTableStorageDescriptorColumnArgs(name=column, type=column_type)
                for column, column_type in columns
            ],
        ),
        opts=pulumi.ResourceOptions(parent=parent),
    )


def _rules(
    governance: Governance,
    curated: Curated,
    database: aws.glue.CatalogDatabase,
    table: aws.glue.CatalogTable,
    parent: pulumi.Resource,
) -> None:
    aws.glue.DataQualityRuleset(
        governance.name,
        name=f"{governance.platform.name}-{governance.name}",
        description="What the job checks before it writes"
        + (", on the days that are over" if curated.known_part else ""),
        ruleset="Rules = [\n" + ",\n".join(f"  {rule}" for rule in curated.rules) + "\n]",
        # On the table itself the rules would fail for each day that is only forecast.
        target_table=None
        if curated.known_part
        else aws.glue.DataQualityRulesetTargetTableArgs(database_name=database.name, table_name=table.name),
        opts=pulumi.ResourceOptions(parent=parent),
    )
