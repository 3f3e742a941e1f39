"""What looks for attacks, openings, weak images and personal data, and what gathers all that they find."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from ..contracts import Platform

SOON = "FIFTEEN_MINUTES"
"""How often a finding that goes on is published again; the shortest there is."""
THREAT_FEATURES = (
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "S3_DATA_EVENTS",
)
"""What GuardDuty looks at beside logs of calls, names and flows. Each costs nothing until there is something to look
at. Runtime monitoring is not among them: its agent needs a way out that the tasks here are not given."""
SCANNED = ("ECR",)
"""What Inspector scans again with each new vulnerability; nothing else here runs code that AWS can look into."""


def find_threats(name: str, parent: pulumi.Resource) -> aws.guardduty.Detector:
    """GuardDuty, over the account's calls, names, flows and the data events of its stores."""
    detector = aws.guardduty.Detector(
        name, enable=True, finding_publishing_frequency=SOON, opts=pulumi.ResourceOptions(parent=parent)
    )
    for feature in THREAT_FEATURES:
        aws.guardduty.DetectorFeature(
            f"{name}-{feature.lower().replace('_', '-')}",
            detector_id=detector.id,
            name=feature,
            status="ENABLED",
            opts=pulumi.ResourceOptions(parent=parent),
        )
    return detector


def find_weaknesses(name: str, platform: Platform, parent: pulumi.Resource) -> None:
    """Inspector over images, and what of the account is open to somebody outside it."""
    options = pulumi.ResourceOptions(parent=parent)
    aws.inspector2.Enabler(name, account_ids=[platform.account_id], resource_types=list(SCANNED), opts=options)
    aws.accessanalyzer.Analyzer(name, analyzer_name=f"{platform.name}-{name}", type="ACCOUNT", opts=options)


def find_personal_data(name: str, parent: pulumi.Resource) -> aws.macie2.Account:
    """Macie: on its own it lists buckets and who can reach them; what it reads, a job says."""
    return aws.macie2.Account(
        name,
        status="ENABLED",
        finding_publishing_frequency=SOON,
        opts=pulumi.ResourceOptions(parent=parent),
    )


def subscribe_standards(
    name: str, standards: Sequence[str], region: str, sources: Sequence[pulumi.Resource], parent: pulumi.Resource
) -> None:
    """Security Hub with the standards that are named, and none that AWS would choose.

    It takes in what the detectors find when they are there before it.
    """
    hub = aws.securityhub.Account(
        name,
        enable_default_standards=False,
        auto_enable_controls=True,
        control_finding_generator="SECURITY_CONTROL",
        opts=pulumi.ResourceOptions(parent=parent, depends_on=list(sources)),
    )
    for standard in standards:
        aws.securityhub.StandardsSubscription(
            f"{name}-{standard.partition('/')[0]}",
            standards_arn=f"arn:aws:securityhub:{region}::standards/{standard}",
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[hub]),
        )
