"""The answers of one date as they lie in the lake: CSV without header, two key columns, then the values."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from odata_upserts import Row, literal

KEY_COLUMNS = 2


class Objects(Protocol):
    """What is used of an S3 client."""

    def get_paginator(self, operation_name: str) -> Any: ...
    def get_object(self, *, Bucket: str, Key: str) -> Mapping[str, Any]: ...


class AnswerInvalid(ValueError):
    """A line that is no answer; the message says what is wrong with it and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an object. `place` is what finds it again: the object's key and the number of the line."""

    place: str
    columns: tuple[str, ...]


def read_lines(objects: Objects, bucket: str, prefix: str) -> Iterator[Line]:
    """Every line below `prefix`, object by object in the order of their keys, each read as it is needed."""
    for page in objects.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", ()):
            body = objects.get_object(Bucket=bucket, Key=found["Key"])["Body"]
            text = io.TextIOWrapper(body, encoding="utf-8", newline="")
            for number, columns in enumerate(csv.reader(text), start=1):
                if columns:
                    yield Line(f"{found['Key']}:{number}", tuple(columns))


def row_of(line: Line, properties: Sequence[str]) -> Row:
    """The entity of a line. `properties` name its columns: the key of the series, the day, then the values.

    Values are text in the body, as OData version 2 writes decimals.

    Raises:
        AnswerInvalid: a column is missing, the day is no day, or a value is no finite number.
    """
    if len(line.columns) != len(properties):
        raise AnswerInvalid(f"{len(line.columns)} columns, expected {len(properties)}")
    series, said, *values = line.columns
    try:
        day = date.fromisoformat(said[:10])
    except ValueError:
        raise AnswerInvalid("the second column is no day") from None
    if not series:
        raise AnswerInvalid("the first column is empty")
    for name, value in zip(properties[KEY_COLUMNS:], values, strict=True):
        if not _is_finite(value):
            raise AnswerInvalid(f"{name} is no finite number")
    of_series, of_day, *of_values = properties
    body = {of_series: series, of_day: f"{day.isoformat()}T00:00:00", **dict(zip(of_values, values, strict=True))}
    return Row({of_series: literal(series), of_day: literal(day)}, body)


def _is_finite(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
