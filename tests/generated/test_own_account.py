"""The fraud case in an account without a landing zone: what the account has once is made, watched and proved."""

from __future__ import annotations

import json
import pathlib
from collections import Counter
from collections.abc import Callable, Mapping

import pytest

from archgen.engine import load_project
from archgen.proof import Proof, prove

CASE = "payments-fraud-own-account"
ONCE = (
    "aws:accessanalyzer/analyzer:Analyzer",
    "aws:backup/vault:Vault",
    "aws:cfg/recorder:Recorder",
    "aws:cfg/recorderStatus:RecorderStatus",
    "aws:cloudtrail/trail:Trail",
    "aws:costexplorer/anomalySubscription:AnomalySubscription",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings",
    "aws:guardduty/detector:Detector",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:inspector2/enabler:Enabler",
    "aws:macie2/account:Account",
    "aws:macie2/classificationJob:ClassificationJob",
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    "aws:securityhub/account:Account",
)


@pytest.fixture(scope="module")
def proofs(project: Callable[..., pathlib.Path]) -> Mapping[str, Proof]:
    return {proof.phase: proof for proof in prove(load_project(project(CASE)), ["prod"], ["foundation", "live"])}


def test_it_is_proved_in_both_phases(proofs: Mapping[str, Proof]) -> None:
    assert set(proofs) == {"foundation", "live"}
    assert [str(finding) for proof in proofs.values() for finding in proof.findings] == []


def test_what_an_account_has_once_is_made_once_in_the_first_deployment(proofs: Mapping[str, Proof]) -> None:
    made = Counter(resource.type for resource in proofs["foundation"].resources)
    assert {kind: made[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)


def test_standards_and_packs_are_those_of_the_frameworks(proofs: Mapping[str, Proof]) -> None:
    resources = proofs["live"].resources
    standards = [r.inputs["standardsArn"] for r in resources if r.type.endswith(":StandardsSubscription")]
    assert [standard.rpartition("standards/")[2] for standard in sorted(standards)] == [
        "aws-foundational-security-best-practices/v/1.0.0",
        "pci-dss/v/4.0.1",
    ]
    packs = sorted(r.inputs["name"] for r in resources if r.type.endswith(":ConformancePack"))
    assert [name.removeprefix("payments-fraud-own-prod-") for name in packs] == ["pci-dss", "sagemaker"]


def test_quotas_beyond_a_new_account_are_asked_for_before_anything_needs_them(proofs: Mapping[str, Proof]) -> None:
    foundation, live = (
        {r.name: r.inputs["value"] for r in proofs[phase].resources if r.type.endswith(":ServiceQuota")}
        for phase in ("foundation", "live")
    )
    assert foundation == live and "operations-fargate-on-demand-vcpu-resource-count" in live
    assert any("endpoint-usage" in name for name in live)


def test_every_alarm_of_the_account_reaches_a_person(proofs: Mapping[str, Proof]) -> None:
    composite = next(r for r in proofs["live"].resources if r.type.endswith(":CompositeAlarm"))
    dashboards = json.dumps([r.inputs for r in proofs["live"].resources if r.type.endswith(":Dashboard")])
    assert composite.inputs["alarmActions"] and "account-baseline-threat" in dashboards
