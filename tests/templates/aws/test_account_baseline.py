"""The account's own: recorder, detectors and defaults, in one stack of the account and in no other."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from archgen.services.catalogue import services
from templates.aws.account_baseline.component import AccountBaseline, AccountBaselineArgs
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import (
    alone,
    assert_every_alarm_reaches_a_person,
    component,
    platform,
    waits_for,
)

SERVICE = services("aws")["account_baseline"]
FSBP, PCI = "aws-foundational-security-best-practices/v/1.0.0", "pci-dss/v/4.0.1"


def baseline(*, owned: bool = True, keep_days: int = 400, repository: str = "example/fraud") -> AccountBaseline:
    return AccountBaseline(
        "account-baseline",
        AccountBaselineArgs(
            platform=platform(),
            manage_account_baseline=owned,
            standards=(FSBP, PCI),
            keep_days=keep_days,
            repository=repository,
        ),
    )


def test_a_stack_that_does_not_own_the_account_makes_nothing_of_it(record):
    kept = SimpleNamespace()

    def program() -> None:
        kept.made = baseline(owned=False)

    recording = record(program)
    assert [resource.type for resource in recording.resources] == ["archgen:aws:AccountBaseline"]
    assert kept.made.recorder == [] and kept.made.data_discovery_role is None


def test_recorder_channel_and_start_come_in_the_one_order_that_aws_takes(record):
    recording = record(baseline)
    recorder, channel = recording.one(":Recorder"), recording.one(":DeliveryChannel")
    assert recorder.inputs["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert "aws-service-role" in recorder.inputs["roleArn"] or "ServiceLinkedRole" in recorder.inputs["roleArn"]
    assert waits_for(channel, recorder, recording.one(":BucketPolicy"))
    assert waits_for(recording.one(":RecorderStatus"), channel)
    assert recording.one(":RecorderStatus").inputs["isEnabled"] is True
    assert channel.inputs["s3KmsKeyArn"].endswith("Key/account-baseline")


def test_only_the_recorder_of_this_account_writes_its_history(record):
    recording = record(baseline)
    said = {one["Sid"]: one for one in json.loads(recording.one(":BucketPolicy").inputs["policy"])["Statement"]}
    assert said["TlsOnly"]["Effect"] == "Deny"
    assert said["RecorderWrites"]["Resource"].endswith(f"/AWSLogs/{ACCOUNT}/Config/*")
    assert said["RecorderWrites"]["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    (expire,) = [r for r in recording.one(":BucketLifecycleConfiguration").inputs["rules"] if r["id"] == "expire"]
    assert expire["expiration"]["days"] == 400


def test_the_key_lets_in_the_recorder_the_rules_and_volumes_and_nobody_else(record):
    said = {one["Sid"]: one for one in json.loads(record(baseline).one(":Key").inputs["policy"])["Statement"]}
    services_let_in = {one["Principal"].get("Service") for one in said.values()} - {None}
    assert services_let_in == {"config.amazonaws.com", "events.amazonaws.com"}
    volumes = said["VolumesAreAttached"]
    assert volumes["Action"] == "kms:CreateGrant"
    assert volumes["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}


def test_what_somebody_forgets_is_closed_and_encrypted(record):
    recording = record(baseline)
    blocked = recording.one(":AccountPublicAccessBlock").inputs
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(blocked[name] is True for name in names)
    assert waits_for(recording.one(":EncryptionByDefault"), recording.one(":DefaultKmsKey"))
    catalogue = recording.one(":DataCatalogEncryptionSettings").inputs["dataCatalogEncryptionSettings"]
    assert catalogue["encryptionAtRest"]["catalogEncryptionMode"] == "SSE-KMS"
    assert catalogue["connectionPasswordEncryption"]["returnConnectionPasswordEncrypted"] is True
    assert recording.one(":AccountPasswordPolicy").inputs["minimumPasswordLength"] >= 12, "PCI DSS 8.3.6"


def test_the_hub_checks_the_standards_that_are_named_when_there_is_something_to_check(record):
    recording = record(baseline)
    hub = recording.one("securityhub/account:Account")
    assert hub.inputs["enableDefaultStandards"] is False
    assert waits_for(hub, recording.one(":RecorderStatus"), recording.one(":Detector"))
    arns = {one.inputs["standardsArn"] for one in recording.of(":StandardsSubscription")}
    assert arns == {f"arn:aws:securityhub:eu-west-1::standards/{standard}" for standard in (FSBP, PCI)}
    assert all(waits_for(one, hub) for one in recording.of(":StandardsSubscription"))


def test_detectors_look_at_stores_images_openings_and_personal_data(record):
    recording = record(baseline)
    features = {one.inputs["name"]: one.inputs["status"] for one in recording.of(":DetectorFeature")}
    assert features["S3_DATA_EVENTS"] == "ENABLED"
    assert "RUNTIME_MONITORING" not in features, "its agent has no way out of the tasks here"
    assert recording.one(":Enabler").inputs["resourceTypes"] == ["ECR"]
    assert recording.one(":Analyzer").inputs["type"] == "ACCOUNT"
    assert recording.one("macie2/account:Account").inputs["status"] == "ENABLED"


def test_an_urgent_finding_calls_a_person_until_somebody_takes_it_on(record):
    recording = record(baseline)
    rules = {
        one.name: json.loads(one.inputs["eventPattern"])["detail"]["findings"] for one in recording.of(":EventRule")
    }
    threat, control = rules["account-baseline-threat"], rules["account-baseline-control"]
    assert {"GuardDuty", "Macie"} <= set(threat["ProductName"])
    assert threat["Severity"] == {"Label": ["CRITICAL", "HIGH"]}
    assert threat["Workflow"] == control["Workflow"] == {"Status": ["NEW"]}
    assert control["Severity"] == {"Label": ["CRITICAL"]}, "hundreds of controls fail in a young account"
    assert_every_alarm_reaches_a_person(recording)


@pytest.mark.parametrize(
    ("frameworks", "standards"), [(("gdpr",), (FSBP,)), (("gdpr", "pci-dss"), (FSBP, PCI)), ((), (FSBP,))]
)
def test_frameworks_choose_the_standards(frameworks, standards):
    needs = {"frameworks": frameworks, "keep_days": 400}
    given = SERVICE.arguments(component("account-baseline", "account-baseline", needs), alone())
    assert given["standards"] == standards
    assert given["manage_account_baseline"].key == "manageAccountBaseline"


def test_a_workflow_takes_the_role_of_its_environment_and_no_other_repository_takes_any(record):
    recording = record(baseline)
    assert recording.one(":OpenIdConnectProvider").inputs["clientIdLists"] == ["sts.amazonaws.com"]
    trusted = {}
    for role in recording.of(":Role"):
        (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
        trusted[role.name] = trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
        assert role.inputs["permissionsBoundary"].endswith(f"Policy/{role.name}-boundary")
    assert trusted == {
        "account-baseline-preview": "repo:example/fraud:environment:preview",
        "account-baseline-deploy": "repo:example/fraud:environment:production",
    }


def test_a_deployment_bounds_every_role_and_cannot_change_itself(record):
    recording = record(baseline)
    made = recording.one(":Policy", "account-baseline-deploy-boundary").inputs["policy"]
    said = {one["Sid"]: one for one in json.loads(made)["Statement"]}
    assert "iam:*" in said["AllButIdentities"]["NotAction"]
    assert "iam:CreateRole" in said["BoundedRolesOnly"]["Action"]
    assert said["BoundedRolesOnly"]["Condition"]["StringLike"]["iam:PermissionsBoundary"].endswith("*-boundary-*")
    assert said["NeverItself"]["Effect"] == "Deny"
    assert f"arn:aws:iam::{ACCOUNT}:role/account-baseline-deploy*" in said["NeverItself"]["Resource"]
    assert said["AllButIdentities"]["Condition"] == {"StringLike": {"aws:RequestedRegion": ["eu-*", "us-east-?"]}}
    # Each action of IAM that admits a resource has one.
    everywhere = [action for one in said.values() if one["Resource"] == "*" for action in one.get("Action", ())]
    assert everywhere == ["iam:GetAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"]
    allowed = {action for one in said.values() if one["Effect"] == "Allow" for action in one.get("Action", ())}
    assert not allowed & {"iam:CreateUser", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreatePolicy*"}
    assert len(made.replace(" ", "")) <= 6144, "AWS takes no longer policy"


def test_a_preview_reads_no_data(record):
    made = record(baseline).one(":Policy", "account-baseline-preview-boundary").inputs["policy"]
    asked, roles = json.loads(made)["Statement"]
    assert {action.partition(":")[0] for action in asked["Action"]} == {"ec2", "servicequotas", "sts"}
    assert (roles["Action"], roles["Resource"]) == ("iam:GetRole", f"arn:aws:iam::{ACCOUNT}:role/*")


@pytest.mark.parametrize("repository", ["", "example", "example/", "example/*", "a/b/c"])
def test_a_repository_that_names_more_than_one_is_refused(record, repository):
    with pytest.raises(ValueError, match="owner/name"):
        record(lambda: baseline(repository=repository))
