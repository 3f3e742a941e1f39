"""Delivery of a stream into the lake: a Stream Analytics job that writes each record as it came, by hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_azure_native as azure

from ..contracts import Alert, EventStream, Metric, ObjectStore, Platform, Principal
from ..hardened.monitoring import alert, diagnostics, log_alert

PATH = "{datetime:yyyy}/{datetime:MM}/{datetime:dd}/{datetime:HH}"
BEHIND_SECONDS = 900
"""Lag at which a person is told: the lake serves training and audit, which wait for hours anyway."""


@dataclass(frozen=True, kw_only=True)
class StreamAnalyticsDeliveryArgs:
    platform: Platform
    source: EventStream
    destination: ObjectStore
    streaming_units: int
    """1, 3, 6 or a multiple of 6."""


class StreamAnalyticsDelivery(pulumi.ComponentResource):
    """The job reads a consumer group of its own. Azure makes it stopped: it is started once, with the Azure CLI."""

    alerts: Sequence[Alert]
    metrics: Sequence[Metric]

    def __init__(
        self, name: str, args: StreamAnalyticsDeliveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("archgen:azure:StreamAnalyticsDelivery", name, None, opts)
        self._name = name
        self._args = args
        self._platform = args.platform
        self._job = self._make_job()
        principal = Principal(
            name=name,
            component=self,
            principal_id=self._job.identity.apply(lambda identity: identity.principal_id or "" if identity else ""),
        )
        granted = [*args.source.grant_read(principal), *args.destination.grant_write(principal)]
        self._connect(granted)
        diagnostics(name, self._job.id, args.platform.log_workspace_id, self)
        self._watch()
        self.register_outputs({"job": self._job.name})

    def _make_job(self) -> azure.streamanalytics.StreamingJob:
        platform, jobs = self._platform, azure.streamanalytics
        return jobs.StreamingJob(
            self._name,
            resource_group_name=platform.resource_group,
            job_name=f"{platform.name}-{self._name}",
            location=platform.region,
            sku=jobs.SkuArgs(name=jobs.SkuName.STANDARD),
            # Trusted access to Event Hubs and storage is the job's own identity's, not a user-assigned one's.
            identity=jobs.IdentityArgs(type="SystemAssigned"),
            compatibility_level=jobs.CompatibilityLevel.COMPATIBILITY_LEVEL_1_2,
            # A record that cannot be written stops the job, which an alert tells of: dropped ones nobody would miss.
            output_error_policy=jobs.OutputErrorPolicy.STOP,
            events_out_of_order_policy=jobs.EventsOutOfOrderPolicy.ADJUST,
            transformation=jobs.TransformationArgs(
                name="deliver",
                query="SELECT * INTO [lake] FROM [stream]",
                streaming_units=self._args.streaming_units,
            ),
            tags=platform.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _connect(self, granted: Sequence[pulumi.Resource]) -> None:
        platform, jobs, stream = self._platform, azure.streamanalytics, self._args.source.connection
        group = azure.eventhub.ConsumerGroup(
            self._name,
            resource_group_name=platform.resource_group,
            namespace_name=stream.namespace,
            event_hub_name=stream.hub,
            consumer_group_name=self._name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        after = pulumi.ResourceOptions(parent=self, depends_on=list(granted))
        jobs.Input(
            self._name,
            resource_group_name=platform.resource_group,
            job_name=self._job.name,
            input_name="stream",
            properties=jobs.StreamInputPropertiesArgs(
                type="Stream",
                datasource=jobs.EventHubStreamInputDataSourceArgs(
                    type="Microsoft.EventHub/EventHub",
                    authentication_mode=jobs.AuthenticationMode.MSI,
                    service_bus_namespace=stream.namespace,
                    event_hub_name=stream.hub,
                    consumer_group_name=group.name,
                ),
                serialization=jobs.JsonSerializationArgs(type="Json", encoding=jobs.Encoding.UTF8),
            ),
            opts=after,
        )
        jobs.Output(
            self._name,
            resource_group_name=platform.resource_group,
            job_name=self._job.name,
            output_name="lake",
            datasource=jobs.BlobOutputDataSourceArgs(
                type="Microsoft.Storage/Blob",
                authentication_mode=jobs.AuthenticationMode.MSI,
                storage_accounts=[jobs.StorageAccountArgs(account_name=self._args.destination.account_name)],
                container=self._args.destination.container,
                path_pattern=f"{self._name}/{PATH}",
            ),
            serialization=jobs.JsonSerializationArgs(
                type="Json", encoding=jobs.Encoding.UTF8, format=jobs.JsonOutputSerializationFormat.LINE_SEPARATED
            ),
            opts=after,
        )

    def _watch(self) -> None:
        def metric(title: str, name: str, statistic: str) -> Metric:
            return Metric(
                title=title,
                namespace="Microsoft.StreamAnalytics/streamingjobs",
                name=name,
                statistic=statistic,
                resource_id=self._job.id,
            )

        behind = metric("Behind (s)", "OutputWatermarkDelaySeconds", "Maximum")
        broken = metric("Records that are no JSON", "DeserializationError", "Total")
        self.metrics = [metric("Records out", "OutputEvents", "Total"), behind, broken]
        # A stopped job measures nothing, so that only a query notices it.
        silent = self._job.id.apply(
            lambda job: (
                f'AzureMetrics | where ResourceId =~ "{job}" and MetricName == "OutputEvents"'
                " | summarize Written = sum(Total) | where Written > 0"
            )
        )
        self.alerts = [
            alert(
                f"{self._name}-behind",
                behind,
                f"{self._name} is more than {BEHIND_SECONDS // 60} minutes behind the stream: look at the job's"
                " streaming units in use, then for throttling of the stream or the lake.",
                BEHIND_SECONDS,
                self._platform,
                self,
                window="PT15M",
            ),
            alert(
                f"{self._name}-no-json",
                broken,
                f"Records that {self._name} cannot read reach the stream; they are not in the lake. Find out who"
                " writes past the bridge.",
                0,
                self._platform,
                self,
            ),
            log_alert(
                f"{self._name}-silent",
                silent,
                f"{self._name} has written nothing for half an hour: it is stopped (a new job has to be started with"
                " `az stream-analytics job start`), it failed on a record, or the stream is empty.",
                self._platform,
                self,
                window="PT30M",
                fires_when_empty=True,
            ),
        ]
