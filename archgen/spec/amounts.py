"""Values that are more than one number: money with its currency, the level of a KPI, a time of day, a measure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Self

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from archgen.spec.standards import CURRENCIES
from archgen.spec.units import NUMBER, SECONDS, Count, Duration, Rate, Share, Size, without_separators
from archgen.spec.written import Written, out_of_range, wrong_unit

_MONEY = re.compile(rf"({NUMBER})\s*([A-Z]{{3}})")
_LEVEL = re.compile(rf"([+-]?)({NUMBER})\s*(\S.*)?", re.DOTALL)
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_LIKE_MONEY = re.compile(rf"(?P<before>\D*?)(?P<number>{NUMBER})\s*(?P<many>(?:[kKmM](?![A-Za-z]))?)(?P<after>\D*)")
_MANY = {"": 1, "k": 1000, "m": 1_000_000}
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_LONGEST_COMPARED = 20
_FRACTIONS = {"%": 100, "bps": 10_000, "ppm": 1_000_000}


@dataclass(frozen=True, slots=True)
class Money(Written):
    """An amount in one ISO 4217 currency: `85000 USD`. It is never converted into another currency."""

    amount: Decimal
    currency: str

    expected = "an amount and an ISO 4217 currency"
    examples = ("85000 USD", "80 EUR")

    @classmethod
    def pattern(cls) -> str:
        """An amount and three capitals."""
        return rf"^\s*{_MONEY.pattern}\s*$"

    @classmethod
    def read(cls, raw: object) -> Self:
        """The money that a text says; zero is out of range."""
        found = _MONEY.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if not found or found[2] not in CURRENCIES:
            raise wrong_unit(raw, cls.expected, _meant(raw))
        if not Decimal(found[1]):
            raise out_of_range(raw, "more than zero")
        return cls(Decimal(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


def _meant(raw: object) -> str | None:
    """The hint for money that is written otherwise: `$85000`, `85k usd`, `USD 85,000`, or without a currency."""
    said = f"{raw:.15g}" if isinstance(raw, int | float) and abs(raw) < 10**15 else raw
    found = _LIKE_MONEY.fullmatch(without_separators(said.strip())) if isinstance(said, str) else None
    if not found:
        return None
    amount = f"{(Decimal(found['number']) * _MANY[found['many'].lower()]).normalize():f}"
    word = (found["before"] or found["after"]).strip().upper()[:_LONGEST_COMPARED]
    close = [_SIGNS.get(word, word)] if _SIGNS.get(word, word) in CURRENCIES else []
    close = close or difflib.get_close_matches(word, sorted(CURRENCIES), n=1, cutoff=0.8)
    return f"did you mean `{amount} {close[0]}`?" if close else f"write the currency, for example `{amount} USD`"


@dataclass(frozen=True, slots=True, order=True)
class TimeOfDay(Written):
    """A time of day, in minutes since midnight: `"05:00"` is 300. The time zone stands in the field beside it."""

    minutes: int

    expected = "a time of day as HH:MM, from 00:00 to 23:59"
    examples = ("05:00", "23:30")

    @classmethod
    def pattern(cls) -> str:
        """Hours and minutes."""
        return rf"^\s*{_TIME.pattern}\s*$"

    @classmethod
    def read(cls, raw: object) -> Self:
        """The time that a text says: two digits, a colon, two digits."""
        found = _TIME.fullmatch(raw.strip()) if isinstance(raw, str) else None
        if not found:
            short = isinstance(raw, str) and _TIME.fullmatch(f"0{raw.strip()}")
            raise wrong_unit(raw, cls.expected, f'did you mean `"{short[0]}"`?' if short else None)
        return cls(60 * int(found[1]) + int(found[2]))

    def minutes_until(self, later: TimeOfDay) -> int:
        """Minutes from here to the next `later`, over midnight if need be: 0 up to 1439."""
        return (later.minutes - self.minutes) % (24 * 60)

    def __str__(self) -> str:
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class Level(Written):
    """The level of a KPI, or a relative change of it.

    `value` is a fraction for `%`, `bps` and `ppm`, seconds for a duration, events per second for a rate, an amount for
    money, else a plain number; `kind` names which (`share`, `duration`, `rate`, the currency, `number`). A signed
    percentage (`-20%`) is `relative`: the change of the baseline that is wanted, not a level.
    """

    value: float
    kind: str
    relative: bool
    text: str

    expected = "a level (a number with %, bps, ppm, a currency, a duration or a rate) or a relative change (`-20%`)"
    examples = ("12 bps", "-20%", "6%")
    json_types = ("string", "number")

    @classmethod
    def pattern(cls) -> str:
        """A signed percentage, or a number with one of the units of a level."""
        units = "|".join(re.escape(unit) for unit in (*_FRACTIONS, *SECONDS, *Rate.units))
        return rf"^\s*([+-]{NUMBER}\s*%|{NUMBER}\s*({units}|[A-Z]{{3}})?)\s*$"

    @classmethod
    def read(cls, raw: object) -> Self:
        """The level that a text, or a plain number, says."""
        text = " ".join(str(raw).split()) if isinstance(raw, str | float | int) and not isinstance(raw, bool) else ""
        found = _LEVEL.fullmatch(text)
        if not found:
            raise wrong_unit(raw, cls.expected)
        sign, number, unit = found[1], found[2], found[3] or ""
        if sign and unit != "%":
            raise wrong_unit(raw, cls.expected, "write the level to reach, or a relative change in % with its sign")
        if sign:
            change = float(Fraction(f"{sign}{number}") / _FRACTIONS["%"])
            if change == 0 or change < -1:
                raise out_of_range(raw, "a change that is not zero and at least -100%")
            return cls(change, "share", True, text)
        value, kind = cls._of_unit(number, unit, raw)
        return cls(value, kind, False, text)

    @classmethod
    def _of_unit(cls, number: str, unit: str, raw: object) -> tuple[float, str]:
        if unit in _FRACTIONS:
            return float(Fraction(number) / _FRACTIONS[unit]), "share"
        if not unit:
            return float(number), "number"
        if unit in CURRENCIES:
            return float(number), unit
        if unit in SECONDS:
            return float(Fraction(number) * SECONDS[unit]), "duration"
        if unit in Rate.units:
            return float(Fraction(number) * Rate.units[unit]), "rate"
        raise wrong_unit(raw, cls.expected)

    def reached_from(self, baseline: Level) -> float:
        """The level that is to be reached, in the unit of `baseline`: 6% with a target of -20% gives 0.048."""
        return baseline.value * (1 + self.value) if self.relative else self.value

    def __str__(self) -> str:
        return self.text


Measured = Rate | Money | Share | Duration | Size | Count | float
"""What an input of a KPI pattern can be, told apart by its unit; a plain number that is not whole is a `float`."""


_MEASURES = (Rate, Money, Share, Duration, Size, Count)


def measure(raw: object) -> Measured:
    """The measure that a scalar of the file says, as the kind that its unit names; a `ValueError` if none does."""
    if isinstance(raw, float) and not isinstance(raw, Rate | Share | Duration | Size | Count) and abs(raw) < 10**15:
        return raw
    for kind in _MEASURES:
        if isinstance(raw, kind):
            return raw
        try:
            return kind.read(raw)
        except ValueError:
            continue
    expected = "a number with its unit: a rate, an amount of money, a share, a duration, a size or a count"
    raise wrong_unit(raw, expected, "for example `5000/day`, `80 EUR`, `2%`, `30 days` or `1200`")


def _plain(value: Measured) -> str | float:
    return value if type(value) is float else str(value)


Measure = Annotated[
    Measured,
    PlainValidator(measure),
    PlainSerializer(_plain),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": "|".join(kind.pattern() for kind in _MEASURES),
            "examples": ["5000/day", "80 EUR", "2%", "30 days", 1200],
        }
    ),
]
"""A field that holds any measure."""
