"""Intake from Snowflake: a Spark job that reads what has changed in one table, through the client's private link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, ObjectStore, Platform, Step, Workload
from ..hardened.addresses import reach_addresses
from ..hardened.connections import HTTPS
from ..hardened.glue import SparkJob, hosting, may_run, run_step, spark_job, watch_runs
from ..hardened.identity import allow
from ..hardened.intake import grant_state, may_commit, own_metric, start_at
from ..hardened.secrets import client_secret, may_read


@dataclass(frozen=True, kw_only=True)
class SnowflakeIntakeArgs:
    """`source` is the id of the Snowflake account; `address_ranges` are those of its private link, new ones at the end.

    `host` is the private link's name. Rows come from `table` (in `database` and `schema`), whose column `changed_at`
    says when a row was last changed. `private_key` is the unencrypted PKCS#8 of the user's key pair, in one line.
    `code` is the folder of the job's code. Without `schedule` (a cron expression, in `time_zone`) something else runs
    it; with one, `expected_within_hours` is how long it may go without success.
    """

    platform: Platform
    network: Network
    destination: ObjectStore
    source: str
    code: str
    host: str
    warehouse: str
    role: str
    database: str
    schema: str
    table: str
    changed_at: str
    address_ranges: Sequence[str]
    username: pulumi.Input[str]
    private_key: pulumi.Input[str]
    workers: int
    timeout_minutes: int
    schedule: str | None = None
    time_zone: str | None = None
    expected_within_hours: int | None = None


class SnowflakeIntake(pulumi.ComponentResource):
    """Lands changed rows below `<name>/data/`. A `Runnable`: implements the contract of that name."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    step: Step

    def __init__(self, name: str, args: SnowflakeIntakeArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SnowflakeIntake", name, None, opts)
        self._name, self._args = name, args
        self._hosted = hosting(name, args.platform, args.network, self)
        self._secret = client_secret(
            f"{name}-source",
            f"Login of {name} at {args.source}",
            {"sfUser": args.username, "pem_private_key": args.private_key},
            args.platform,
            self,
        )
        granted = [
            *self._grant_source(),
            *args.destination.grant_write(self._hosted.workload, name),
            grant_state(name, self._hosted, args.platform),
            allow(f"{name}-commits", self._hosted.workload, may_commit(args.destination, name)),
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
            "says whether Snowflake refused the login, was not reached, or could not unload to its stage.",
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
        """The login, and the way to Snowflake."""
        args, name = self._args, f"{self._name}-reads-{self._args.source}"
        return [
            allow(name, self._hosted.workload, may_read(self._secret, args.platform)),
            *reach_addresses(
                name,
                self,
                self._hosted.security_group_id,
                args.address_ranges,
                HTTPS,
                description=f"{self._name} to {args.source}",
            ),
        ]

    def _make_job(self, granted: Sequence[pulumi.Resource]) -> aws.glue.Job:
        args = self._args
        connection = self._connection()
        return spark_job(
            self._name,
            self._hosted,
            SparkJob(
                code=args.code,
                packages=("change_window", "intake"),
                workers=args.workers,
                timeout_minutes=args.timeout_minutes,
                connections=[connection.name],
                arguments={
                    "--connection": connection.name,
                    "--database": args.database,
                    "--schema": args.schema,
                    "--table": args.table,
                    "--changed_at": args.changed_at,
                    "--lake": args.destination.bucket_name,
                    "--state_bucket": args.platform.artefacts_bucket,
                },
            ),
            args.platform,
            self,
            granted,
        )

    def _connection(self) -> aws.glue.Connection:
        args = self._args
        return aws.glue.Connection(
            self._name,
            connection_type="SNOWFLAKE",
            connection_properties={
                "SparkProperties": pulumi.Output.json_dumps(
                    {
                        "sfUrl": f"https://{args.host}",
                        "sfWarehouse": args.warehouse,
                        "sfRole": args.role,
                        "secretId": self._secret.arn,
                    }
                )
            },
            # One zone: a connection has one subnet. The job repeats a failed run, and a lost zone is a late intake.
            physical_connection_requirements=aws.glue.ConnectionPhysicalConnectionRequirementsArgs(
                subnet_id=args.network.app_subnet_ids[0], security_group_id_lists=[self._hosted.security_group_id]
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _start_by_itself(self) -> None:
        args = self._args
        if args.schedule is None or args.time_zone is None:
            return
        scheduled = start_at(self._name, self._job, args.platform, self, args.schedule, args.time_zone)
        self.alarms = [*self.alarms, *scheduled.alarms]
        self.metrics = [*self.metrics, *scheduled.metrics]
