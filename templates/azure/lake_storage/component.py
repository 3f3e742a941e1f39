"""The lake: a Data Lake account with one container, kept for as long as the spec says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Network, Platform, Principal
from ..hardened.identity import BLOB_DATA_CONTRIBUTOR, allow
from ..hardened.monitoring import diagnostics
from ..hardened.naming import global_name
from ..hardened.private_link import private_endpoint
from ..hardened.storage import delete_after, private_account

ACCOUNT_NAME = 24
CONTAINER = "lake"


@dataclass(frozen=True, kw_only=True)
class LakeStorageArgs:
    platform: Platform
    network: Network
    keep_days: int


class LakeStorage(pulumi.ComponentResource):
    account_id: pulumi.Output[str]
    account_name: pulumi.Output[str]
    container: pulumi.Output[str]

    def __init__(self, name: str, args: LakeStorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:LakeStorage", name, None, opts)
        self._name = name
        self._platform = platform = args.platform
        account = private_account(
            name,
            global_name(platform, "st", name, ACCOUNT_NAME),
            resource_group=platform.resource_group,
            region=platform.region,
            keys=platform.keys,
            hierarchical=True,
            protected=platform.protected,
            tags=platform.tags,
            parent=self,
        )
        container = azure.storage.BlobContainer(
            name,
            resource_group_name=platform.resource_group,
            account_name=account.name,
            container_name=CONTAINER,
            public_access=azure.storage.PublicAccess.NONE,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected),
        )
        delete_after(name, account, platform.resource_group, {f"{CONTAINER}/": args.keep_days}, self)
        # A client of a Data Lake calls both of its addresses.
        for group in ("blob", "dfs"):
            private_endpoint(f"{name}-{group}", account.id, group, platform, args.network, self)
        blobs = pulumi.Output.concat(account.id, "/blobServices/default")
        diagnostics(name, blobs, platform.log_workspace_id, self, metrics=False)
        self._container_id = container.id
        self.account_id = account.id
        self.account_name = account.name
        self.container = container.name
        self.register_outputs({"account_name": self.account_name, "container": self.container})

    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]:
        name = f"{writer.name}-writes-{self._name}"
        # No built-in role writes without reading: the container, not the account, is what keeps it narrow.
        return [allow(name, writer, BLOB_DATA_CONTRIBUTOR, self._container_id, self._platform)]
