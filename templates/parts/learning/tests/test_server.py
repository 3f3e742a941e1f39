from __future__ import annotations

import http.client
import json
import threading

import pytest
from made_up_data import decisions_table, forecast_rows

from learning import decisions, forecasts
from learning.boosting import Effort
from learning.columns import LABEL, WEIGHT
from learning.server import Server

EFFORT = Effort(trees=20, depth=3)


def served(artefact):
    server = Server(artefact, ("127.0.0.1", 0))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def fraud():
    table = decisions_table(1_500).assign(**{WEIGHT: 1.0})
    assert table[LABEL].nunique() == 2
    server = served(decisions.learn("fraud-detection", table.head(1_000), table.tail(500), EFFORT))
    yield server
    server.shutdown()


def ask(server, body: bytes, kind: str, path: str = "/invocations"):
    connection = http.client.HTTPConnection(*server.server_address)
    connection.request("POST", path, body, {"Content-Type": kind})
    reply = connection.getresponse()
    return reply.status, reply.read()


def test_health(fraud):
    connection = http.client.HTTPConnection(*fraud.server_address)
    connection.request("GET", "/ping")
    assert connection.getresponse().status == 200


def test_a_request_of_the_model_interface_is_answered_in_its_form(fraud):
    request = {"features": {"amount": 50.0, "currency": "EUR", "card_count_1m": 4}, "entities": {"card": "tok1"}}
    status, body = ask(fraud, json.dumps(request).encode(), "application/json; charset=utf-8")
    reply = json.loads(body)
    assert status == 200
    assert set(reply) == {"score", "reasons", "model_version"}
    assert reply["model_version"] == fraud.artefact.version


def test_rows_of_csv_score_like_requests(fraud):
    values = {"amount": 50.0, "currency": "EUR", "card_count_1m": 4.0}
    line = ",".join(str(values.get(feature.name, "")) for feature in fraud.artefact.features)
    status, body = ask(fraud, f"{line}\n{line}\n".encode(), "text/csv")
    one = decisions.answer(fraud.artefact, values)["score"]
    assert status == 200
    assert [float(text) for text in body.split()] == pytest.approx([one, one], rel=1e-5)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"entities": {}}', "application/json", 400),
        (b'{"features": [1]}', "application/json", 400),
        (b"1,2\n", "text/csv", 400),
        (b"\xff", "text/csv", 400),
        (b"x", "image/png", 415),
    ],
)
def test_what_is_no_request_is_refused_without_repeating_it(fraud, body, kind, status):
    found, reply = ask(fraud, body, kind)
    assert found == status
    assert b"entities" not in reply


def test_forecasts_have_three_values_a_row():
    parts = forecasts.split(forecasts.with_naive(forecast_rows(3, 200, 14)), 14)
    server = served(forecasts.learn(parts["train"], parts["validation"], EFFORT, 14))
    row = parts["test"].iloc[0]
    line = ",".join(str(row[feature.name]) for feature in server.artefact.features)
    status, body = ask(server, f"{line}\n".encode(), "text/csv")
    low, middle, high = (float(text) for text in body.decode().strip().split(","))
    assert status == 200 and 0 <= low <= middle <= high
    assert ask(server, b'{"features": {}}', "application/json")[0] == 400
    server.shutdown()
