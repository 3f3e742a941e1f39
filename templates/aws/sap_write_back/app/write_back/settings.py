"""What the job is told, by its arguments and its secret."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from odata_pages import Login
from odata_upserts import Target

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


@dataclass(frozen=True, slots=True)
class Settings:
    """`properties` name the columns of an answer in SAP's words; `day` is the business date whose answers are sent."""

    project: str
    component: str
    region: str
    target: Target
    properties: tuple[str, ...]
    secret_arn: str
    lake: str
    answers: str
    dead_letters: str
    sessions: int
    day: date

    @property
    def prefix(self) -> str:
        """Prefix of the answers of the date."""
        return f"{self.answers}/date={self.day.isoformat()}/"


def read_settings(arguments: Sequence[str]) -> Settings:
    """Settings from arguments such as `--lake name`; others, which Glue adds, are passed over.

    Raises:
        ValueError: a property could change the address that it is put into, or the address is not HTTPS.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("project", "component", "region", "entity_url", "client", "properties", "secret", "lake", "answers"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--dead_letters", required=True)
    parser.add_argument("--date", required=True)
    parser.add_argument("--sessions", type=int, default=4)
    given, _ = parser.parse_known_args(arguments)
    properties = tuple(given.properties.split(","))
    if wrong := [name for name in properties if not _NAME.fullmatch(name)]:
        raise ValueError(f"'{wrong[0]}' is no name of an OData property")
    if len(properties) < 3:
        raise ValueError(f"'{given.properties}' names no value: expected the series, the day and at least one value")
    if not given.entity_url.startswith("https://"):
        raise ValueError(f"'{given.entity_url}' does not begin with https://")
    return Settings(
        project=given.project,
        component=given.component,
        region=given.region,
        target=Target(given.entity_url, given.client),
        properties=properties,
        secret_arn=given.secret,
        lake=given.lake,
        answers=given.answers,
        dead_letters=given.dead_letters,
        sessions=given.sessions,
        day=date.fromisoformat(given.date[:10]),
    )


def read_login(text: str) -> Login:
    """The login from its secret: JSON with `username`, `password` and `ca_bundle`.

    Raises:
        KeyError: one of them is missing.
    """
    said = json.loads(text)
    return Login(said["username"], said["password"], said["ca_bundle"])
