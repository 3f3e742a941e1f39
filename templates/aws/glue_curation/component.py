"""Curation on AWS Glue: labels that are mature, states as of each event, and a gate in front of the curated zone.

Spark, since a day of decisions is hundreds of gigabytes; the transformations are plain PySpark of our own, tested
without AWS. The rules of the gate run inside the job, on the rows that it is about to write: a ruleset beside it would
judge data that somebody has already learnt from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import FeatureHistory, Metric, Network, ObjectStore, Platform, Step, Workload
from ..hardened.glue import SparkJob, hosting, may_run, network_connection, run_step, spark_job, watch_runs
from ..hardened.identity import allow
from ..hardened.intake import may_commit, own_metric, start_at
from ..hardened.lake_formation import Governance, account_settings
from ..hardened.monitoring import alarm
from .catalogue import CURATED, RECORD_COLUMNS, RECORDS, Curated, Recorded, catalogue

PACKAGES = ("curation", "curation_core", "feature_layout")
ICEBERG = "org.apache.iceberg"


@dataclass(frozen=True, kw_only=True)
class GlueCurationArgs:
    """`sources` are all lakes that it reads; `inputs` are what lies in them: kind (`decisions`, `events`, `labels`,
    `features`), source, prefix, form (`json`, `parquet`) and lake.

    `columns` are pairs of a source and how its columns are called (`ours=theirs,...`). `history` keeps the features of
    `entities`, named `features` as in `count_5m`. Labels wait `label_delay_days`; `negative_share` of the events
    without fraud are kept; `parity_limit` is the share of compared features that may be unexplained. `days` are curated
    in each run. `rules`, and `column_rule` for each measured column, are what the job checks, in DQDL: it has them from
    the same file. `readers` are ARNs of roles that may query what is curated, which is of `data_class`, and
    `record_readers` of those that may query events and decisions as they were recorded. `manage_account_baseline` makes
    the settings of Lake Formation this stack's. Without `schedule` (a cron expression, in `time_zone`) something else
    runs it.
    """

    platform: Platform
    network: Network
    sources: Sequence[ObjectStore]
    destination: ObjectStore
    code: str
    task: str
    inputs: Sequence[tuple[str, str, str, str, ObjectStore]]
    columns: Sequence[tuple[str, str]]
    entities: Sequence[str]
    features: Sequence[str]
    label_delay_days: int
    horizon_days: int
    history_days: int
    days: int
    negative_share: float
    parity_per_million: int
    parity_limit: float
    freshness_seconds: float
    rules: Sequence[str]
    column_rule: str
    data_class: str
    readers: Sequence[str]
    manage_account_baseline: bool
    workers: int
    timeout_minutes: int
    record_readers: Sequence[str] = ()
    history: FeatureHistory | None = None
    schedule: str | None = None
    time_zone: str | None = None
    expected_within_hours: int | None = None


class GlueCuration(pulumi.ComponentResource):
    """Writes below `<name>/` of the curated zone. A `Runnable`: implements the contract of that name."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    metrics: Sequence[Metric]
    step: Step

    def __init__(self, name: str, args: GlueCurationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:GlueCuration", name, None, opts)
        self._name, self._args = name, args
        self._hosted = hosting(name, args.platform, args.network, self)
        workload = self._hosted.workload
        self._governance = self._governed()
        settings = account_settings(self._governance, self)
        granted = [
            *(grant for lake in args.sources for grant in lake.grant_read(workload)),
            *args.destination.grant_write(workload, name),
            allow(f"{name}-commits", workload, may_commit(args.destination, name)),
            *(args.history.grant_write(workload, settings) if args.history else ()),
        ]
        self._job = self._make_job(granted)
        self.step = run_step(self._job)
        self._catalogue(settings)
        self._watch()
        if args.schedule is not None and args.time_zone is not None:
            scheduled = start_at(name, self._job, args.platform, self, args.schedule, args.time_zone)
            self.alarms = [*self.alarms, *scheduled.alarms]
            self.metrics = [*self.metrics, *scheduled.metrics]
        self.job_name = self._job.name
        self.register_outputs({"job_name": self.job_name})

    def grant_run(self, caller: Workload) -> Sequence[pulumi.Resource]:
        """Let `caller` start the job, follow it and stop it."""
        return [allow(f"{caller.name}-runs-{self._name}", caller, [may_run(self._job)])]

    def _make_job(self, granted: Sequence[pulumi.Resource]) -> aws.glue.Job:
        args = self._args
        connections = [
            network_connection(f"{self._name}-{place}", self._hosted, subnet, self)
            for place, subnet in enumerate(args.network.app_subnet_ids, start=1)
        ]
        iceberg = _iceberg(args.destination, self._name) if args.history else {}
        return spark_job(
            self._name,
            self._hosted,
            SparkJob(
                code=args.code,
                packages=PACKAGES,
                workers=args.workers,
                timeout_minutes=args.timeout_minutes,
                connections=[connection.name for connection in connections],
                arguments={"--settings": pulumi.Output.json_dumps(self._settings()), **iceberg},
            ),
            args.platform,
            self,
            granted,
        )

    def _settings(self) -> Mapping[str, Any]:
        args = self._args
        return {
            "task": args.task,
            "entities": list(args.entities),
            "inputs": [
                {"kind": kind, "source": source, "prefix": prefix, "form": form, "bucket": lake.bucket_name}
                for kind, source, prefix, form, lake in args.inputs
            ],
            "columns": dict(args.columns),
            "groups": args.history.groups if args.history else {},
            "bucket": args.destination.bucket_name,
            "prefix": self._name,
            "label_delay_days": args.label_delay_days,
            "horizon_days": args.horizon_days,
            "history_days": args.history_days,
            "days": args.days,
            "negative_share": args.negative_share,
            "parity_per_million": args.parity_per_million,
            "freshness_seconds": args.freshness_seconds,
        }

    def _recorded(self) -> Sequence[Recorded]:
        return [
            Recorded(kind=kind, store=lake, prefix=prefix)
            for kind, _, prefix, form, lake in self._args.inputs
            if kind in RECORD_COLUMNS and form == "json"
        ]

    def _governed(self) -> Governance:
        args = self._args
        return Governance(
            name=self._name,
            platform=args.platform,
            data_class=args.data_class,
            readers={CURATED: args.readers, **({RECORDS: args.record_readers} if self._recorded() else {})},
            manage_account_baseline=args.manage_account_baseline,
        )

    def _catalogue(self, settings: Sequence[pulumi.Resource]) -> None:
        args = self._args
        forecasting = args.task == "forecasting"
        measured = [] if forecasting else [f"{entity}_{each}" for entity in args.entities for each in args.features]
        catalogue(
            self._governance,
            Curated(
                store=args.destination,
                columns=_columns(args),
                by_day=not forecasting,
                rules=[*args.rules, *(args.column_rule.format(column=column) for column in measured)],
                known_part=forecasting,
            ),
            self._recorded(),
            self,
            settings,
        )

    def _watch(self) -> None:
        args, name = self._args, self._name
        watched = watch_runs(
            name,
            self._job,
            args.platform,
            self,
            failed=f"A run of {name} failed; the curated zone is as the last good run left it. With a closed quality "
            "gate the error log names the rules that failed; otherwise it names the source that could not be read.",
            expected_within_hours=args.expected_within_hours if args.schedule else None,
        )
        rules = own_metric(name, args.platform, "quality rules failed", "QualityRulesFailed", "Maximum")
        apart = own_metric(name, args.platform, "share of features apart", "FeatureShareApart", "Maximum")
        closed = alarm(
            f"{name}-quality",
            rules,
            f"The quality gate of {name} is closed: rules failed, and nothing was written. The error log names them; "
            "ask the owners of the source before you change a rule.",
            0,
            args.platform,
            self,
            periods=1,
        )
        self.alarms = [*watched.alarms, closed]
        self.metrics = [rules, *watched.metrics]
        if args.task != "forecasting" and args.features:
            self.alarms = [*self.alarms, self._parity_alarm(apart)]
            self.metrics = [apart, *self.metrics]

    def _parity_alarm(self, apart: Metric) -> aws.cloudwatch.MetricAlarm:
        return alarm(
            f"{self._name}-parity",
            apart,
            "Online features were not what the events say. Look at restarts and late records of the feature job first: "
            "until this ends, the model is asked with other features than it has learnt from.",
            self._args.parity_limit,
            self._args.platform,
            self,
            periods=1,
        )


def _columns(args: GlueCurationArgs) -> Sequence[tuple[str, str]]:
    """What every row has. Attributes and states of entities lie beside it in the files, by the names of the client."""
    if args.task == "forecasting":
        return [("series_id", "string"), ("date", "date"), ("quantity", "double")]
    return [
        ("event_id", "string"),
        ("event_time", "timestamp"),
        ("amount", "double"),
        ("currency", "string"),
        ("label", "int"),
        ("label_time", "timestamp"),
        ("score", "double"),
        ("model_version", "string"),
        ("sample_weight", "double"),
        *((f"entity_{entity}", "string") for entity in args.entities),
        *((f"{entity}_{feature}", "double") for entity in args.entities for feature in args.features),
    ]


def _iceberg(store: ObjectStore, name: str) -> Mapping[str, pulumi.Input[str]]:
    """The catalogue that the offline feature store lies in. Glue takes several settings in one `--conf`, as a chain."""
    catalogue = "spark.sql.catalog.glue_catalog"
    settings: Sequence[tuple[str, pulumi.Input[str]]] = (
        ("spark.sql.extensions", f"{ICEBERG}.spark.extensions.IcebergSparkSessionExtensions"),
        (catalogue, f"{ICEBERG}.spark.SparkCatalog"),
        (f"{catalogue}.catalog-impl", f"{ICEBERG}.aws.glue.GlueCatalog"),
        (f"{catalogue}.io-impl", f"{ICEBERG}.aws.s3.S3FileIO"),
        (f"{catalogue}.warehouse", pulumi.Output.concat("s3://", store.bucket_name, f"/{name}/iceberg/")),
    )
    chain = [part for key, value in settings for part in (" --conf ", key, "=", value)]
    return {"--datalake-formats": "iceberg", "--conf": pulumi.Output.concat(*chain[1:])}
