"""Quantities as a person writes them (`10000/s`, `15 min`, `1.2 TB`): numbers in base units that remember their text.

Each quantity is a `float` in the base unit of its kind, so that it calculates and compares as a number; `str()` gives
the text as written, which is also how it is serialised. Nothing is guessed: a bare number without its unit is refused.
Conversion is exact until the last step, so `600000/min` equals `10000/s` and `36 months` equals `3 years`.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import ClassVar, Self

from archgen.spec.written import Written, out_of_range, wrong_unit

NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,15})?"
"""A written number: plain digits, a point for the fraction, no separators and no exponent."""

_SPLIT = re.compile(rf"(?P<number>[+-]?{NUMBER})\s*(?P<unit>[^\s0-9].*)?", re.DOTALL)
_LONGEST_COMPARED = 20

SECONDS: Mapping[str, Fraction] = MappingProxyType(
    {
        "ms": Fraction(1, 1000),
        "s": Fraction(1),
        "min": Fraction(60),
        "h": Fraction(3600),
        "hour": Fraction(3600),
        "hours": Fraction(3600),
        "day": Fraction(86_400),
        "days": Fraction(86_400),
        "week": Fraction(7 * 86_400),
        "weeks": Fraction(7 * 86_400),
        "month": Fraction(365 * 86_400, 12),
        "months": Fraction(365 * 86_400, 12),
        "year": Fraction(365 * 86_400),
        "years": Fraction(365 * 86_400),
    }
)
"""Seconds in each unit of time: a year has 365 days, a month is a twelfth of it."""

_DECIMAL = {"B": 0, "kB": 1, "KB": 1, "MB": 2, "GB": 3, "TB": 4, "PB": 5}
_BINARY = {"KiB": 1, "MiB": 2, "GiB": 3, "TiB": 4, "PiB": 5}
_MULTIPLES = {"": Fraction(1), "k": Fraction(10**3), "M": Fraction(10**6), "B": Fraction(10**9)}
_PER = ("s", "min", "h", "hour", "day", "week", "month", "year")


UNIT_MISSING = "write the unit"
NO_DATE = "write a length of time, not a date"
"""Hints that an example of the field completes."""
_SPELT: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("millisecond", "milliseconds", "msec", "msecs", "millis"), "ms"),
        **dict.fromkeys(("second", "seconds", "sec", "secs"), "s"),
        **dict.fromkeys(("minute", "minutes", "mins", "m"), "min"),
        **dict.fromkeys(("hr", "hrs"), "h"),
        **dict.fromkeys(("d", "dy"), "day"),
        **dict.fromkeys(("w", "wk", "wks"), "week"),
        **dict.fromkeys(("mo", "mon", "mth", "mths"), "month"),
        **dict.fromkeys(("y", "yr", "yrs", "annum", "a"), "year"),
        **dict.fromkeys(("rps", "qps", "tps", "eps", "hz"), "/s"),
        **dict.fromkeys(("rpm", "qpm"), "/min"),
        **dict.fromkeys(("byte", "bytes"), "b"),
        **dict.fromkeys(("kilobyte", "kilobytes"), "kb"),
        **dict.fromkeys(("megabyte", "megabytes"), "mb"),
        **dict.fromkeys(("gigabyte", "gigabytes", "gig"), "gb"),
        **dict.fromkeys(("terabyte", "terabytes"), "tb"),
        **dict.fromkeys(("thousand", "thousands", "tsd"), "k"),
        **dict.fromkeys(("million", "millions", "mio", "mn", "mm"), "m"),
        **dict.fromkeys(("billion", "billions", "bn"), "b"),
        **dict.fromkeys(("percent", "pct"), "%"),
    }
)
"""What people write for a unit, and the unit in lower case: for hints only, nothing of it is accepted."""
_COUNTED = frozenset({"requests", "request", "req", "reqs", "events", "event", "records", "transactions", "calls"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?\b|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}\b")
_THOUSANDS = re.compile(r"(?<=[0-9])[,_' ](?=[0-9]{3}(?![0-9]))")


def without_separators(text: str) -> str:
    """`text` with thousands written together: `10,000/s` is `10000/s`."""
    return _THOUSANDS.sub("", text)


def _abbreviated(unit: str) -> str:
    """`unit` in lower case with its words replaced by the units that they stand for: `requests per second` is `/s`."""
    stroked = re.sub(r"\bper\b|\bp\.(?=a\b)", "/", unit.lower())
    words = [_SPELT.get(word, word) for word in re.findall(r"[a-z]+|[^a-z\s]", stroked) if word not in _COUNTED]
    return "".join(words)


class Quantity(float, Written):
    """A number in the base unit of its kind that remembers its text.

    Raises `ValueError` when the text is not of the kind or out of its range.
    """

    __slots__ = ("_text",)
    _text: str

    units: ClassVar[Mapping[str, Fraction]]
    zero_allowed: ClassVar[bool] = False
    signed: ClassVar[bool] = False

    def __new__(cls, raw: str | float) -> Self:
        """The quantity that `raw` says; see `read` for values of any other type."""
        number, text = cls._number(raw)
        cls._check(number, text)
        self = super().__new__(cls, number)
        self._text = text
        return self

    @classmethod
    def read(cls, raw: object) -> Self:
        """The quantity that a text says; a number without a unit only for a kind that has none (`Count`)."""
        if isinstance(raw, bool) or not isinstance(raw, str | int | float):
            raise wrong_unit(raw, cls.expected)
        return cls(raw)

    @classmethod
    def _number(cls, raw: str | float) -> tuple[float, str]:
        if not isinstance(raw, str):
            raise wrong_unit(raw, cls.expected, cls._bare(raw))
        # One line, whatever white space stood between number and unit: the text goes into messages and documents.
        text = " ".join(raw.split())
        found = _SPLIT.fullmatch(text)
        if not found or (text[0] in "+-" and not cls.signed):
            raise wrong_unit(raw, cls.expected, cls._plain(text))
        unit = re.sub(r"\s*/\s*", "/", found["unit"] or "")
        if unit not in cls.units:
            raise wrong_unit(raw, cls.expected, cls._plain(text) or cls._nearest(found["number"], unit))
        return float(Fraction(found["number"]) * cls.units[unit]), text

    @classmethod
    def _check(cls, number: float, text: str) -> None:
        if not math.isfinite(number):
            raise out_of_range(text, "a finite number")
        if number < 0 or (number == 0 and not cls.zero_allowed):
            raise out_of_range(text, "zero or more" if cls.zero_allowed else "more than zero")

    @classmethod
    def _bare(cls, number: float) -> str | None:
        """The hint for a number without a unit."""
        return UNIT_MISSING

    @classmethod
    def _plain(cls, text: str) -> str | None:
        """The hint for a text that is no number and unit: it may have separators of thousands, or be a date."""
        if _DATE.match(text):
            return NO_DATE
        joined = without_separators(text)
        found = _SPLIT.fullmatch(joined) if joined != text else None
        unit = re.sub(r"\s*/\s*", "/", found["unit"] or "") if found else None
        return f"write the number without separators: `{joined}`" if unit in cls.units else None

    @classmethod
    def _nearest(cls, number: str, unit: str) -> str | None:
        """The hint for a unit that the kind does not have."""
        if not unit:
            return cls._bare(float(number))
        folded = {known.lower(): known for known in cls.units if known}
        spelt = _abbreviated(unit[:_LONGEST_COMPARED])
        close = [spelt] if spelt in folded else []
        close = close or difflib.get_close_matches(unit.lower()[:_LONGEST_COMPARED], folded, n=1, cutoff=0.5)
        if not close:
            return None
        known = folded[close[0]]
        spaced = known[0].isalpha() and "/" not in known and cls.units is not Count.units
        return f"did you mean `{number}{' ' if spaced else ''}{known}`?"

    @classmethod
    def pattern(cls) -> str:
        """A number and one of the units."""
        units = "|".join(re.escape(unit).replace("/", r"\s*/\s*") for unit in cls.units)
        return rf"^\s*{'[+-]?' if cls.signed else ''}{NUMBER}\s*({units})\s*$"

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._text!r})"

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self._text,)


class Rate(Quantity):
    """Events per second: `10000/s`, `5000/day`, `12/year`, `10k/s`."""

    units = MappingProxyType({f"{many}/{per}": _MULTIPLES[many] / SECONDS[per] for many in _MULTIPLES for per in _PER})
    expected = "a rate: a number per s, min, h, day, week, month or year"
    examples = ("10000/s", "5000/day", "12/year")

    @classmethod
    def pattern(cls) -> str:
        """A number, perhaps a multiple, and one of the units of time after a stroke."""
        return rf"^\s*{NUMBER}\s*[kMB]?\s*/\s*({'|'.join(_PER)})\s*$"


class Duration(Quantity):
    """Seconds: `100 ms`, `2 s`, `15 min`, `90 days`, `36 months`, `7 years`."""

    units = SECONDS
    expected = "a duration: a number and ms, s, min, h, days, weeks, months or years"
    examples = ("100 ms", "15 min", "90 days", "7 years")


class DurationOrZero(Duration):
    """Seconds, where none at all is a meaningful answer (a recovery point without any loss): `0 s`, `1 min`."""

    zero_allowed = True
    examples = ("0 s", "1 min", "90 days")


class Size(Quantity):
    """Bytes: `2 KB`, `1.2 TB` (KB = 1000 bytes), `16 KiB` (KiB = 1024 bytes)."""

    units = MappingProxyType(
        {unit: Fraction(1000**power) for unit, power in _DECIMAL.items()}
        | {unit: Fraction(1024**power) for unit, power in _BINARY.items()}
    )
    expected = "a size: a number and B, KB, MB, GB, TB, PB (powers of 1000) or KiB, MiB, GiB, TiB, PiB (powers of 1024)"
    examples = ("2 KB", "1.2 TB", "16 KiB")


class Share(Quantity):
    """A fraction of a whole, more than 0 and at most 1: `99.95%` is 0.9995."""

    units = MappingProxyType({"%": Fraction(1, 100)})
    expected = "a share in %"
    examples = ("99.95%", "0.4%")

    @classmethod
    def _bare(cls, number: float) -> str | None:
        if not 0 < number <= 100:
            return super()._bare(number)
        if number > 1:
            return f"did you mean `{number:.15g}%`?"
        return f"did you mean `{100 * number:.12g}%`, or `{number:.15g}%`?"

    @classmethod
    def _check(cls, number: float, text: str) -> None:
        super()._check(number, text)
        if number > 1:
            raise out_of_range(text, "at most 100%")


class ShareOrZero(Share):
    """A fraction of a whole from 0 to 1, where none is a meaningful answer (no cache hits): `0%`, `40%`."""

    zero_allowed = True
    examples = ("0%", "40%")


class Availability(Share):
    """The share of a month in which the service answers: at least 90%, less than 100% (which nobody can promise)."""

    expected = "an availability in %, at least 90% and less than 100%"
    examples = ("99.95%", "99.5%")

    @classmethod
    def _bare(cls, number: float) -> str | None:
        return f"did you mean `{100 * number:.12g}%`?" if 0.9 <= number < 1 else super()._bare(number)

    @classmethod
    def _check(cls, number: float, text: str) -> None:
        if not 0.9 <= number < 1:
            raise out_of_range(text, cls.expected)


class Growth(Quantity):
    """Relative change of the load within a year, compounding: `20%/year` is 0.2; zero and shrinking are allowed."""

    units = MappingProxyType({"%/year": Fraction(1, 100)})
    expected = "a growth in %/year, more than -100%/year"
    examples = ("20%/year", "0%/year")
    signed = True

    @classmethod
    def _nearest(cls, number: str, unit: str) -> str | None:
        return f"did you mean `{number}%/year`?" if unit == "%" else super()._nearest(number, unit)

    @classmethod
    def _check(cls, number: float, text: str) -> None:
        if not math.isfinite(number) or number <= -1:
            raise out_of_range(text, cls.expected)


class Count(Quantity):
    """A whole number of things: `260M`, `340k`, `2.4M`, `40000` (k = thousand, M = million, B = billion)."""

    units = MappingProxyType(_MULTIPLES)
    expected = "a whole number, with k (thousand), M (million) or B (billion) if you like"
    examples = (40_000, "340k", "2.4M")
    json_types = ("string", "integer")

    @classmethod
    def _number(cls, raw: str | float) -> tuple[float, str]:
        if isinstance(raw, str):
            return super()._number(raw)
        if not abs(raw) < 10**15:
            raise out_of_range(raw, "a whole number of at most 15 digits")
        return float(raw), f"{raw:.15g}"

    @classmethod
    def _check(cls, number: float, text: str) -> None:
        super()._check(number, text)
        if number % 1:
            raise out_of_range(text, "a whole number")


class CountOrZero(Count):
    """A whole number of things, where none is a meaningful answer (no positive label yet)."""

    zero_allowed = True
    examples = (0, "340k", "2.4M")
