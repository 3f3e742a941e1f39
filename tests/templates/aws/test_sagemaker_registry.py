from __future__ import annotations

import json

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


def build(protected=True, risk="minimal"):
    registry = SagemakerRegistry(
        "registry",
        SagemakerRegistryArgs(
            platform=platform(protected),
            task="fraud-detection",
            effect="fraud-block",
            automation="automatic",
            subjects="natural-persons",
            risk=risk,
            bias_compared=True,
        ),
    )
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
    (kept,) = json.loads(made.one(":RepositoryPolicy").inputs["policy"])["Statement"]
    assert (kept["Effect"], kept["Principal"]) == ("Deny", "*") and "ecr:BatchDeleteImage" in kept["Action"]
    in_dev = record(lambda: build(protected=False))
    assert not in_dev.of(":RepositoryPolicy")
    assert not in_dev.one(":Repository").protect and not in_dev.one(":ModelPackageGroup").protect


def test_roles_stay_within_their_bounds(record):
    assert_every_role_is_bounded_and_never_open(record(build))


def test_the_card_begins_as_a_draft_and_stays_what_people_make_of_it(record):
    card = record(build).one(":ModelCard")
    assert card.inputs["modelCardStatus"] == "Draft"
    assert card.inputs["securityConfig"] == {"kmsKeyId": DATA_KEY}
    assert card.ignored == {"content", "modelCardStatus"} and card.protect
    said = json.loads(card.inputs["content"])
    assert said["model_overview"]["problem_type"] == "fraud-detection"
    assert "the system decides" in said["intended_uses"]["purpose_of_model"]
    assert said["intended_uses"]["risk_rating"] == "Low"


def test_a_card_rates_what_the_act_calls_high_as_high_and_the_unassessed_as_unknown(record):
    def rated(risk):
        content = record(lambda: build(risk=risk)).one(":ModelCard").inputs["content"]
        return json.loads(content)["intended_uses"]["risk_rating"]

    assert [rated(risk) for risk in ("high", "limited", "out of scope")] == ["High", "Medium", "Unknown"]
