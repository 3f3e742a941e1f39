"""Monitoring of data and model: Model Monitor on captured requests, and a daily job on scores, labels and forecasts.

The job in `app/` looks at what Model Monitor cannot: the score's drift from the day of release on, the money that was
lost once labels are mature, and forecasts whose days have come. It also writes the labels that Model Monitor joins to
captured requests, and counts its violations, which are files otherwise, so that each of them is an alarm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Metric, Network, ObjectStore, Platform, QuotaNeed, RealtimeEndpoint, Workload
from ..hardened.connections import reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.jobs import (
    failed_runs_alarm,
    image_repository,
    pipeline_metrics,
    provided_image,
    pull_image,
    pull_provided_images,
    run_jobs,
    start_jobs,
    start_pipeline,
)
from ..hardened.monitoring import alarm
from ..hardened.quotas import instances
from ..hardened.schedules import schedule
from .late_labels import GROUND_TRUTH, GROUPS, QUALITY, LateLabels, in_request, watch_groups, watch_quality
from .uploads import upload
from .watch import Watch, definition

PREPROCESSOR = "record_preprocessor.py"
DAILY = "cron(0 8 * * ? *)"
"""After the night's runs, before the people who are called come to work."""


@dataclass(frozen=True, kw_only=True)
class SagemakerMonitoringArgs:
    platform: Platform
    network: Network
    sources: Sequence[ObjectStore]
    """All that is read: `curated`, and `captured` or `answers`."""
    curated: ObjectStore
    curated_prefix: str
    """Where decisions with their labels, or actual quantities, lie in it."""
    labelled: ObjectStore | None = None
    """Where requests go with the labels that they turned out to have."""
    captured: ObjectStore | None = None
    captured_prefix: str = ""
    """Requests and replies of the endpoint's champion."""
    endpoint: RealtimeEndpoint | None = None
    model_monitor: bool = True
    """Whether Model Monitor is open to the account. Without it the daily job is all that watches."""
    label_delay_days: int | None = None
    """Until labels are mature. None where Model Monitor is not to join them to what the endpoint captured."""
    step_up_score: float = 0.5
    ranking_floor: float = 0.5
    bias_columns: Sequence[str] = ()
    """By whose values error rates are compared, as they were before the version was registered."""
    answers: ObjectStore | None = None
    answers_prefix: str = ""
    """Forecasts as they were given, below `date=<day of the run>`."""
    parameters: Sequence[str] = ()
    """Settings of the code in `app/`, each `NAME=value`."""
    limits: Sequence[str]
    """When a person is called, each `metric > value` or `metric < value`."""
    instance_type: str
    time_zone: str
    image_digest: str | None = None
    """`sha256:...` of the job's image. None until the first: nothing is watched then."""
    baseline_uri: str | None = None
    """Statistics and constraints of the version that is served, from its registration."""
    evaluation_uri: str | None = None
    """Evaluation of the version that is served."""


class SagemakerMonitoring(pulumi.ComponentResource):
    """Raises `ValueError` for a limit that it cannot read."""

    alarms: Sequence[aws.cloudwatch.MetricAlarm]
    quotas: Sequence[QuotaNeed]
    metrics: Sequence[Metric]

    def __init__(self, name: str, args: SagemakerMonitoringArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerMonitoring", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._pipeline_name = f"{args.platform.name}-{name}"
        self._role = service_role(name, "sagemaker.amazonaws.com", args.platform, self)
        self._group = security_group(name, args.network, "Monitoring jobs", self)
        self._repository = image_repository(name, args.platform, self)
        self._reports = pulumi.Output.concat("s3://", args.platform.artefacts_bucket, f"/{name}/reports")
        workload = Workload(name=name, component=self, role=self._role, security_group_id=self._group.id)
        granted = [
            *(grant for source in args.sources for grant in source.grant_read(workload)),
            *reach_aws(workload, args.network),
            self._allow_service(workload),
        ]
        if args.labelled is not None:
            # Labels and reports are of people, so they lie where the labelled data does and are kept as long.
            granted += args.labelled.grant_write(workload, name)
        watched = [_limit(text) for text in args.limits]
        own = [self._metric(metric) for metric, _, _ in watched]
        # Looks and monitors meet now and then.
        self.quotas = [instances(args.instance_type, "processing job usage", 4)]
        self.metrics = [*own, *pipeline_metrics(name, self._pipeline_name)]
        self.alarms = self._limit_alarms(own, watched)
        if args.image_digest is not None:
            self._go_live(args.image_digest, granted)
        self.repository_url = self._repository.repository_url
        self.register_outputs({"repository_url": self.repository_url})

    def _allow_service(self, workload: Workload) -> aws.iam.RolePolicy:
        bucket = pulumi.Output.concat("arn:aws:s3:::", self._platform.artefacts_bucket)
        by_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}}
        own = pulumi.Output.concat(bucket, f"/{self._name}/*")
        return allow(
            f"{self._name}-service",
            workload,
            [
                statement(["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [own]),
                # Baselines lie with the versions that they belong to.
                statement(["s3:GetObject"], [pulumi.Output.concat(bucket, "/models/*")]),
                statement(["s3:ListBucket"], [bucket]),
                statement(["kms:Decrypt", "kms:GenerateDataKey"], [self._platform.keys.data], by_s3),
                statement(
                    ["cloudwatch:PutMetricData"],
                    ["*"],
                    {"StringEquals": {"cloudwatch:namespace": [f"archgen/{self._platform.name}"]}},
                ),
                *pull_image(self._repository),
                pull_provided_images(self._platform),
                statement(
                    ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                    # Joins labels to captured requests, ahead of a monitor that needs them; in an account of AWS.
                    [f"arn:aws:ecr:{self._platform.region}:*:repository/sagemaker-model-monitor-groundtruth-merger"],
                ),
                *run_jobs(self._platform, self._args.network, self._group),
                *start_jobs(self._platform, self._role),
            ],
        )

    def _metric(self, name: str) -> Metric:
        return Metric(
            title=f"{self._name}: {name}",
            namespace=f"archgen/{self._platform.name}",
            name=name,
            statistic="Maximum",
            dimensions={"Component": self._name},
            # One value a day, whenever the job ends.
            period_seconds=86_400,
        )

    def _limit_alarms(
        self, metrics: Sequence[Metric], limits: Sequence[tuple[str, str, float]]
    ) -> Sequence[aws.cloudwatch.MetricAlarm]:
        return [
            alarm(
                f"{self._name}-{name.lower()}",
                metric,
                f"{name} of the model is beyond {value:g}. {ADVICE[name]}",
                value,
                self._platform,
                self,
                comparison=comparison,
                periods=1,
            )
            for metric, (name, comparison, value) in zip(metrics, limits, strict=True)
        ]

    def _failed(self) -> aws.cloudwatch.MetricAlarm:
        return failed_runs_alarm(
            self._name,
            self._pipeline_name,
            "The daily look at the model failed: nobody watches it meanwhile. Read the log of the job; as a rule its "
            "input of the day is missing, so look at delivery and curation first.",
            self._platform,
            self,
        )

    def _go_live(self, image_digest: str, granted: Sequence[pulumi.Resource]) -> None:
        args = self._args
        if args.model_monitor and args.endpoint is not None and args.baseline_uri is not None:
            self._watch_requests(args.endpoint, args.baseline_uri, granted)
        if (late := self._late_labels_of()) is not None:
            self._watch_labels(*late, granted)
        pipeline = aws.sagemaker.Pipeline(
            self._name,
            pipeline_name=self._pipeline_name,
            pipeline_display_name=self._pipeline_name,
            role_arn=self._role.arn,
            pipeline_definition=pulumi.Output.json_dumps(definition(self._watch(image_digest)), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(granted)),
        )
        planned = schedule(
            self._name,
            self,
            self._platform,
            expression=DAILY,
            time_zone=args.time_zone,
            call=start_pipeline(pipeline),
        )
        self.alarms = [*self.alarms, self._failed(), *planned.alarms]
        self.metrics = [*self.metrics, *planned.metrics]

    def _watch(self, image_digest: str) -> Watch:
        args = self._args
        environment: dict[str, Any] = dict(each.split("=", 1) for each in args.parameters)
        environment |= {
            "AWS_REGION": self._platform.region,
            "PROJECT": self._platform.name,
            "COMPONENT": self._name,
            "CURATED_URI": _uri(args.curated, args.curated_prefix),
        }
        if args.captured is not None and args.endpoint is not None:
            captured = f"{args.captured_prefix}/{args.endpoint.endpoint_name}"
            environment["CAPTURED_URI"] = _uri(args.captured, captured)
        if args.model_monitor:
            environment["REPORTS_URI"] = self._reports
        if (late := self._late_labels_of()) is not None:
            place, endpoint = _uri(args.curated, self._name), late[0].endpoint_name
            environment["GROUND_TRUTH_URI"] = pulumi.Output.concat(place, f"/{GROUND_TRUTH}")
            environment["QUALITY_URI"] = pulumi.Output.concat(place, f"/{QUALITY}/{endpoint}")
            if in_request(args.bias_columns):
                environment["GROUPS_URI"] = pulumi.Output.concat(place, f"/{GROUPS}/{endpoint}")
        if args.answers is not None:
            environment["ANSWERS_URI"] = _uri(args.answers, args.answers_prefix)
        if args.evaluation_uri is not None:
            environment["EVALUATION_URI"] = args.evaluation_uri
        return Watch(
            role_arn=self._role.arn,
            image=pulumi.Output.concat(self._repository.repository_url, "@", image_digest),
            instance_type=args.instance_type,
            subnet_ids=args.network.app_subnet_ids,
            security_group_id=self._group.id,
            key_arn=self._platform.keys.data,
            environment=environment,
        )

    def _watch_requests(
        self, endpoint: RealtimeEndpoint, baseline_uri: str, granted: Sequence[pulumi.Resource]
    ) -> None:
        job = aws.sagemaker.DataQualityJobDefinition(
            self._name,
            role_arn=self._role.arn,
            data_quality_app_specification=aws.sagemaker.DataQualityJobDefinitionDataQualityAppSpecificationArgs(
                image_uri=provided_image("sagemaker-model-monitor-analyzer"),
                record_preprocessor_source_uri=self._preprocessor(),
            ),
            data_quality_baseline_config=_baseline(baseline_uri),
            data_quality_job_input=aws.sagemaker.DataQualityJobDefinitionDataQualityJobInputArgs(
                endpoint_input=aws.sagemaker.DataQualityJobDefinitionDataQualityJobInputEndpointInputArgs(
                    endpoint_name=endpoint.endpoint_name, local_path="/opt/ml/processing/input/endpoint"
                )
            ),
            data_quality_job_output_config=self._output(),
            job_resources=aws.sagemaker.DataQualityJobDefinitionJobResourcesArgs(
                cluster_config=aws.sagemaker.DataQualityJobDefinitionJobResourcesClusterConfigArgs(
                    instance_count=1,
                    instance_type=self._args.instance_type,
                    volume_size_in_gb=50,
                    volume_kms_key_id=self._platform.keys.data,
                )
            ),
            network_config=self._isolated(),
            stopping_condition=aws.sagemaker.DataQualityJobDefinitionStoppingConditionArgs(
                # Ended before the next hour begins.
                max_runtime_in_seconds=3000
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=_required(endpoint, granted)),
        )
        aws.sagemaker.MonitoringSchedule(
            self._name,
            monitoring_schedule_config=aws.sagemaker.MonitoringScheduleMonitoringScheduleConfigArgs(
                monitoring_type="DataQuality",
                monitoring_job_definition_name=job.name,
                schedule_config=aws.sagemaker.MonitoringScheduleMonitoringScheduleConfigScheduleConfigArgs(
                    # Every hour, which is the same in any time zone.
                    schedule_expression="cron(0 * ? * * *)"
                ),
            ),
            opts=self._child,
        )

    def _late_labels_of(self) -> tuple[RealtimeEndpoint, int] | None:
        """The endpoint whose captured requests are joined to labels, and the days that these take; None without."""
        args = self._args
        if not args.model_monitor or args.endpoint is None or args.label_delay_days is None:
            return None
        return args.endpoint, args.label_delay_days

    def _watch_labels(
        self, endpoint: RealtimeEndpoint, label_delay_days: int, granted: Sequence[pulumi.Resource]
    ) -> None:
        args = self._args
        watched = LateLabels(
            name=self._name,
            platform=self._platform,
            parent=self,
            required=_required(endpoint, granted),
            endpoint_name=endpoint.endpoint_name,
            place=_uri(args.curated, self._name),
            label_delay_days=label_delay_days,
            step_up_score=args.step_up_score,
            ranking_floor=args.ranking_floor,
            role_arn=self._role.arn,
            instance_type=args.instance_type,
            subnet_ids=args.network.app_subnet_ids,
            security_group_id=self._group.id,
        )
        called, ranking = watch_quality(watched)
        self.alarms, self.metrics = [*self.alarms, called], [*self.metrics, ranking]
        if columns := in_request(args.bias_columns):
            watch_groups(watched, columns)

    def _preprocessor(self) -> pulumi.Output[str]:
        """Uploads the script that makes flat records, and gives its address."""
        text = Path(__file__).with_name(PREPROCESSOR).read_text(encoding="utf-8")
        return upload(self._name, "preprocessor", PREPROCESSOR, text, self._platform, self)

    def _output(self) -> aws.sagemaker.DataQualityJobDefinitionDataQualityJobOutputConfigArgs:
        return aws.sagemaker.DataQualityJobDefinitionDataQualityJobOutputConfigArgs(
            kms_key_id=self._platform.keys.data,
            monitoring_outputs=aws.sagemaker.DataQualityJobDefinitionDataQualityJobOutputConfigMonitoringOutputsArgs(
                s3_output=aws.sagemaker.DataQualityJobDefinitionDataQualityJobOutputConfigMonitoringOutputsS3OutputArgs(
                    s3_uri=self._reports, local_path="/opt/ml/processing/output", s3_upload_mode="EndOfJob"
                )
            ),
        )

    def _isolated(self) -> aws.sagemaker.DataQualityJobDefinitionNetworkConfigArgs:
        return aws.sagemaker.DataQualityJobDefinitionNetworkConfigArgs(
            enable_network_isolation=True,
            enable_inter_container_traffic_encryption=True,
            vpc_config=aws.sagemaker.DataQualityJobDefinitionNetworkConfigVpcConfigArgs(
                subnets=self._args.network.app_subnet_ids, security_group_ids=[self._group.id]
            ),
        )


ADVICE: Mapping[str, str] = {
    "ScorePSI": "The scores of yesterday are not those of the evaluation: look at the importance report of the "
    "version, then at the features that weigh most, first for a fault in their making.",
    "ReasonsRanking": "Decisions are made for other reasons than in the evaluation, even if scores look alike: a "
    "feature has changed its meaning or is missing. Look at the reason that has come up, then at how it is made.",
    "ValueRecall": "Less of the lost money is stopped than the version promised, on labels that are mature now. "
    "Compare with the score's drift of that day; retrain, and lower the threshold until then if reviewers can take it.",
    "DataQualityViolations": "Requests violate the constraints of the training data: read constraint_violations.json "
    "of the hour. A new category is the client's news; a missing feature is a fault in the path of features.",
    "LabelsMatched": "No captured request has found its label, though there were many of both: quality and groups are "
    "not watched. Compare a captured request with its row in the curated data; one of them has changed its form.",
    "RecallGap": "Fraud is missed in some group of decisions more often than in the others, over a week of mature "
    "labels. Read analysis.json of the group monitor; compare with the groups of the version's registration.",
    "SpecificityGap": "Good decisions of some group are stopped more often than those of the others, over a week of "
    "mature labels. Read analysis.json of the group monitor, and let a person judge whether the reason is a fair one.",
    "WAPE": "A whole horizon was forecast worse than allowed. Look at the series with the largest errors, then at "
    "promotions and prices that were not told ahead.",
    "Bias": "Forecasts lie to one side of the actual sums: stock piles up or runs out. Look for a break in the level, "
    "and retrain.",
    "Coverage": "Too many days lie outside their interval: safety stock that is reckoned from it is too small.",
}


def _required(endpoint: RealtimeEndpoint, granted: Sequence[pulumi.Resource]) -> list[pulumi.Resource]:
    """What a monitoring job waits for. The endpoint's name says nothing of when the endpoint exists, and SageMaker
    refuses to watch one that does not."""
    return [*granted, *([endpoint] if isinstance(endpoint, pulumi.Resource) else [])]


def _baseline(uri: str) -> aws.sagemaker.DataQualityJobDefinitionDataQualityBaselineConfigArgs:
    return aws.sagemaker.DataQualityJobDefinitionDataQualityBaselineConfigArgs(
        constraints_resource=aws.sagemaker.DataQualityJobDefinitionDataQualityBaselineConfigConstraintsResourceArgs(
            s3_uri=f"{uri}/constraints.json"
        ),
        statistics_resource=aws.sagemaker.DataQualityJobDefinitionDataQualityBaselineConfigStatisticsResourceArgs(
            s3_uri=f"{uri}/statistics.json"
        ),
    )


def _uri(store: ObjectStore, prefix: str) -> pulumi.Output[str]:
    return pulumi.Output.concat("s3://", store.bucket_name, f"/{prefix}")


def _limit(text: str) -> tuple[str, str, float]:
    comparisons = {">": "GreaterThanThreshold", "<": "LessThanThreshold"}
    words = text.split()
    if len(words) != 3 or words[1] not in comparisons or words[0] not in ADVICE:
        known = ", ".join(sorted(ADVICE))
        raise ValueError(f"limit '{text}' cannot be read; expected e.g. 'ScorePSI > 0.2', with one of {known}")
    return words[0], comparisons[words[1]], float(words[2])
