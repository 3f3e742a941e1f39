from __future__ import annotations

from archgen.services import catalogue
from templates.aws.sagemaker_registry.component import SagemakerRegistry, SagemakerRegistryArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    Caller,
    actions,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
    resources_of,
)

SERVICE = catalogue.services("aws")["sagemaker_registry"]
ARTEFACTS = "arn:aws:s3:::artefacts/models/registry/*"


def build(protected=True):
    registry = SagemakerRegistry("registry", SagemakerRegistryArgs(platform=platform(protected)))
    registry.grant_register(Caller("training").workload)
    registry.grant_read(Caller("model").workload)
    registry.grant_follow(Caller("promotion").workload)


def test_whoever_registers_cannot_approve(record):
    made = record(build)
    said = policy(made.one(":RolePolicy", "training-registers-registry"))
    assert "sagemaker:CreateModelPackage" in actions(said)
    assert not {"sagemaker:UpdateModelPackage", "sagemaker:DeleteModelPackage", "s3:DeleteObject"} & actions(said)
    assert resources_of(said, "s3:PutObject") == [ARTEFACTS]


def test_whoever_serves_gets_the_image_and_the_artefacts_and_changes_nothing(record):
    made = record(build)
    said = policy(made.one(":RolePolicy", "model-reads-registry"))
    assert resources_of(said, "s3:GetObject") == [ARTEFACTS]
    assert "ecr:BatchGetImage" in actions(said)
    assert not {action for action in actions(said) if "Put" in action or "Create" in action}


def test_whoever_promotes_sees_versions_and_not_what_they_are_made_of(record):
    said = policy(record(build).one(":RolePolicy", "promotion-follows-registry"))
    assert actions(said) == {"sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"}
    assert resources_of(said, "sagemaker:DescribeModelPackage") == [
        "arn:aws:sagemaker:eu-west-1:123456789012:model-package/payments-fraud-prod-registry/*"
    ]


def test_versions_live_as_long_as_their_images(record):
    made = record(build)
    repository = made.one(":Repository")
    assert repository.inputs["imageTagMutability"] == "IMMUTABLE"
    assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": DATA_KEY}]
    assert repository.protect and made.one(":ModelPackageGroup").protect
    assert not made.of(":LifecyclePolicy")
    in_dev = record(lambda: build(protected=False))
    assert not in_dev.one(":Repository").protect and not in_dev.one(":ModelPackageGroup").protect


def test_roles_stay_within_their_bounds(record):
    assert_every_role_is_bounded_and_never_open(record(build))


def test_an_experiment_tracker_is_rejected_with_its_figure():
    limits = {limit["id"]: limit for limit in catalogue.facts("aws", SERVICE.id)["limits"]}
    assert limits["mlflow-customer-key"]["value"] == "none"
    assert limits["mlflow-customer-key"]["confidence"] == "verified"
