from __future__ import annotations

import io
import json
import logging

from service_telemetry.json_logs import JsonFormatter, configure_logging


def test_a_logged_exception_names_its_place_and_not_its_message() -> None:
    try:
        raise ValueError("tok_card_7f3")
    except ValueError as error:
        caught = (type(error), error, error.__traceback__)
    record = logging.LogRecord("scoring", logging.ERROR, "service.py", 1, "reading failed", None, caught)
    line = json.loads(JsonFormatter().format(record))
    assert line["error"] == "ValueError"
    assert line["frames"][0].endswith("test_a_logged_exception_names_its_place_and_not_its_message")
    assert "tok_card_7f3" not in json.dumps(line)


def test_libraries_speak_only_from_warning_on() -> None:
    written = io.StringIO()
    configure_logging("DEBUG", ("some_sdk",), written)
    try:
        for name in ("scoring", "aiohttp.access", "some_sdk.transport"):
            logging.getLogger(name).info("from %s", name)
    finally:
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    assert [json.loads(line)["message"] for line in written.getvalue().splitlines()] == ["from scoring"]
