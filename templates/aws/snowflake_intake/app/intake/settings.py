"""What the job is told by its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Settings:
    """`connection` is the Glue connection; `day` is the business date that rows are filed under, None for today."""

    project: str
    component: str
    region: str
    connection: str
    database: str
    schema: str
    table: str
    changed_at: str
    lake: str
    state_bucket: str
    day: date | None


def read_settings(arguments: Sequence[str]) -> Settings:
    """Settings from arguments such as `--lake name`; others, which Glue adds, are passed over."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    names = ("project", "component", "region", "connection", "database", "schema", "table", "changed_at", "lake")
    for name in (*names, "state_bucket"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--date", default="")
    given, _ = parser.parse_known_args(arguments)
    said = {name: getattr(given, name) for name in (*names, "state_bucket")}
    return Settings(**said, day=date.fromisoformat(given.date[:10]) if given.date else None)
