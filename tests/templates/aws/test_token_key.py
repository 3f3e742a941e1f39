"""The key of card tokens: who may read it, who is told when another does, and what no state file holds."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from archgen.services import Neighbours, Region, Setting
from archgen.services.catalogue import services
from archgen.topology import Component, Flow, Topology
from templates.aws.token_key.component import TokenKey, TokenKeyArgs
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import (
    Caller,
    actions,
    alone,
    assert_every_alarm_reaches_a_person,
    assert_every_role_is_bounded_and_never_open,
    platform,
    policy,
)

CUSTODIAN = f"arn:aws:iam::{ACCOUNT}:role/key-custodian"
USERS = ("authorisations-bridge", "scoring")


def token_key(*, protected: bool = True, keyring: str = "k1=AAAA", **changed: Any) -> TokenKey:
    arguments: dict[str, Any] = {
        "platform": platform(protected),
        "keyring": pulumi.Output.secret(keyring),
        "users": USERS,
        "custodians": [CUSTODIAN],
    }
    return TokenKey("token-key", TokenKeyArgs(**arguments | changed))


def patterns(recording) -> dict[str, dict[str, Any]]:
    return {rule.name: json.loads(rule.inputs["eventPattern"]) for rule in recording.of(":EventRule")}


def test_the_keyring_is_secret_all_the_way_and_never_in_the_state(record):
    recording = record(token_key)
    version = recording.one(":SecretVersion")
    assert "secretStringWo" in version.secret_inputs and "secretString" not in version.inputs
    others = [one for one in recording.resources if one is not version]
    assert not [one.name for one in others if "k1=AAAA" in json.dumps(one.inputs)]


def test_a_rotated_keyring_is_a_new_version_and_the_same_one_is_not(record):
    def number(keyring: str) -> Any:
        return record(lambda: token_key(keyring=keyring)).one(":SecretVersion").inputs["secretStringWoVersion"]

    assert number("k1=AAAA") == number("k1=AAAA") != number("k2=BBBB,k1=AAAA")
    assert record(token_key).one(":SecretVersion").replaced_on == {"secretStringWoVersion"}


def test_nobody_decrypts_with_the_key_itself_not_even_an_administrator(record):
    key = record(token_key).one(":Key")
    assert key.inputs["enableKeyRotation"] is True and key.inputs["deletionWindowInDays"] == 30
    by_sid = {said["Sid"]: said for said in json.loads(key.inputs["policy"])["Statement"]}
    assert not [action for action in by_sid["AccountAdministers"]["Action"] if "crypt" in action or "*" in action]
    assert "kms:PutKeyPolicy" in by_sid["AccountAdministers"]["Action"], "or the account is locked out"
    via = by_sid["RolesUseItThroughServices"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == ["secretsmanager.eu-west-1.amazonaws.com", "sqs.eu-west-1.amazonaws.com"]


def test_the_secret_is_closed_to_all_but_users_and_custodians(record):
    recording = record(token_key)
    closed = recording.one(":SecretPolicy")
    assert closed.inputs["blockPublicPolicy"] is True
    elsewhere, read, replace = json.loads(closed.inputs["policy"])["Statement"]
    assert elsewhere["Effect"] == read["Effect"] == replace["Effect"] == "Deny"
    assert elsewhere["Condition"]["StringNotEquals"] == {"aws:PrincipalAccount": ACCOUNT}
    assert closed.urn in recording.one(":SecretVersion").depends_on, "nothing lies in it before it is closed"
    assert "secretsmanager:GetSecretValue" in read["Action"]
    assert read["Condition"]["ArnNotLike"]["aws:PrincipalArn"] == [
        f"arn:aws:iam::{ACCOUNT}:role/authorisations-bridge-*",
        f"arn:aws:iam::{ACCOUNT}:role/scoring-*",
        CUSTODIAN,
    ]
    assert replace["Condition"]["ArnNotLike"]["aws:PrincipalArn"] == [CUSTODIAN], "who makes tokens replaces no key"
    assert "secretsmanager:PutSecretValue" in replace["Action"]


def test_a_user_reads_this_secret_through_secrets_manager_and_nothing_else(record):
    def program() -> None:
        token_key().grant_use(Caller("scoring").workload)

    recording = record(program)
    granted = policy(recording.one(":RolePolicy", "scoring-uses-token-key"))
    assert actions(granted) == {"secretsmanager:GetSecretValue", "kms:Decrypt"}
    read, decrypt = granted
    assert [arn.rpartition("/")[2] for arn in read["Resource"]] == ["token-key"]
    assert decrypt["Condition"]["StringEquals"]["kms:ViaService"] == "secretsmanager.eu-west-1.amazonaws.com"
    assert decrypt["Condition"]["StringEquals"]["kms:EncryptionContext:SecretARN"] == read["Resource"][0]
    assert_every_role_is_bounded_and_never_open(recording)


def test_a_read_by_anyone_else_is_an_alarm_although_reads_are_quiet_by_default(record):
    recording = record(token_key)
    rule = recording.one(":EventRule", "token-key-used-by-others")
    assert rule.inputs["state"] == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    detail = patterns(recording)[rule.name]["detail"]
    assert detail["eventName"] == ["GetSecretValue"]
    by_role, by_none = detail["$or"]
    known = by_role["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"][0]["anything-but"]["wildcard"]
    assert CUSTODIAN in known and f"arn:aws:iam::{ACCOUNT}:role/scoring-*" in known
    assert by_none == {"userIdentity": {"type": [{"anything-but": "AssumedRole"}]}}, "the root user and IAM users too"
    alarm = recording.one(":MetricAlarm", rule.name)
    assert (alarm.inputs["threshold"], alarm.inputs["evaluationPeriods"]) == (0, 1)
    assert_every_alarm_reaches_a_person(recording)


def test_a_scheduled_deletion_of_key_or_secret_is_an_alarm(record):
    found = patterns(record(token_key))
    assert "ScheduleKeyDeletion" in found["token-key-key-endangered"]["detail"]["eventName"]
    assert {"DeleteSecret", "PutResourcePolicy"} <= set(found["token-key-secret-changed"]["detail"]["eventName"])


def test_evidence_is_kept_encrypted_and_only_rules_of_this_account_write_it(record):
    recording = record(token_key)
    assert recording.one(":Queue").inputs["kmsMasterKeyId"].endswith("Key/token-key")
    tls_only, rules = json.loads(recording.one(":QueuePolicy").inputs["policy"])["Statement"]
    assert tls_only["Effect"] == "Deny"
    assert rules["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:events:eu-west-1:{ACCOUNT}:rule/*"}}
    targets = recording.of(":EventTarget")
    assert len(targets) == 3 and all(target.inputs["retryPolicy"] for target in targets)


@pytest.mark.parametrize("protected", [True, False])
def test_protection_covers_key_and_secret(record, protected):
    recording = record(lambda: token_key(protected=protected))
    assert recording.one(":Key").protect is recording.one(":Secret").protect is protected
    assert recording.one(":Secret").inputs["recoveryWindowInDays"] == (30 if protected else 0)


@pytest.mark.parametrize("custodians", [[], ["key-custodian"]])
def test_custodians_are_named_by_arn(record, custodians):
    with pytest.raises(ValueError, match="custodians"):
        record(lambda: token_key(custodians=custodians))


def test_users_are_those_who_open_a_flow_to_it():
    flows = tuple(
        Flow(
            source="token-key", target=user, kind="token-key", opened_by="target", data_class="confidential", step=step
        )
        for step, user in enumerate(("scoring", "authorisations-bridge"), 1)
    )
    around = alone()
    component = Component(id="token-key", role="tokenisation-key", zone="foundation", needs={})
    topology = Topology(blueprint="test", zones=(), components=(component,), flows=flows)
    given = services("aws")["token_key"].arguments(
        component,
        Neighbours(
            topology=topology,
            services={},
            region=Region(name="eu-west-1", zones=("a",)),
            assumptions=around.assumptions,
        ),
    )
    assert given["users"] == USERS
    keyring = given["keyring"]
    assert isinstance(keyring, Setting) and keyring.secret and not keyring.live and not keyring.sample
