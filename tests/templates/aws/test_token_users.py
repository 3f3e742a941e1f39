"""Whoever makes tokens is handed the keyring at start, by version, and nobody else's role reads it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from archgen.services.catalogue import services

from .containers_standins import DIGEST, Tokens
from .test_kafka_bridge import bridge
from .test_scoring_service import scoring

USERS = {"authorisation-bridge": bridge, "fraud-scoring": scoring}


def secrets(recording: Any) -> dict[str, str]:
    (container,) = json.loads(recording.one(":TaskDefinition").inputs["containerDefinitions"])
    return {secret["name"]: secret["valueFrom"] for secret in container["secrets"]}


@pytest.mark.parametrize("make", USERS.values(), ids=USERS)
class TestTokenKey:
    def test_the_keyring_is_handed_over_by_ecs_and_pinned_to_its_version(self, record, make):
        recording = record(lambda: make(image_digest=DIGEST, token_key=Tokens()))
        keyring = secrets(recording)["TOKEN_KEYRING"]
        assert keyring == "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-key-a1b2c3:::version-2"
        service = recording.one("ecs/service:Service")
        (grant,) = [made for made in recording.of(":RolePolicy") if made.name.endswith("-uses-token-key")]
        assert grant.urn in service.depends_on

    def test_the_grant_is_the_agents_under_the_components_name_in_both_phases(self, record, make):
        for live in (None, DIGEST):
            recording = record(lambda digest=live: make(image_digest=digest, token_key=Tokens()))
            (component,) = [made.name for made in recording.of(":Cluster")]
            grant = recording.one(":RolePolicy", f"{component}-uses-token-key")
            assert grant.inputs["role"] == f"{component}-agent-Role", "the running container never reads the secret"

    def test_without_a_token_key_there_is_neither(self, record, make):
        recording = record(lambda: make(image_digest=DIGEST))
        assert "TOKEN_KEYRING" not in secrets(recording)
        assert not [made.name for made in recording.of(":RolePolicy") if "token-key" in made.name]


@pytest.mark.parametrize("service", ["kafka_bridge", "scoring_service"])
def test_the_flow_is_optional_since_tokens_may_arrive_already(service):
    (port,) = [port for port in services("aws")[service].ports if port.kind == "token-key"]
    assert (port.argument, port.role, port.verb, port.optional) == ("token_key", "tokenisation-key", "uses", True)
