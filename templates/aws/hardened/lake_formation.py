"""Who may query what lies in the lake: by the class of the data and by the zone it lies in, and through Lake Formation
alone, which lends a reader access to a table's objects. No reader has rights on a bucket.

Jobs do not go through it: they read and write objects under their own roles, and a registered location takes nothing
from them. Whoever deploys has to be an administrator of Lake Formation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import ObjectStore, Platform, Workload
from .identity import service_role


@dataclass(frozen=True, kw_only=True)
class Location:
    """What lies below `prefix` of a store; `name` tells it from the other locations of a component."""

    name: str
    store: ObjectStore
    prefix: str


@dataclass(frozen=True, kw_only=True)
class Governance:
    """How the databases of a component are governed.

    `readers` are ARNs of roles, by the zone whose tables they may query. `manage_account_baseline`: this stack says for
    the whole account that nobody reads a new table unless Lake Formation lets them.
    """

    name: str
    platform: Platform
    data_class: str
    readers: Mapping[str, Sequence[str]]
    manage_account_baseline: bool


@dataclass(frozen=True, kw_only=True)
class Tags:
    """Tags of Lake Formation, on databases: their tables inherit them."""

    data_class: aws.lakeformation.LfTag
    zone: aws.lakeformation.LfTag


def account_settings(governance: Governance, parent: pulumi.Resource) -> Sequence[pulumi.Resource]:
    """What the account has once; nothing where another stack or a landing zone owns it."""
    if not governance.manage_account_baseline:
        return []
    deploying = aws.iam.get_session_context_output(arn=aws.get_caller_identity_output().arn).issuer_arn
    return [
        aws.lakeformation.DataLakeSettings(
            governance.name,
            # Else nobody, this program included, could grant what follows. What is left out here is cleared.
            admins=[deploying],
            create_database_default_permissions=[],
            create_table_default_permissions=[],
            allow_external_data_filtering=False,
            parameters={"CROSS_ACCOUNT_VERSION": "4"},
            opts=pulumi.ResourceOptions(parent=parent),
        )
    ]


def register(
    governance: Governance,
    locations: Sequence[Location],
    parent: pulumi.ComponentResource,
    depends_on: Sequence[pulumi.Resource],
) -> Sequence[pulumi.Resource]:
    """The locations under Lake Formation, with a role of our own: its service-linked one may not use a client's key."""
    name = f"{governance.name}-queries"
    role = service_role(name, "lakeformation.amazonaws.com", governance.platform, parent)
    workload = Workload(name=name, component=parent, role=role)
    stores = list(dict.fromkeys(location.store for location in locations))
    granted = [grant for store in stores for grant in store.grant_read(workload)]
    return [
        aws.lakeformation.Resource(
            f"{governance.name}-{location.name}",
            arn=pulumi.Output.concat(location.store.bucket_arn, f"/{location.prefix}"),
            role_arn=role.arn,
            # Not hybrid: beside Lake Formation no policy of a reader opens a table.
            hybrid_access_enabled=False,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[*granted, *depends_on]),
        )
        for location in locations
    ]


def tags(governance: Governance, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource]) -> Tags:
    """Keys are the account's, so they bear the stack's name: two stacks may hold data of different classes."""

    def tag(key: str, values: Sequence[str]) -> aws.lakeformation.LfTag:
        return aws.lakeformation.LfTag(
            f"{governance.name}-{key}",
            key=f"{governance.platform.name}-{key}",
            values=values,
            opts=pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on)),
        )

    return Tags(data_class=tag("data-class", [governance.data_class]), zone=tag("zone", sorted(governance.readers)))


def permit(
    governance: Governance,
    labels: Tags,
    zone: str,
    database: aws.glue.CatalogDatabase,
    tables: Sequence[aws.glue.CatalogTable],
    parent: pulumi.Resource,
) -> None:
    """Label a database, and let the readers of its zone query what is in it."""
    wanted = ((labels.data_class, governance.data_class), (labels.zone, zone))
    labelled = aws.lakeformation.ResourceLfTags(
        f"{governance.name}-{zone}",
        database=aws.lakeformation.ResourceLfTagsDatabaseArgs(name=database.name),
        lf_tags=[aws.lakeformation.ResourceLfTagsLfTagArgs(key=tag.key, value=value) for tag, value in wanted],
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(tables)),
    )
    for reader in sorted(set(governance.readers[zone])):
        for kind, permissions in (("DATABASE", ["DESCRIBE"]), ("TABLE", ["DESCRIBE", "SELECT"])):
            aws.lakeformation.Permissions(
                f"{governance.name}-{zone}-{reader.rsplit('/', 1)[-1]}-{kind.lower()}",
                principal=reader,
                permissions=permissions,
                lf_tag_policy=aws.lakeformation.PermissionsLfTagPolicyArgs(
                    resource_type=kind,
                    # All of them have to match.
                    expressions=[
                        aws.lakeformation.PermissionsLfTagPolicyExpressionArgs(key=tag.key, values=[value])
                        for tag, value in wanted
                    ],
                ),
                opts=pulumi.ResourceOptions(parent=parent, depends_on=[labelled]),
            )
