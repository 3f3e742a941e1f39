"""Write-back to SAP: a job that sends the answers of a night into an entity set over the private network.

A Glue job, by the limits of the others: a Lambda function ends after 15 minutes, and SAP takes millions of rows in more
than that; a container needs an image before the first night, where this code comes with the program; AppFlow has no
step that waits for its end, takes SAP's password as an argument, and keeps no row that SAP has refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, ObjectStore, Platform, Step, Workload
from ..hardened.addresses import reach_addresses
from ..hardened.connections import HTTPS
from ..hardened.glue import SparkJob, hosting, may_run, network_connection, run_step, spark_job, watch_runs
from ..hardened.identity import allow, statement
from ..hardened.monitoring import alarm
from ..hardened.queues import kept_queue, waiting
from ..hardened.secrets import client_secret, may_read


@dataclass(frozen=True, kw_only=True)
class SapWriteBackArgs:
    """`consumer` is the id of the SAP system; `address_ranges` are those of its hosts, new ones at the end.

    `entity_url` is the address of the entity set. `properties` (comma separated) are the names that the columns of an
    answer have there: the series, the day, then the values. `ca_bundle` is the PEM of what signed the host's
    certificate. `answers` is the prefix below which the answers of a date lie in `source`. `code` is the folder of the
    job's code as seen from the Pulumi project.
    """

    platform: Platform
    network: Network
    source: ObjectStore
    consumer: str
    code: str
    answers: str
    entity_url: str
    client: str
    properties: str
    address_ranges: Sequence[str]
    ca_bundle: str
    username: pulumi.Input[str]
    password: pulumi.Input[str]
    sessions: int
    workers: int
    timeout_minutes: int


class SapWriteBack(pulumi.ComponentResource):
    """A `Runnable`: implements the contract of that name."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    step: Step

    def __init__(self, name: str, args: SapWriteBackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SapWriteBack", name, None, opts)
        self._name, self._args = name, args
        self._hosted = hosting(name, args.platform, args.network, self)
        self._secret = client_secret(
            f"{name}-target",
            f"Login of {name} at {args.consumer}",
            {"username": args.username, "password": args.password, "ca_bundle": args.ca_bundle},
            args.platform,
            self,
        )
        self._refused = kept_queue(f"{name}-refused", args.platform, self, key_arn=args.platform.keys.messages)
        granted = [
            *args.source.grant_read(self._hosted.workload),
            *self._grant_consumer(),
            self._grant_refused(),
            self._secret.version,
        ]
        self._job = self._make_job(granted)
        self.step = run_step(self._job)
        self._watch()
        self.register_outputs({"job_name": self._job.name, "refused_queue_url": self._refused.url})

    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        """Let `caller` start the job, follow it and stop it."""
        return [allow(f"{caller.name}-runs-{self._name}", caller, [may_run(self._job)])]

    def _grant_consumer(self) -> Sequence[pulumi.Resource]:
        """The login, and the way to SAP's hosts."""
        args, name = self._args, f"{self._name}-writes-{self._args.consumer}"
        port = urlsplit(args.entity_url).port or HTTPS
        return [
            allow(name, self._hosted.workload, may_read(self._secret, args.platform)),
            *reach_addresses(
                name,
                self,
                self._hosted.security_group_id,
                args.address_ranges,
                port,
                description=f"{self._name} to {args.consumer}",
            ),
        ]

    def _grant_refused(self) -> pulumi.Resource:
        return allow(
            f"{self._name}-refused",
            self._hosted.workload,
            [
                statement(["sqs:SendMessage"], [self._refused.arn]),
                # SQS asks for a data key to encrypt with and decrypts it again when it reuses it.
                statement(["kms:GenerateDataKey", "kms:Decrypt"], [self._args.platform.keys.messages]),
            ],
        )

    def _make_job(self, granted: Sequence[pulumi.Resource]) -> aws.glue.Job:
        args = self._args
        connections = [
            network_connection(f"{self._name}-{place}", self._hosted, subnet, self)
            for place, subnet in enumerate(args.network.app_subnet_ids, start=1)
        ]
        return spark_job(
            self._name,
            self._hosted,
            SparkJob(
                code=args.code,
                packages=("change_window", "odata_pages", "odata_upserts", "write_back"),
                workers=args.workers,
                timeout_minutes=args.timeout_minutes,
                connections=[connection.name for connection in connections],
                arguments={
                    "--entity_url": args.entity_url,
                    "--client": args.client,
                    "--properties": args.properties,
                    "--sessions": str(args.sessions),
                    "--secret": self._secret.arn,
                    "--lake": args.source.bucket_name,
                    "--answers": args.answers,
                    "--dead_letters": self._refused.url,
                },
                # The night repeats a failed step, and knows how much time is left for it.
                retries=0,
            ),
            args.platform,
            self,
            granted,
        )

    def _watch(self) -> None:
        args, name = self._args, self._name
        watched = watch_runs(
            name,
            self._job,
            args.platform,
            self,
            failed=f"A run of {name} failed and {args.consumer} lacks answers. Its error log says whether SAP refused "
            "the login, was not reached, or refused more than 1 % of the rows; a repeated run replaces what is there.",
        )
        refused = waiting(name, "refused rows", self._refused)
        self.metrics = [self._rows("rows written", "RowsWritten"), refused, *watched.metrics]
        self.alarms = [
            *watched.alarms,
            alarm(
                f"{name}-refused",
                refused,
                f"{args.consumer} has refused rows. Each message says which and why, as a rule master data that SAP "
                "lacks; SQS keeps them for 14 days. Mend it and start the job again with the date of the message.",
                0,
                args.platform,
                self,
                periods=1,
            ),
        ]

    def _rows(self, title: str, metric: str) -> Metric:
        return Metric(
            title=f"{self._name}: {title}",
            namespace=f"archgen/{self._args.platform.name}",
            name=metric,
            statistic="Sum",
            dimensions={"Component": self._name},
            period_seconds=3600,
        )
