"""The environment, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class CannotStart(ValueError):
    """What the process was given is wrong: nothing that a restart would repair. The message says what."""


class SettingsInvalid(CannotStart):
    """The environment is incomplete or contradictory; the message names every variable at fault, never a secret."""


@dataclass(frozen=True, slots=True)
class Address:
    """A host and its port."""

    host: str
    port: int


class Environment:
    """Reads variables and collects what is wrong with them, so that `check` can name all of it at once.

    A method that finds its variable wrong gives a harmless value; `check` raises before anybody uses it.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: list[str] = []

    def problem(self, sentence: str) -> None:
        """Note something wrong that the methods here do not know of."""
        self._problems.append(sentence)

    def check(self) -> None:
        """Raises:
        SettingsInvalid: with one sentence per problem, when there is any.
        """
        if self._problems:
            raise SettingsInvalid("; ".join(self._problems))

    def text(self, name: str, default: str = "") -> str:
        """A variable that may be missing; empty counts as missing."""
        return self._variables.get(name) or default

    def required(self, name: str) -> str:
        """A variable that has to be set."""
        value = self.text(name)
        if not value:
            self.problem(f"{name} is not set")
        return value

    def names(self, name: str) -> tuple[str, ...]:
        """One or more names, comma separated."""
        found = tuple(part.strip() for part in self.text(name).split(",") if part.strip())
        if not found:
            self.problem(f"{name} is not set")
        return found

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of the allowed values."""
        value = self._variables.get(name, default)
        if value not in allowed:
            self.problem(f"{name} is {value!r}; expected {', '.join(allowed[:-1])} or {allowed[-1]}")
        return value

    def log_level(self) -> str:
        """`LOG_LEVEL`, INFO when it is not set."""
        value = self.text("LOG_LEVEL", "INFO")
        if value not in LOG_LEVELS:
            self.problem(f"LOG_LEVEL is {value!r}; expected one of {', '.join(LOG_LEVELS)}")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.text(name, str(default))
        if not value.isdigit() or not low <= int(value) <= high:
            self.problem(f"{name} is {value!r}; expected a whole number from {low} to {high}")
            return default
        return int(value)

    def address(self, name: str) -> Address | None:
        """`host:port`, or None when it is not set."""
        value = self.text(name)
        if not value:
            return None
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit():
            self.problem(f"{name} is {value!r}; expected host:port, or nothing")
            return None
        return Address(host, int(port))
