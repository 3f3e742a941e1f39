"""Records that are no events, on their way to where a person can look at them and send them again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rejected:
    """One record that was not forwarded, where it came from and why; `reason` carries no value of the payload.

    `payload` is empty for a record that holds a card number, or may hold one: topic, partition and offset lead to it.
    """

    payload: bytes
    reason: str
    topic: str
    partition: int
    offset: int


class DeadLetters(Protocol):
    """Where rejected records go."""

    async def send(self, rejected: Sequence[Rejected]) -> None:
        """Return once every one is durably accepted; beat at each try, or a long outage looks like death."""
        ...
