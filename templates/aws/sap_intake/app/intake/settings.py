"""What the job is told, by its arguments and its secret."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from odata_pages import EntitySet, Login

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


@dataclass(frozen=True, slots=True)
class Settings:
    """`day` is the business date that the rows are filed under; None for the day of the run.

    `connections` are open at once: a dialogue process in SAP serves each, and its own users need some too.
    """

    project: str
    component: str
    region: str
    entities: EntitySet
    secret_arn: str
    lake: str
    state_bucket: str
    page_rows: int
    connections: int
    day: date | None


def read_settings(arguments: Sequence[str]) -> Settings:
    """Settings from arguments such as `--lake name`; others, which Glue adds, are passed over.

    Raises:
        ValueError: a name could change the query that it is put into, or the address is not HTTPS.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in ("project", "component", "region", "entity_url", "client", "keys", "changed_at", "secret", "lake"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--state_bucket", required=True)
    parser.add_argument("--page_rows", type=int, default=5000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--date", default="")
    given, _ = parser.parse_known_args(arguments)
    names = (*given.keys.split(","), given.changed_at)
    if wrong := [name for name in names if not _NAME.fullmatch(name)]:
        raise ValueError(f"'{wrong[0]}' is no name of an OData property")
    if not given.entity_url.startswith("https://"):
        raise ValueError(f"'{given.entity_url}' does not begin with https://")
    return Settings(
        project=given.project,
        component=given.component,
        region=given.region,
        entities=EntitySet(given.entity_url, given.client, tuple(given.keys.split(",")), given.changed_at),
        secret_arn=given.secret,
        lake=given.lake,
        state_bucket=given.state_bucket,
        page_rows=given.page_rows,
        connections=given.connections,
        day=date.fromisoformat(given.date[:10]) if given.date else None,
    )


def read_login(text: str) -> Login:
    """The login from its secret: JSON with `username`, `password` and `ca_bundle`.

    Raises:
        KeyError: one of them is missing.
    """
    said = json.loads(text)
    return Login(said["username"], said["password"], said["ca_bundle"])
