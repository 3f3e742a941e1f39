from __future__ import annotations

import json

import pulumi
import pytest

from archgen.services import Setting, catalogue
from templates.aws.sagemaker_promotion.component import SagemakerPromotion, SagemakerPromotionArgs
from tests.templates.aws.learning_stand_ins import GROUP, Registry
from tests.templates.aws.stand_ins import (
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_log_group_is_encrypted_and_ends,
    assert_every_role_is_bounded_and_never_open,
    component,
    out,
    platform,
    policy,
    waits_for,
)

SERVICE = catalogue.services("aws")["sagemaker_promotion"]
URL = "https://api.github.com/repos/bank/payments-fraud/dispatches"


def build(url=URL):
    return SagemakerPromotion(
        "promotion",
        SagemakerPromotionArgs(
            platform=platform(),
            registry=Registry(),
            workflow_url=url,
            workflow_token=pulumi.Output.secret(out("gh-token")),
        ),
    )


def states(made):
    return json.loads(made.one(":StateMachine").inputs["definition"])["States"]


def test_only_an_approval_in_this_registry_starts_it(record):
    pattern = json.loads(record(build).one(":EventRule").inputs["eventPattern"])
    assert pattern["source"] == ["aws.sagemaker"]
    assert pattern["detail"] == {"ModelPackageGroupName": [GROUP], "ModelApprovalStatus": ["Approved"]}


def test_it_asks_the_deployment_for_a_new_setting_and_touches_no_endpoint(record):
    made = record(build)
    asked = states(made)["Start the deployment"]
    assert asked["Resource"] == "arn:aws:states:::http:invoke"
    body = asked["Parameters"]["RequestBody"]
    assert body["event_type"] == "model-approved"
    assert body["client_payload"]["stack"] == "prod"
    assert set(body["client_payload"]) == {"stack", "model_package_arn.$", "baseline_uri.$", "evaluation_uri.$"}
    assert "UpdateEndpoint" not in json.dumps([policy(each) for each in made.of(":RolePolicy")])


def test_an_approval_that_was_withdrawn_releases_nothing(record):
    choice = states(record(build))["Still approved?"]
    assert choice["Choices"][0]["StringEquals"] == "Approved"
    assert choice["Default"] == "Withdrawn"


def test_what_passes_is_asked_again_and_what_stays_is_kept_for_a_person(record):
    made = record(build)
    asked = states(made)["Start the deployment"]
    (retry,) = asked["Retry"]
    assert "States.Http.StatusCode.503" in retry["ErrorEquals"]
    assert "States.Http.StatusCode.401" not in retry["ErrorEquals"]
    assert asked["Catch"][0]["Next"] == "Keep for a person"
    assert states(made)["Keep for a person"]["Next"] == "Not started"
    assert states(made)["Not started"]["Type"] == "Fail"
    target = made.one(":EventTarget")
    assert target.inputs["deadLetterConfig"]["arn"].endswith("Queue/promotion-not-promoted")
    assert target.inputs["retryPolicy"]["maximumEventAgeInSeconds"] == 86_400


def test_the_token_goes_to_one_address_and_is_nowhere_in_clear(record):
    made = record(build)
    connection = made.one(":EventConnection")
    assert connection.inputs["authParameters"]["apiKey"]["value"] == "Bearer gh-token"
    assert any(path.startswith("authParameters") for path in connection.secret_inputs)
    assert connection.inputs["kmsKeyIdentifier"]
    key = made.one("kms/key:Key", "promotion-connection")
    # Without the tag EventBridge refuses the key.
    assert key.inputs["tags"] == {"EventBridgeApiDestinations": "true"}
    said = policy(made.one(":RolePolicy", "promotion-calls-workflow"))
    (call,) = [statement for statement in said if "states:InvokeHTTPEndpoint" in statement["Action"]]
    assert call["Condition"]["StringEquals"] == {"states:HTTPEndpoint": URL, "states:HTTPMethod": "POST"}
    for resource in made.resources:
        for path, value in resource.inputs.items():
            assert "gh-token" not in json.dumps(value) or path == "authParameters", resource.name


def test_rights_come_before_what_needs_them(record):
    made = record(build)
    machine = made.one(":StateMachine")
    assert waits_for(machine, made.one(":RolePolicy", "promotion-follows-registry"))
    assert waits_for(machine, made.one(":RolePolicy", "promotion-calls-workflow"))
    assert waits_for(made.one(":EventTarget"), made.one(":RolePolicy", "promotion-rule"))
    assert_every_role_is_bounded_and_never_open(made)
    assert_every_log_group_is_encrypted_and_ends(made)
    assert_every_alarm_reaches_a_person(made)


def test_an_address_without_tls_is_refused(record):
    with pytest.raises(ValueError, match="no https address"):
        record(lambda: build("http://ci.internal/deploy"))


def test_address_and_token_are_the_clients_to_say():
    found = SERVICE.arguments(component("promotion", "promotion", {"models": 2}), alone())
    url, token = found["workflow_url"], found["workflow_token"]
    assert isinstance(url, Setting) and url.key == "promotionWorkflowUrl" and not url.live
    assert isinstance(token, Setting) and token.secret
