from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from upsert_gateway_for_tests import Gateway, gateway

import main as job
from odata_upserts import Outcome, Row
from write_back.answers import AnswerInvalid, Line, read_lines, row_of
from write_back.dead_letters import DeadLettersLost, QueuedDeadLetters
from write_back.sending import ROWS_PER_REQUEST, Refused, Sending, TooManyRefused
from write_back.settings import read_login, read_settings

PROPERTIES = ("Series", "Day", "P10", "P50", "P90")
ARGUMENTS = [
    *("--project", "demand-prod", "--component", "writeback", "--region", "eu-central-1", "--client", "100"),
    *("--entity_url", "https://sap.example.com/srv/Forecasts", "--properties", ",".join(PROPERTIES)),
    *("--secret", "arn:secret", "--lake", "results", "--answers", "forecast", "--dead_letters", "https://queue"),
    *("--date", "2026-11-23", "--sessions", "3", "--JOB_NAME", "added-by-glue"),
]


def csv(series: int, days: int = 28) -> bytes:
    lines = [f"S{s:05d},2026-12-{d + 1:02d},{s}.5,{s + d},{s + d + 1}" for s in range(series) for d in range(days)]
    return "\n".join(lines).encode() + b"\n"


class Lake:
    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get_paginator(self, operation_name: str) -> Lake:
        assert operation_name == "list_objects_v2"
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:
        for key in sorted(self.objects):
            if key.startswith(Prefix):
                yield {"Contents": [{"Key": key}]}
        yield {}

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[Key])}


class Queue:
    def __init__(self, failing: bool = False) -> None:
        self.messages: list[str] = []
        self.failing = failing

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:
        assert len(Entries) <= 10
        self.messages += [entry["MessageBody"] for entry in Entries]
        return {"Failed": [{"Id": "0", "Code": "AccessDenied"}]} if self.failing else {}


class Aws:
    """The clients that the job asks for."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.queue, self.metrics = lake, Queue(), {}

    def client(self, name: str) -> Any:
        return {"s3": self.lake, "sqs": self.queue}.get(name, self)

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:
        return {"SecretString": '{"username": "writer", "password": "secret-word", "ca_bundle": ""}'}

    def put_metric_data(self, *, Namespace: str, MetricData: Sequence[dict[str, Any]]) -> None:
        assert Namespace == "archgen/demand-prod"
        self.metrics = {each["MetricName"]: each["Value"] for each in MetricData}


class Keeping:
    def __init__(self) -> None:
        self.kept: list[Refused] = []

    def keep(self, refused: Sequence[Refused]) -> None:
        self.kept += refused


@pytest.fixture
def sap() -> Iterator[Gateway]:
    with gateway() as state:
        yield state


def settings(sap: Gateway) -> Any:
    told = read_settings(ARGUMENTS)
    target = type(told.target)(sap.url, told.target.client)
    return type(told)(**{name: getattr(told, name) for name in told.__slots__} | {"target": target})


def lines(*rows: str) -> list[Line]:
    return [Line(f"object:{number}", tuple(row.split(","))) for number, row in enumerate(rows, start=1)]


def sending(write: Any, keeping: Keeping, most_refused: float = 0.01, waits: list[float] | None = None) -> Sending:
    class Session:
        def write(self, rows: Sequence[Row]) -> Sequence[Outcome]:
            return write(rows)

    return Sending(
        lambda line: row_of(line, PROPERTIES),
        Session,
        keeping,
        sessions=3,
        most_refused=most_refused,
        pause=[].append if waits is None else waits.append,
    )


def test_every_answer_of_the_date_reaches_sap_once(sap: Gateway) -> None:
    aws = Aws(
        Lake(
            {
                "forecast/date=2026-11-23/part-0.csv.out": csv(40),
                "forecast/date=2026-11-23/part-1.csv.out": b"S99999,2026-12-01,1,2,3\n",
                "forecast/date=2026-11-22/part-0.csv.out": b"OLD,2026-12-01,1,2,3\n",
            }
        )
    )
    sent = job.main(settings(sap), aws)
    assert (sent.written, sent.refused) == (40 * 28 + 1, 0)
    assert len(sap.entities) == 40 * 28 + 1
    assert not [key for key in sap.entities if "OLD" in key]
    assert max(sap.requests) == ROWS_PER_REQUEST
    assert aws.metrics == {"RowsWritten": 1121, "RowsRefused": 0}


def test_a_repeated_night_replaces_and_never_doubles(sap: Gateway) -> None:
    aws = Aws(Lake({"forecast/date=2026-11-23/part-0.csv.out": csv(10)}))
    job.main(settings(sap), aws)
    job.main(settings(sap), aws)
    assert len(sap.entities) == 280


def test_a_refused_row_is_kept_with_its_reason_and_the_others_go_on(sap: Gateway) -> None:
    sap.refused = {"Series='S00007',Day=datetime'2026-12-03T00:00:00'"}
    aws = Aws(Lake({"forecast/date=2026-11-23/part-0.csv.out": csv(10)}))
    assert job.main(settings(sap), aws).written == 279
    (message,) = aws.queue.messages
    assert "Series unknown (400)" in message and "S00007" in message and "part-0.csv.out:" in message


def test_a_date_without_answers_is_a_failure_and_no_success(sap: Gateway) -> None:
    with pytest.raises(RuntimeError, match="no answers below forecast/date=2026-11-23/"):
        job.main(settings(sap), Aws(Lake({})))


def test_a_row_that_sap_cannot_take_at_the_moment_is_sent_again() -> None:
    calls: list[int] = []

    def write(rows: Sequence[Row]) -> Sequence[Outcome]:
        calls.append(len(rows))
        busy = len(calls) == 1
        return [Outcome(503 if busy and n == 1 else 204) for n, _ in enumerate(rows)]

    keeping, waits = Keeping(), []
    sent = sending(write, keeping, waits=waits).send(lines("A,2026-12-01,1,2,3", "B,2026-12-01,1,2,3"))
    assert (sent.written, calls, waits, keeping.kept) == (2, [2, 1], [2.0], [])


def test_a_row_that_stays_locked_ends_in_the_dead_letters() -> None:
    keeping = Keeping()
    sent = sending(lambda rows: [Outcome(409, "locked") for _ in rows], keeping, most_refused=1).send(
        lines("A,2026-12-01,1,2,3")
    )
    assert sent.refused == 1 and keeping.kept[0].reason == "locked"


def test_a_flood_of_refusals_ends_the_run_early() -> None:
    written: list[int] = []

    def write(rows: Sequence[Row]) -> Sequence[Outcome]:
        written.append(len(rows))
        return [Outcome(400, "wrong plant") for _ in rows]

    many = lines(*(f"S{n},2026-12-01,1,2,3" for n in range(20_000)))
    with pytest.raises(TooManyRefused, match="the cause is not in the rows"):
        sending(write, Keeping()).send(many)
    assert sum(written) < 5_000


def test_a_lost_connection_ends_the_run() -> None:
    def write(rows: Sequence[Row]) -> Sequence[Outcome]:
        raise ConnectionError("SAP does not answer")

    with pytest.raises(ConnectionError):
        sending(write, Keeping()).send(lines(*(f"S{n},2026-12-01,1,2,3" for n in range(1000))))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A,2026-12-01,1,2", "4 columns, expected 5"),
        ("A,tomorrow,1,2,3", "the second column is no day"),
        (",2026-12-01,1,2,3", "the first column is empty"),
        ("A,2026-12-01,1,nan,3", "P50 is no finite number"),
        ("A,2026-12-01,1,2,inf", "P90 is no finite number"),
        ("A,2026-12-01,,2,3", "P10 is no finite number"),
    ],
)
def test_what_is_no_answer_is_never_sent(text: str, wrong: str) -> None:
    with pytest.raises(AnswerInvalid, match=wrong):
        row_of(*lines(text), PROPERTIES)
    keeping = Keeping()
    sent = sending(lambda rows: [Outcome(204) for _ in rows], keeping, most_refused=0.5).send(
        lines(text, "B,2026-12-01,1,2,3")
    )
    assert (sent.written, sent.refused, keeping.kept[0].reason) == (1, 1, wrong)


def test_decimals_stay_the_text_that_the_model_wrote() -> None:
    (line,) = lines("A,2026-12-01,0.1,12345678901234.567,3")
    assert row_of(line, PROPERTIES).body["P50"] == "12345678901234.567"
    assert row_of(line, PROPERTIES).body["Day"] == "2026-12-01T00:00:00"


def test_quoted_names_with_commas_are_one_column() -> None:
    (line,) = read_lines(Lake({"forecast/x": b'"A, large",2026-12-01,1,2,3\n'}), "results", "forecast/")
    assert line.columns[0] == "A, large"


def test_a_row_that_the_queue_refuses_is_not_lost_in_silence() -> None:
    (line,) = lines("A,2026-12-01,1,2,3")
    with pytest.raises(DeadLettersLost):
        QueuedDeadLetters(Queue(failing=True), "https://queue", "2026-11-23").keep([Refused(line, 400, "no")])


def test_settings_are_read_and_wrong_ones_refused() -> None:
    told = read_settings(ARGUMENTS)
    assert (told.day, told.sessions, told.prefix) == (date(2026, 11, 23), 3, "forecast/date=2026-11-23/")
    for old, new, wrong in (
        ("https://sap.example.com/srv/Forecasts", "http://sap/Forecasts", "https"),
        (",".join(PROPERTIES), "Series,Day,P'50", "no name"),
        (",".join(PROPERTIES), "Series,Day", "no value"),
    ):
        with pytest.raises(ValueError, match=wrong):
            read_settings([new if each == old else each for each in ARGUMENTS])
    assert read_login('{"username": "u", "password": "p", "ca_bundle": "c"}').username == "u"
