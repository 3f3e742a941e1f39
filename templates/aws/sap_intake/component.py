"""Intake from SAP: a Spark job that reads what has changed in an OData service over the private network.

Glue and not AppFlow: a state machine can wait for a Glue job; the login stays in Secrets Manager, where AppFlow takes
SAP's password as an argument, which the state then holds; and SAP needs no endpoint service in front of it.
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
from ..hardened.identity import allow
from ..hardened.intake import grant_state, own_metric, start_at
from ..hardened.secrets import client_secret, may_read


@dataclass(frozen=True, kw_only=True)
class SapIntakeArgs:
    """`source` is the id of the SAP system; `address_ranges` are those of its hosts, new ones at the end.

    `entity_url` is the address of one entity set; its `keys` (comma separated) order the rows, and `changed_at` is the
    property, of type Edm.DateTimeOffset, that says when a row was last changed. `ca_bundle` is the PEM of what signed
    the host's certificate. `connections` is how many SAP serves at once. `code` is the folder of the job's code.
    Without `schedule` (a cron expression, in `time_zone`) something else runs it; with one, `expected_within_hours` is
    how long it may go without success.
    """

    platform: Platform
    network: Network
    destination: ObjectStore
    source: str
    code: str
    entity_url: str
    client: str
    keys: str
    changed_at: str
    address_ranges: Sequence[str]
    ca_bundle: str
    username: pulumi.Input[str]
    password: pulumi.Input[str]
    connections: int
    workers: int
    timeout_minutes: int
    schedule: str | None = None
    time_zone: str | None = None
    expected_within_hours: int | None = None


class SapIntake(pulumi.ComponentResource):
    """Lands changed rows below `<name>/data/`. A `Runnable`: implements the contract of that name."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    step: Step

    def __init__(self, name: str, args: SapIntakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SapIntake", name, None, opts)
        self._name, self._args = name, args
        self._hosted = hosting(name, args.platform, args.network, self)
        self._secret = client_secret(
            f"{name}-source",
            f"Login of {name} at {args.source}",
            {"username": args.username, "password": args.password, "ca_bundle": args.ca_bundle},
            args.platform,
            self,
        )
        granted = [
            *self._grant_source(),
            *args.destination.grant_write(self._hosted.workload, name),
            grant_state(name, self._hosted, args.platform),
            self._secret.version,
        ]
        self._job = self._make_job(granted)
        self.step = run_step(self._job)
        watched = watch_runs(
            name,
            self._job,
            args.platform,
            self,
            failed=f"A run of {name} failed; nothing is lost, the next one fetches the same changes. Its error log "
            "says whether SAP refused the login, was not reached, or answered with less than it had counted.",
            expected_within_hours=args.expected_within_hours if args.schedule else None,
        )
        rows = own_metric(name, args.platform, "rows landed", "RowsLanded")
        self.alarms, self.metrics = [*watched.alarms], [rows, *watched.metrics]
        self._start_by_itself()
        self.job_name = self._job.name
        self.register_outputs({"job_name": self.job_name})

    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        """Let `caller` start the job, follow it and stop it."""
        return [allow(f"{caller.name}-runs-{self._name}", caller, [may_run(self._job)])]

    def _grant_source(self) -> Sequence[pulumi.Resource]:
        """The login, and the way to SAP's hosts."""
        args, name = self._args, f"{self._name}-reads-{self._args.source}"
        address = urlsplit(args.entity_url)
        return [
            allow(name, self._hosted.workload, may_read(self._secret, args.platform)),
            *reach_addresses(
                name,
                self,
                self._hosted.security_group_id,
                args.address_ranges,
                address.port or HTTPS,
                description=f"{self._name} to {args.source}",
            ),
        ]

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
                packages=("change_window", "intake", "odata_pages"),
                workers=args.workers,
                timeout_minutes=args.timeout_minutes,
                connections=[connection.name for connection in connections],
                arguments={
                    "--entity_url": args.entity_url,
                    "--client": args.client,
                    "--keys": args.keys,
                    "--changed_at": args.changed_at,
                    "--connections": str(args.connections),
                    "--secret": self._secret.arn,
                    "--lake": args.destination.bucket_name,
                    "--state_bucket": args.platform.artefacts_bucket,
                },
            ),
            args.platform,
            self,
            granted,
        )

    def _start_by_itself(self) -> None:
        args = self._args
        if args.schedule is None or args.time_zone is None:
            return
        scheduled = start_at(self._name, self._job, args.platform, self, args.schedule, args.time_zone)
        self.alarms = [*self.alarms, *scheduled.alarms]
        self.metrics = [*self.metrics, *scheduled.metrics]
