"""Card numbers end where they become tokens, in the design and in what was recorded."""

from __future__ import annotations

from typing import Any

import pytest

from archgen.engine import Resource
from archgen.proof.rules.card_data_downstream import CardDataDownstream
from tests.proof.recordings import ROLE_POLICY, evidence, flow, resource

SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-key-a1b2c3"
KEY = resource("token-key", "aws:secretsmanager/secret:Secret", "token-key", identities=(SECRET,))
BRIDGE = {"id": "bridge", "role": "stream-bridge", "data_classes": ["confidential", "pan", "token"]}
STREAM = {"id": "events", "role": "event-stream", "data_classes": ["token"]}
SOURCE = {"id": "cards", "role": "source", "data_classes": ["pan"], "external": True}
KEY_ROW = {"id": "token-key", "role": "tokenisation-key", "data_classes": ["confidential"]}
USE = flow("bridge", "token-key", source="token-key", target="bridge", data_class="confidential")
ARRIVE = flow("bridge", "cards", id="arrive", source="cards", target="bridge", data_class="pan")
PASS_ON = flow("bridge", "events", id="pass-on", source="bridge", target="events", data_class="token")


def grant(component: str, **more: Any) -> Resource:
    return resource(f"{component}-uses-token-key", ROLE_POLICY, component, **more)


def found(*resources: Resource, components: list[dict[str, Any]], flows: list[dict[str, Any]]) -> list[str]:
    told = {"components": components, "flows": flows, "grant_types": [ROLE_POLICY]}
    return [one.message for one in CardDataDownstream().check(evidence(KEY, *resources, coverage=told))]


def test_numbers_that_become_tokens_at_the_bridge_are_no_finding() -> None:
    allowed = grant("bridge", policy=f'{{"Resource": "{SECRET}"}}')
    assert found(allowed, components=[SOURCE, BRIDGE, STREAM, KEY_ROW], flows=[USE, ARRIVE, PASS_ON]) == []


@pytest.mark.parametrize("data_class", ["pan", "sad"])
def test_a_stream_that_card_data_flows_into_is_found_and_so_is_the_flow(data_class: str) -> None:
    stream = {**STREAM, "data_classes": [data_class]}
    leak = {**PASS_ON, "data_class": data_class}
    held, carried = found(components=[SOURCE, BRIDGE, stream, KEY_ROW], flows=[USE, ARRIVE, leak])
    assert "'events' holds" in held and data_class in held
    assert "'pass-on' carries" in carried and "out of 'bridge'" in carried


def test_a_bridge_without_the_token_key_may_not_hold_numbers() -> None:
    (held,) = found(components=[SOURCE, BRIDGE, STREAM], flows=[ARRIVE, PASS_ON])
    assert "'bridge' holds pan" in held


@pytest.mark.parametrize(
    "further",
    [
        grant("velocity", policy=f'{{"Resource": "{SECRET}"}}'),
        grant("velocity", policy="{}", sources={"policy": (KEY.urn,)}),
    ],
    ids=["by-arn", "by-output"],
)
def test_a_grant_on_the_key_to_who_holds_no_numbers_is_found_at_its_line(further: Resource) -> None:
    velocity = {"id": "velocity", "role": "stream-features", "data_classes": ["token"]}
    told = {
        "components": [SOURCE, BRIDGE, STREAM, velocity, KEY_ROW],
        "flows": [USE, ARRIVE, PASS_ON],
        "grant_types": [ROLE_POLICY],
    }
    (finding,) = CardDataDownstream().check(evidence(KEY, further, coverage=told))
    assert finding.resource == further.urn and finding.line == 1
    assert "'velocity' holds no card data" in finding.message


def test_a_flow_from_the_key_does_not_excuse_who_holds_no_numbers() -> None:
    velocity = {"id": "velocity", "role": "stream-features", "data_classes": ["confidential", "token"]}
    use = flow("velocity", "token-key", id="use", source="token-key", target="velocity", data_class="confidential")
    allowed = grant("velocity", policy=f'{{"Resource": "{SECRET}"}}')
    (message,) = found(allowed, components=[SOURCE, BRIDGE, STREAM, velocity, KEY_ROW], flows=[USE, use, ARRIVE])
    assert "may use the token key" in message


def test_a_platform_without_card_data_is_not_concerned() -> None:
    assert found(components=[STREAM], flows=[]) == []
