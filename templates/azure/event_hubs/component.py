"""Event stream on Event Hubs Premium: Kafka's protocol, Entra tokens alone, and the client's key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, EventHubConnection, Metric, Network, Platform, Principal
from ..hardened.identity import EVENT_HUBS_DATA_RECEIVER, EVENT_HUBS_DATA_SENDER, allow
from ..hardened.monitoring import alert, diagnostics
from ..hardened.naming import global_name
from ..hardened.private_link import private_endpoint

NAMESPACE_NAME = 50
KAFKA_PORT = 9093
BUSY_PERCENT = 80


@dataclass(frozen=True, kw_only=True)
class EventHubsArgs:
    platform: Platform
    network: Network
    units: int
    """Processing units: 1, 2, 4, 8 or 16."""
    partitions: int
    """How many consumers can work side by side; it can grow and never shrink."""
    retention_hours: int
    """How far back it can be read again, up to 2,160."""


class EventHubs(pulumi.ComponentResource):
    connection: EventHubConnection
    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: EventHubsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:azure:EventHubs", name, None, opts)
        self._name = name
        self._platform = args.platform
        namespace = self._namespace(args.units)
        hub = azure.eventhub.EventHub(
            name,
            resource_group_name=args.platform.resource_group,
            namespace_name=namespace.name,
            event_hub_name=name,
            partition_count=args.partitions,
            retention_description=azure.eventhub.RetentionDescriptionArgs(
                cleanup_policy=azure.eventhub.CleanupPolicyRetentionDescription.DELETE,
                retention_time_in_hours=args.retention_hours,
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=args.platform.protected),
        )
        azure.eventhub.NamespaceNetworkRuleSet(
            name,
            resource_group_name=args.platform.resource_group,
            namespace_name=namespace.name,
            default_action=azure.eventhub.DefaultAction.DENY,
            public_network_access=azure.eventhub.PublicNetworkAccessFlag.DISABLED,
            # Stream Analytics reads from Azure's own network, as an identity that has a role here.
            trusted_service_access_enabled=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        reachable = private_endpoint(name, namespace.id, "namespace", args.platform, args.network, self)
        diagnostics(name, namespace.id, args.platform.log_workspace_id, self)
        self._hub_id = hub.id
        self.connection = EventHubConnection(
            namespace_id=namespace.id,
            namespace=namespace.name,
            hub=hub.name,
            # Known once the private endpoint answers: a client that resolved the public name would be turned away.
            bootstrap_servers=pulumi.Output.all(namespace.name, reachable.id).apply(
                lambda found: f"{found[0]}.servicebus.windows.net:{KAFKA_PORT}"
            ),
        )
        self._watch(namespace.id)
        self.register_outputs({"namespace": namespace.name, "hub": hub.name})

    def grant_read(self, reader: Principal) -> Sequence[pulumi.Resource]:
        return [self._grant(f"{reader.name}-reads-{self._name}", reader, EVENT_HUBS_DATA_RECEIVER)]

    def grant_write(self, writer: Principal) -> Sequence[pulumi.Resource]:
        return [self._grant(f"{writer.name}-writes-{self._name}", writer, EVENT_HUBS_DATA_SENDER)]

    def _grant(self, name: str, principal: Principal, role: str) -> pulumi.Resource:
        return allow(name, principal, role, self._hub_id, self._platform)

    def _namespace(self, units: int) -> azure.eventhub.Namespace:
        platform, keys, hubs = self._platform, self._platform.keys, azure.eventhub
        return hubs.Namespace(
            self._name,
            resource_group_name=platform.resource_group,
            namespace_name=global_name(platform, "evhns", self._name, NAMESPACE_NAME, separator="-"),
            location=platform.region,
            # Only Premium has a customer key and a private endpoint's capacity of its own.
            sku=hubs.SkuArgs(name=hubs.SkuName.PREMIUM, tier=hubs.SkuTier.PREMIUM, capacity=units),
            zone_redundant=True,
            kafka_enabled=True,
            disable_local_auth=True,
            minimum_tls_version=hubs.TlsVersion.TLS_VERSION_1_2,
            public_network_access=hubs.PublicNetworkAccess.DISABLED,
            identity=hubs.IdentityArgs(
                type=hubs.ManagedServiceIdentityType.USER_ASSIGNED, user_assigned_identities=[keys.identity_id]
            ),
            encryption=hubs.EncryptionArgs(
                key_source=hubs.KeySource.MICROSOFT_KEY_VAULT,
                require_infrastructure_encryption=True,
                key_vault_properties=[
                    hubs.KeyVaultPropertiesArgs(
                        key_name=keys.data,
                        key_vault_uri=keys.vault_uri,
                        identity=hubs.UserAssignedIdentityPropertiesArgs(user_assigned_identity=keys.identity_id),
                    )
                ],
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=platform.protected, depends_on=list(keys.ready)),
        )

    def _watch(self, namespace_id: pulumi.Output[str]) -> None:
        def metric(title: str, name: str, statistic: str = "Total") -> Metric:
            return Metric(
                title=title,
                namespace="Microsoft.EventHub/namespaces",
                name=name,
                statistic=statistic,
                resource_id=namespace_id,
            )

        throttled = metric("Throttled requests", "ThrottledRequests")
        failed = metric("Errors of the service", "ServerErrors")
        busy = metric("CPU (%)", "NamespaceCpuUsage", "Maximum")
        self.metrics = [metric("Messages in", "IncomingMessages"), metric("Messages out", "OutgoingMessages"), busy]
        self.alerts = [
            alert(
                f"{self._name}-throttled",
                throttled,
                f"Producers or consumers of {self._name} are throttled and retry. Compare messages in with the sized"
                " load: above it the namespace needs more processing units, below it one partition is hot.",
                0,
                self._platform,
                self,
            ),
            alert(
                f"{self._name}-errors",
                failed,
                f"Event Hubs itself fails requests of {self._name}. Clients retry; look at Azure's service health"
                " before anything of yours.",
                10,
                self._platform,
                self,
            ),
            alert(
                f"{self._name}-busy",
                busy,
                f"The namespace of {self._name} is above {BUSY_PERCENT} % of its processor for a quarter of an hour:"
                " add processing units before it throttles.",
                BUSY_PERCENT,
                self._platform,
                self,
                window="PT15M",
            ),
        ]
