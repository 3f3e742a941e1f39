"""Refused rows as messages of an SQS queue, where they stay for 14 days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from write_back.sending import Refused

PER_CALL = 10
"""Messages of one SendMessageBatch."""


class Queue(Protocol):
    """What is used of an SQS client."""

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]: ...


class DeadLettersLost(RuntimeError):
    """The queue did not take a refused row; the run fails rather than to lose it."""


class QueuedDeadLetters:
    """Keeps refused rows in the queue `url`."""

    def __init__(self, queue: Queue, url: str, day: str) -> None:
        self._queue, self._url, self._day = queue, url, day

    def keep(self, refused: Sequence[Refused]) -> None:
        """Send all of them.

        Raises:
            DeadLettersLost: the queue refused one.
        """
        for start in range(0, len(refused), PER_CALL):
            entries = [
                {"Id": str(number), "MessageBody": self._message(each)}
                for number, each in enumerate(refused[start : start + PER_CALL])
            ]
            answer = self._queue.send_message_batch(QueueUrl=self._url, Entries=entries)
            if failed := answer.get("Failed"):
                raise DeadLettersLost(f"the queue refused {len(failed)} messages: {failed[0].get('Code')}")

    def _message(self, refused: Refused) -> str:
        return json.dumps(
            {
                "date": self._day,
                "place": refused.line.place,
                "columns": refused.line.columns,
                "status": refused.status,
                "reason": refused.reason,
            },
            ensure_ascii=False,
        )
