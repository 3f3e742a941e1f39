"""What every section of the spec is made of: the frozen base model, and the types of its names and texts."""

from __future__ import annotations

import builtins
import functools
import keyword
import re
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainValidator,
    Strict,
    WithJsonSchema,
)

from archgen.spec.standards import COUNTRIES
from archgen.spec.written import out_of_range, refusal

LONGEST_ID = 31
_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_IDENTIFIER = r"[a-z][a-z0-9]*(_[a-z0-9]+)*"
_PROGRAM_NAMES = frozenset(
    {
        "components",
        "config",
        "infra",
        "live",
        "parameters",
        "platform",
        "project",
        "pulumi",
        "region",
        "settings",
        "stack",
        "tags",
    }
)
_ALSO_CALLED = {"uk": "write `gb`", "usa": "write `us`", "europe": "write `eu` or `eea`"}
# Control characters would break the file formats that a text ends in; bidirectional ones can make it lie to a reader.
_FORBIDDEN_IN_TEXT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    r"\U000e0000-\U000e007f]"
)


class Section(BaseModel):
    """A part of the spec: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _version(value: Any) -> Any:
    if type(value) is not int or value != 1:
        hint = "this release reads version 1; a later version needs a later release"
        if value in ("1", 1):
            hint = "write `archgen: 1`, a plain number"
        raise refusal("wrong-version", "{found} is no version of the format", value, "1", hint)
    return value


def _id(value: str) -> str:
    if not re.fullmatch(_ID, value) or len(value) > LONGEST_ID:
        expected = f"lower-case words joined by '-', starting with a letter, at most {LONGEST_ID} characters"
        suggested = re.sub(r"[^a-z0-9]+", "-", value.lower()[: 2 * LONGEST_ID]).strip("-0123456789")[:LONGEST_ID]
        hint = f"for example `{suggested.strip('-')}`" if suggested else "for example `core-banking`"
        raise refusal("wrong-id", "{found} is no id", value, expected, hint)
    return value


def _component_id(value: str) -> str:
    name = _id(value).replace("-", "_")
    if keyword.iskeyword(name) or keyword.issoftkeyword(name) or name in _PROGRAM_NAMES or hasattr(builtins, name):
        expected = "an id that the emitted program can use as a variable"
        raise refusal(
            "reserved-id", "{found} already has a meaning in Python or in the program", value, expected, "add a word"
        )
    return value


def _identifier(value: str) -> str:
    if not re.fullmatch(_IDENTIFIER, value) or len(value) > 2 * LONGEST_ID:
        raise refusal("wrong-id", "{found} is no name", value, "lower-case words joined by '_', starting with a letter")
    return value


def _text(value: str) -> str:
    if not value.strip() or len(value) > 500 or _FORBIDDEN_IN_TEXT.search(value):
        raise refusal("wrong-text", "{found} is no line of text", value, "one line of 1 to 500 printable characters")
    return value


def _territory(value: str) -> str:
    if value not in COUNTRIES | {"eu", "eea"}:
        hint = _ALSO_CALLED.get(value.lower(), "for example `eu`, `de` or `us`")
        raise refusal(
            "unknown-word", "{found} is no territory", value, "eu, eea or a country (ISO 3166-1, lower case)", hint
        )
    return value


def _region(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", value) or len(value) > 40:
        raise refusal(
            "wrong-id", "{found} is no region", value, "the cloud's own name of a region, such as `eu-west-1`"
        )
    return value


@functools.cache
def _time_zones() -> frozenset[str]:
    """Read from the disk, file by file, which takes longer than the rest of a spec."""
    return frozenset(available_timezones())


def _time_zone(value: str) -> str:
    known = _time_zones()
    # Without a time zone database on the machine only the form can be checked.
    if value not in known if known else not re.fullmatch(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+)*", value):
        raise refusal("unknown-word", "{found} is no time zone", value, "an IANA time zone", "such as `Europe/Berlin`")
    return value


def _finite(value: Any) -> float | int | str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refusal("wrong-type", "{found} has the wrong type", value, "a number or a text")
    if isinstance(value, str):
        return _text(value)
    if not abs(value) < 10**15:
        raise out_of_range(value, "a finite number of at most 15 digits")
    return value


Version = Annotated[Literal[1], PlainValidator(_version), WithJsonSchema({"const": 1})]
"""Version of the format. A plain literal would take `true` and `1.0` for it."""

Id = Annotated[str, AfterValidator(_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID}$", "maxLength": 31})]
"""A name such as `card` or `payments-fraud`."""

ComponentId = Annotated[
    str, AfterValidator(_component_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID}$", "maxLength": 31})
]
"""An id that becomes a component, and with `_` for `-` a variable of the emitted program."""

Identifier = Annotated[
    str, AfterValidator(_identifier), WithJsonSchema({"type": "string", "pattern": f"^{_IDENTIFIER}$", "maxLength": 62})
]
"""A name such as `kafka_cluster` or `review_capacity`."""

Text = Annotated[str, AfterValidator(_text), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 500})]
"""One line of free text. It never enters Python."""

Territory = Annotated[
    str, AfterValidator(_territory), WithJsonSchema({"type": "string", "enum": ["eu", "eea", *sorted(COUNTRIES)]})
]
"""An area (`eu`, `eea`) or a country."""

Region = Annotated[
    str, AfterValidator(_region), WithJsonSchema({"type": "string", "pattern": f"^{_ID}$", "maxLength": 40})
]
"""A cloud's name of a region; which regions there are is known to the clouds, not to the spec."""

TimeZone = Annotated[str, AfterValidator(_time_zone), WithJsonSchema({"type": "string"})]
"""An IANA time zone."""

Flag = Annotated[bool, Strict()]
"""`true` or `false`, and no other word for it."""

Whole = Annotated[int, Strict()]
"""A plain integer."""

Assumed = Annotated[float | int | str, PlainValidator(_finite), WithJsonSchema({"type": ["number", "string"]})]
"""The value of an assumption."""
