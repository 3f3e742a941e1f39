"""Rows as objects in the lake: one gzipped file of JSON lines per page, named by what it holds."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from change_window import Objects


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of one run land. The same run repeated overwrites its own objects and leaves no doubles."""

    bucket: str
    prefix: str
    day: date
    until: datetime

    def key(self, skip: int) -> str:
        """Key of the page that begins with row `skip`."""
        return (
            f"{self.prefix}/data/date={self.day.isoformat()}/{self.until.strftime('%Y%m%dT%H%M%SZ')}-{skip:09d}.json.gz"
        )


def starts(rows: int, page_rows: int) -> Sequence[int]:
    """First rows of all pages."""
    return range(0, rows, page_rows)


def land(objects: Objects, place: Place, skip: int, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write one page; rows written. A page without rows makes no object."""
    if rows:
        objects.put_object(
            Bucket=place.bucket, Key=place.key(skip), Body=gzip.compress(b"".join(_lines(rows)), mtime=0)
        )
    return len(rows)


def _lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, sort_keys=True).encode() + b"\n"
