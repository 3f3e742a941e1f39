"""Log lines as JSON on stdout, without anything that a payload could have put into them."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Sequence
from typing import Any, TextIO

_LIBRARIES = ("aiohttp", "aiokafka", "asyncio", "kafka", "urllib3", "valkey")


class JsonFormatter(logging.Formatter):
    """One JSON object a line. An exception gives its type and its frames: its message may quote a payload."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for one record; `extra={"facts": {...}}` adds named facts."""
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            line["error"] = kind.__name__
            line["frames"] = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)[-8:]]
        return json.dumps(line, ensure_ascii=False)


def configure_logging(level: str, libraries: Sequence[str] = (), stream: TextIO = sys.stdout) -> None:
    """Send all loggers to `stream`; libraries speak only from WARNING on, since they may log what they carry.

    Args:
        level: for the service's own loggers, e.g. `INFO`.
        libraries: loggers of a cloud's SDK, beside those that every service may use.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in (*_LIBRARIES, *libraries):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
