from __future__ import annotations

import json
from pathlib import Path

import fastjsonschema
import pytest
from event_documents import TOKENS, event

import scoring_core
from scoring_core.model import ModelError, model_request, read_answer

GOOD = {"score": 0.25, "reasons": ["NEW_DEVICE"], "model_version": "model-7"}
INTERFACE = json.loads(Path(scoring_core.__file__).with_name("model_interface.json").read_text(encoding="utf-8"))


def test_the_request_follows_the_interface() -> None:
    request = model_request(event(), {"card": {"count_1m": 2.0}})
    fastjsonschema.compile(INTERFACE["definitions"]["request"])(request)
    assert request["features"] == {
        "amount": 12.34,
        "currency": "EUR",
        "attribute_channel": "ecommerce",
        "attribute_attempt": 1,
        "card_count_1m": 2.0,
    }
    assert request["entities"] == TOKENS


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"0.25",
        b'{"score": NaN, "reasons": [], "model_version": "1"}',
        json.dumps(GOOD | {"score": 1.01}).encode(),
        json.dumps(GOOD | {"score": "0.25"}).encode(),
        json.dumps(GOOD | {"score": True}).encode(),
        json.dumps(GOOD | {"reasons": ["free text, perhaps with a name"]}).encode(),
        json.dumps(GOOD | {"extra": 1}).encode(),
        json.dumps({"score": 0.25}).encode(),
    ],
)
def test_an_answer_out_of_contract_is_a_model_error(answer: bytes) -> None:
    with pytest.raises(ModelError):
        read_answer(answer)
