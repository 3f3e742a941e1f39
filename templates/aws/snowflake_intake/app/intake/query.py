"""The query of one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from change_window import Window

_PART = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,254}")


def changed_rows(table: str, changed_at: str, window: Window) -> str:
    """SQL for the rows of `table` that changed in the window.

    Both times are literals with an offset: the session's time zone, which an administrator can change, plays no part.

    Raises:
        ValueError: the table or the column is no plain name; it could say something else than a name.
    """
    parts = table.split(".")
    if not 1 <= len(parts) <= 3 or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"'{table}' is no table; expected NAME, SCHEMA.NAME or DATABASE.SCHEMA.NAME")
    if not _PART.fullmatch(changed_at):
        raise ValueError(f"'{changed_at}' is no column")
    since, until = _literal(window.since), _literal(window.until)
    return f"SELECT * FROM {table} WHERE {changed_at} > {since} AND {changed_at} <= {until}"


def connection_options(connection: str, database: str, schema: str, query: str) -> Mapping[str, str]:
    """What Glue's Snowflake connector is told besides the connection, which names warehouse, role and login."""
    return {"connectionName": connection, "sfDatabase": database, "sfSchema": schema, "query": query}


def place(lake: str, component: str, day: date, until: datetime) -> str:
    """Where the rows of one run land. The same run repeated overwrites its own files and leaves no doubles."""
    return f"s3://{lake}/{component}/data/date={day.isoformat()}/run={until.strftime('%Y%m%dT%H%M%SZ')}/"


def _literal(moment: datetime) -> str:
    return f"'{moment.isoformat()}'::TIMESTAMP_TZ"
