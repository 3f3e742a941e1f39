"""Logins of the client: closed to other accounts before anything lies in them."""

from __future__ import annotations

import json

import pulumi
import pytest

from templates.aws.hardened.secrets import client_secret
from tests.templates.aws.conftest import ACCOUNT
from tests.templates.aws.stand_ins import platform, waits_for


def login(protected: bool = True) -> None:
    parent = pulumi.ComponentResource("test:index:Parent", "orders-intake")
    client_secret("orders-intake", "Login", {"password": "x"}, platform(protected), parent)


def test_no_other_account_reads_or_opens_it_and_services_are_not_shut_out(record):
    recording = record(login)
    closed = recording.one(":SecretPolicy")
    assert closed.inputs["blockPublicPolicy"] is True
    (said,) = json.loads(closed.inputs["policy"])["Statement"]
    assert said["Effect"] == "Deny"
    assert {"secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"} <= set(said["Action"])
    assert said["Condition"] == {
        "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
        "Bool": {"aws:PrincipalIsAWSService": "false"},
    }
    assert waits_for(recording.one(":SecretVersion"), closed)


@pytest.mark.parametrize(("protected", "days"), [(True, 30), (False, 0)])
def test_what_was_deleted_by_mistake_comes_back(record, protected, days):
    assert record(lambda: login(protected)).one("secret:Secret").inputs["recoveryWindowInDays"] == days
