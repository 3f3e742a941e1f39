"""The job as AWS Glue starts it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import boto3
from awsglue.context import GlueContext  # ty: ignore[import-not-found] - exists inside Glue alone
from awsglue.dynamicframe import DynamicFrame  # ty: ignore[import-not-found] - exists inside Glue alone
from awsgluedq.transforms import EvaluateDataQuality  # ty: ignore[import-not-found] - exists inside Glue alone
from pyspark.context import SparkContext
from pyspark.sql import DataFrame

from curation import decisions, sales
from curation.lake import Lake
from curation.settings import Settings, read_settings
from curation_core.history import merge_statement
from curation_core.quality import QualityFailed, ruleset, verdict
from feature_layout.layout import FeatureLayout

log = logging.getLogger("curation")


class Job:
    """One run: what it makes, the gate in front of it, and the metrics that tell of it."""

    def __init__(self, glue: GlueContext, settings: Settings) -> None:
        self._glue = glue
        self._settings = settings
        self._spark = glue.spark_session
        self._spark.conf.set("spark.sql.session.timeZone", "UTC")

    def run(self, now: datetime) -> None:
        """Curate as of the given or today's date."""
        settings, lake = self._settings, Lake(self._spark)
        as_of = settings.day or now.date()
        if settings.task == "forecasting":
            sales.curate(lake, settings, as_of, self.gate)
            return
        windows = FeatureLayout.load().windows
        decisions.remember(lake, settings, windows, as_of, now, self._keep)
        parity = decisions.check_parity(lake, settings, windows, as_of)
        self._count({"FeaturesCompared": parity.compared, "FeatureShareApart": parity.share_apart})
        days = decisions.curate(lake, settings, windows, as_of, self.gate)
        self._count({"DaysCurated": days})

    def gate(self, rows: DataFrame, rules: Sequence[str]) -> int:
        """Let rows pass that meet every rule.

        Raises:
            QualityFailed: the run ends, and nothing of these rows is written.
        """
        checked = EvaluateDataQuality.apply(
            frame=DynamicFrame.fromDF(rows, self._glue, "rows"),
            ruleset=ruleset(rules),
            publishing_options={
                "dataQualityEvaluationContext": self._settings.component,
                "enableDataQualityCloudWatchMetrics": False,
                "enableDataQualityResultsPublishing": False,
            },
        )
        outcomes = [row.asDict() for row in checked.toDF().select("Rule", "Outcome", "FailureReason").collect()]
        failed = sum(one["Outcome"] != "Passed" for one in outcomes)
        self._count({"QualityRulesChecked": len(outcomes), "QualityRulesFailed": failed})
        return verdict(outcomes)

    def _keep(self, entity: str, rows: DataFrame) -> None:
        # SageMaker chooses the name of the table itself.
        group = boto3.client("sagemaker", region_name=self._settings.region).describe_feature_group(
            FeatureGroupName=self._settings.groups[entity]
        )
        table = group["OfflineStoreConfig"]["DataCatalogConfig"]
        rows.createOrReplaceTempView(f"new_{entity}")
        name = f"glue_catalog.{table['Database']}.{table['TableName']}"
        self._spark.sql(merge_statement(name, f"new_{entity}"))

    def _count(self, values: Mapping[str, float]) -> None:
        settings = self._settings
        boto3.client("cloudwatch", region_name=settings.region).put_metric_data(
            Namespace=f"archgen/{settings.project}",
            MetricData=[
                {
                    "MetricName": name,
                    "Dimensions": [{"Name": "Component", "Value": settings.component}],
                    "Value": float(value),
                }
                for name, value in values.items()
            ],
        )


if __name__ == "__main__":
    try:
        Job(GlueContext(SparkContext.getOrCreate()), read_settings(sys.argv[1:])).run(datetime.now(UTC))
    except QualityFailed as error:
        # The driver's log is what the alarm sends a person to.
        log.error("the quality gate is closed: %s", error)
        raise
