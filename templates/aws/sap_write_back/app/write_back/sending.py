"""Rows to SAP over several sessions at once. What it refuses is kept for a person; too much of that ends the run."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from odata_upserts import Outcome, Row
from write_back.answers import AnswerInvalid, Line

ROWS_PER_REQUEST = 100
"""A request stays below seconds, so that a repeat costs seconds."""
PASSES = 4
"""Times that a row is sent which the service could not take at that moment."""
_MOMENTARY = frozenset({408, 409, 429, 500, 502, 503, 504})


class Writer(Protocol):
    """A session at the service, for one thread."""

    def write(self, rows: Sequence[Row]) -> Sequence[Outcome]: ...


class DeadLetters(Protocol):
    """Where refused rows are kept."""

    def keep(self, refused: Sequence[Refused]) -> None: ...


class TooManyRefused(RuntimeError):
    """So many rows are refused that the cause is not in the rows."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not written, and why."""

    line: Line
    status: int
    reason: str


@dataclass(slots=True)
class Sent:
    """Rows of a run by what became of them."""

    written: int = 0
    refused: int = 0

    @property
    def rows(self) -> int:
        """All of them."""
        return self.written + self.refused


class Sending:
    """One run. `most_refused` is the share of refused rows that still counts as a success."""

    def __init__(
        self,
        row_of: Callable[[Line], Row],
        open_session: Callable[[], Writer],
        dead_letters: DeadLetters,
        *,
        sessions: int,
        most_refused: float,
        pause: Callable[[float], None],
    ) -> None:
        self._row_of, self._open_session, self._dead_letters = row_of, open_session, dead_letters
        self._sessions, self._most_refused, self._pause = sessions, most_refused, pause
        self._own = threading.local()

    def send(self, lines: Iterable[Line]) -> Sent:
        """Send every line; how many were written and refused.

        Raises:
            TooManyRefused: more than the share that is allowed.
            Whatever a session raises when the service refuses whole requests.
        """
        sent = Sent()
        with ThreadPoolExecutor(self._sessions) as pool:
            for refused, rows in _bounded(pool, self._send_chunk, _chunks(lines), self._sessions * 2):
                sent.written += rows - len(refused)
                sent.refused += len(refused)
                if refused:
                    self._dead_letters.keep(refused)
                self._check(sent, ended=False)
        self._check(sent, ended=True)
        return sent

    def _check(self, sent: Sent, *, ended: bool) -> None:
        # Judged early by a thousand rows: the first request alone says little.
        if sent.refused > self._most_refused * (sent.rows if ended else max(sent.rows, 1000)):
            raise TooManyRefused(f"{sent.refused} of {sent.rows} rows are refused: the cause is not in the rows")

    def _send_chunk(self, chunk: Sequence[Line]) -> tuple[list[Refused], int]:
        refused: list[Refused] = []
        waiting: list[tuple[Line, Row]] = []
        for line in chunk:
            try:
                waiting.append((line, self._row_of(line)))
            except AnswerInvalid as error:
                refused.append(Refused(line, 0, str(error)))
        for turn in range(1, PASSES + 1):
            if not waiting:
                break
            outcomes = self._session().write([row for _, row in waiting])
            failed = [(pair, outcome) for pair, outcome in zip(waiting, outcomes, strict=True) if not outcome.written]
            again = [pair for pair, outcome in failed if outcome.status in _MOMENTARY and turn < PASSES]
            refused += [Refused(pair[0], o.status, o.reason) for pair, o in failed if pair not in again]
            waiting = again
            if waiting:
                self._pause(min(30.0, 2.0**turn))
        return refused, len(chunk)

    def _session(self) -> Writer:
        if not hasattr(self._own, "session"):
            self._own.session = self._open_session()
        return self._own.session


def _chunks(lines: Iterable[Line]) -> Iterator[Sequence[Line]]:
    source = iter(lines)
    while chunk := list(islice(source, ROWS_PER_REQUEST)):
        yield chunk


def _bounded(
    pool: ThreadPoolExecutor,
    work: Callable[[Sequence[Line]], tuple[list[Refused], int]],
    chunks: Iterator[Sequence[Line]],
    most: int,
) -> Iterator[tuple[list[Refused], int]]:
    """Results as they come, with at most `most` chunks under way: a night's rows do not fit into memory twice."""
    running: set[Future[tuple[list[Refused], int]]] = {pool.submit(work, chunk) for chunk in islice(chunks, most)}
    while running:
        done, running = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                yield future.result()
            except BaseException:
                for other in running:
                    other.cancel()
                raise
            running |= {pool.submit(work, chunk) for chunk in islice(chunks, 1)}
