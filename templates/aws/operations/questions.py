"""What an on-call engineer asks first, in this order, and which metrics answer it whoever measures them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OWN = "archgen"
"""Stands for the namespace that the platform's own code writes to, which bears the platform's name."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question, and the metrics that answer it, by namespace."""

    title: str
    reading: str
    metrics: Mapping[str, frozenset[str]]

    def asks_for(self, namespace: str, name: str) -> bool:
        """Whether a metric is part of the answer."""
        return name in self.metrics.get(OWN if namespace.startswith(f"{OWN}/") else namespace, frozenset())


ON_CALL = (
    Question(
        title="1. Is the caller hurt?",
        reading="Errors, slow answers or failing test calls reach the caller. A rising share of fallbacks does not yet:"
        " the rules decide, less well. Where nothing is asked online, a failed or late night is what hurts.",
        metrics={
            "AWS/ApplicationELB": frozenset(
                {"HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "RequestCount", "TargetResponseTime"}
            ),
            "AWS/States": frozenset({"ExecutionTime", "ExecutionsFailed", "ExecutionsTimedOut"}),
            "CloudWatchSynthetics": frozenset({"SuccessPercent"}),
            OWN: frozenset({"FallbackRate", "RowsWritten"}),
        },
    ),
    Question(
        title="2. Where does the time go?",
        reading="From the caller inwards: balancer (s), the service itself (ms), the model, and what its endpoint"
        " adds (microseconds). The innermost hop that has risen is the one to look at.",
        metrics={
            "AWS/ApplicationELB": frozenset({"TargetResponseTime"}),
            "AWS/SageMaker": frozenset({"ModelLatency", "OverheadLatency"}),
            OWN: frozenset({"Latency"}),
        },
    ),
    Question(
        title="3. Is something full?",
        reading="Above about 70 % scaling should have helped already: look whether it is at its ceiling or at a quota.",
        metrics={
            "/aws/sagemaker/Endpoints": frozenset({"CPUUtilization", "MemoryUtilization"}),
            "AWS/ECS": frozenset({"CPUUtilization", "MemoryUtilization"}),
            "AWS/ElastiCache": frozenset({"DatabaseMemoryUsagePercentage", "EngineCPUUtilization"}),
            "AWS/Kinesis": frozenset({"ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"}),
            "AWS/KinesisAnalytics": frozenset({"containerCPUUtilization"}),
        },
    ),
    Question(
        title="4. Is the data fresh and whole?",
        reading="Late data makes decisions worse without an error: features, training and what consumers get fall"
        " behind.",
        metrics={
            "AWS/Firehose": frozenset({"DeliveryToS3.DataFreshness"}),
            "AWS/Kinesis": frozenset({"GetRecords.IteratorAgeMilliseconds"}),
            OWN: frozenset({"ConsumerLag", "QualityRulesFailed", "RowsLanded"}),
        },
    ),
    Question(
        title="5. Does anything lie undelivered?",
        reading="A message here was given up: nobody tries again until a person has sent it back or put it aside.",
        metrics={
            "AWS/SQS": frozenset({"ApproximateNumberOfMessagesVisible"}),
            OWN: frozenset({"PublishFailures", "PublishShed"}),
        },
    ),
)
"""For three in the morning: what hurts whom comes before what causes it."""

BUSINESS = (
    Question(
        title="What is decided?",
        reading="How many decisions, how many of them let the customer pass, and how many the rules made alone.",
        metrics={OWN: frozenset({"ApprovalRate", "Decisions", "FallbackRate", "RowsWritten"})},
    ),
    Question(
        title="How good are the decisions?",
        reading="Against what turned out later. Values come with the labels, so the newest one speaks of a time as far"
        " back as labels take.",
        metrics={
            "aws/sagemaker/Endpoints/model-metrics": frozenset({"auc"}),
            OWN: frozenset({"Bias", "Coverage", "LabelsMatched", "ValueRecall", "WAPE"}),
        },
    ),
    Question(
        title="Does the world drift away from the model?",
        reading="Long before labels come: scores that move, features that differ between training and serving, requests"
        " unlike those that were learnt from, groups that are treated unlike.",
        metrics={
            OWN: frozenset({"DataQualityViolations", "FeatureShareApart", "RecallGap", "ScorePSI", "SpecificityGap"})
        },
    ),
)
"""For those who own the decisions, by day."""
