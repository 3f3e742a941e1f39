"""Which changes one run fetches: from where the last run ended to a moment that the source has finished writing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

SETTLING = timedelta(minutes=5)
"""Changes younger than this may still be uncommitted in the source; they belong to the next run."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Changes after `since`, up to and with `until`. Both are in UTC and whole seconds."""

    since: datetime
    until: datetime


class Objects(Protocol):
    """What is used of an S3 client."""

    def get_object(self, *, Bucket: str, Key: str) -> Any:
        """Answers with a mapping whose `Body` can be read."""
        ...

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> Any:
        """Replaces the object whole."""
        ...


def next_window(reached: datetime | None, now: datetime) -> Window:
    """The window after `reached`, or all there is for the first run.

    Raises:
        ValueError: `now` lies before what was reached: a clock or the state is wrong, and changes would be lost.
    """
    until = (now - SETTLING).astimezone(UTC).replace(microsecond=0)
    since = reached or BEGINNING
    if until < since:
        raise ValueError(f"the state says {since.isoformat()}, which lies after {until.isoformat()}")
    return Window(since, until)


class State:
    """How far the last run got, as one small object. It is written only after everything before it has landed."""

    def __init__(self, objects: Objects, bucket: str, key: str) -> None:
        self._objects = objects
        self._bucket, self._key = bucket, key

    def read(self) -> datetime | None:
        """Where the last run ended; None before the first.

        Raises:
            ValueError: the object is not what `write` made.
        """
        try:
            body = self._objects.get_object(Bucket=self._bucket, Key=self._key)["Body"].read()
        except Exception as error:
            if getattr(error, "response", {}).get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise
        reached = datetime.fromisoformat(json.loads(body)["reached"])
        if reached.tzinfo is None:
            raise ValueError(f"{self._key}: '{reached}' has no offset")
        return reached

    def write(self, reached: datetime) -> None:
        """Remember that everything up to `reached` has landed."""
        body = json.dumps({"reached": reached.isoformat()}).encode()
        self._objects.put_object(Bucket=self._bucket, Key=self._key, Body=body)
