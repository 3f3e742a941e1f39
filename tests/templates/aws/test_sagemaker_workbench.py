from __future__ import annotations

import base64
import json

from archgen.services import Setting, catalogue
from templates.aws.sagemaker_workbench.component import SagemakerWorkbench, SagemakerWorkbenchArgs
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.learning_stand_ins import Lake
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Network,
    actions,
    alone,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    component,
    platform,
    policy,
    resources_of,
    waits_for,
)

SERVICE = catalogue.services("aws")["sagemaker_workbench"]


def build(protected=True, users=("ada", "grace"), manage_account_baseline=True):
    return SagemakerWorkbench(
        "workbench",
        SagemakerWorkbenchArgs(
            platform=platform(protected),
            network=Network(),
            data=Lake("curated"),
            users=users,
            instance_type="ml.t3.large",
            instance_types=["ml.t3.large", "ml.m5.xlarge"],
            idle_minutes=60,
            keep_days=365,
            manage_account_baseline=manage_account_baseline,
        ),
    )


def test_notebooks_have_no_way_to_the_internet_and_a_key_of_their_own(record):
    made = record(build)
    domain = made.one(":Domain")
    assert domain.inputs["appNetworkAccessType"] == "VpcOnly"
    assert domain.inputs["kmsKeyId"] != DATA_KEY
    assert domain.inputs["domainSettings"]["dockerSettings"]["enableDockerAccess"] == "DISABLED"
    assert domain.inputs["defaultUserSettings"]["sharingSettings"]["notebookOutputOption"] == "Disabled"
    for rule in (*made.of(":SecurityGroupEgressRule"), *made.of(":SecurityGroupIngressRule")):
        assert "cidrIpv4" not in rule.inputs, rule.name
    key = json.loads(made.one("kms/key:Key").inputs["policy"])["Statement"]
    (through,) = [one for one in key if one["Sid"] == "RolesUseItThroughServices"]
    assert "elasticfilesystem.eu-west-1.amazonaws.com" in through["Condition"]["StringEquals"]["kms:ViaService"]
    assert waits_for(domain, made.one(":RolePolicy", "workbench-reads-curated"))
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)


def test_each_person_is_named_in_the_trail(record):
    made = record(build)
    assert {one.inputs["userProfileName"] for one in made.of(":UserProfile")} == {"ada", "grace"}
    assert made.one(":Domain").inputs["domainSettings"]["executionRoleIdentityConfig"] == "USER_PROFILE_NAME"
    (trust,) = json.loads(made.one(":Role", "workbench").inputs["assumeRolePolicy"])["Statement"]
    assert "sts:SetSourceIdentity" in trust["Action"], "else Studio cannot start an application at all"
    (tracker,) = json.loads(made.one(":Role", "workbench-tracking").inputs["assumeRolePolicy"])["Statement"]
    assert tracker["Action"] == "sts:AssumeRole"
    assert not record(lambda: build(users=())).of(":UserProfile")


def test_a_notebook_makes_no_version_and_starts_no_job(record):
    made = record(build)
    allowed = {action for one in made.of(":RolePolicy") for action in actions(policy(one))}
    assert not {a for a in allowed if "ModelPackage" in a or "Endpoint" in a or a.endswith("Job")}
    assert made.one(":MlflowApp").inputs["modelRegistrationMode"] == "AutoModelRegistrationDisabled"
    spaces = policy(made.one(":RolePolicy", "workbench-spaces"))
    (create,) = [said for said in spaces if "sagemaker:CreateApp" in said["Action"]]
    types = create["Condition"]["ForAllValues:StringEquals"]["sagemaker:InstanceTypes"]
    assert types == ["system", "ml.t3.large", "ml.m5.xlarge"]
    assert create["Resource"] == [f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:app/workbench-id/*"]


def test_experiments_are_found_by_every_notebook_and_kept_under_our_key(record):
    made = record(build)
    app = made.one(":MlflowApp")
    assert app.inputs["artifactStoreUri"].endswith("/mlflow")
    script = base64.b64decode(made.one(":StudioLifecycleConfig").inputs["studioLifecycleConfigContent"]).decode()
    assert script.startswith("#!/bin/bash\n") and f'"MLFLOW_TRACKING_URI", "{arn_of(app)}"' in script
    said = policy(made.one(":RolePolicy", "workbench-service"))
    assert resources_of(said, "sagemaker:CallMlflowAppApi") == [arn_of(app)]
    (rule,) = made.one(":BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == DATA_KEY
    assert waits_for(app, made.one(":RolePolicy", "workbench-tracking"))


def arn_of(app):
    return f"arn:aws:sagemaker:eu-west-1:{ACCOUNT}:MlflowApp/{app.name}"


def test_an_idle_machine_is_stopped_whatever_its_user_chooses(record):
    lab = record(build).one(":Domain").inputs["defaultUserSettings"]["jupyterLabAppSettings"]
    idle = lab["appLifecycleManagement"]["idleSettings"]
    assert (idle["lifecycleManagement"], idle["idleTimeoutInMinutes"]) == ("ENABLED", 60)
    assert idle["maxIdleTimeoutInMinutes"] == 60


def test_what_people_wrote_outlives_the_domain_in_production_alone(record):
    domain = record(build).one(":Domain")
    assert domain.protect and domain.inputs["retentionPolicy"] == {"homeEfsFileSystem": "Retain"}
    in_dev = record(lambda: build(protected=False)).one(":Domain")
    assert not in_dev.protect and in_dev.inputs["retentionPolicy"] == {"homeEfsFileSystem": "Delete"}


def test_the_accounts_log_group_is_made_once(record):
    (group,) = record(build).of(":LogGroup")
    assert group.inputs["name"] == "/aws/sagemaker/studio"
    assert not record(lambda: build(manage_account_baseline=False)).of(":LogGroup")


def test_people_are_a_setting_and_endpoints_of_studio_are_called_for():
    given = SERVICE.arguments(component("workbench", "workbench", {}), alone())
    assert isinstance(given["users"], Setting) and given["users"].type == "array" and not given["users"].live
    assert given["idle_minutes"] == 60
    assert {"sagemaker.studio", "sagemaker.experiments"} <= SERVICE.calls
