"""The base of every value that is written as one text: how Pydantic reads, dumps and documents it, and how it errs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, LiteralString, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_LONGEST_SHOWN = 60


def shown(found: object) -> str:
    """`found` for a message: escaped, so that no control character reaches a terminal, and shortened."""
    if isinstance(found, int) and abs(found) >= 10**30:  # `str` refuses integers of thousands of digits
        return f"a number of {found.bit_length()} bits"
    text = ascii(found) if isinstance(found, str) and not found.isprintable() else repr(found)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def refusal(
    id: LiteralString, message: LiteralString, found: object, expected: str, hint: str | None = None
) -> PydanticCustomError:
    """An error that carries what a person needs: `message` may name `{found}`, `id` is the problem's stable id."""
    return PydanticCustomError(id, message, {"found": shown(found), "expected": expected, "hint": hint or ""})


def wrong_unit(found: object, expected: str, hint: str | None = None) -> PydanticCustomError:
    """The error for a text that is no value of the wanted kind."""
    return refusal("wrong-unit", "{found} cannot be read", found, expected, hint)


def out_of_range(found: object, expected: str, hint: str | None = None) -> PydanticCustomError:
    """The error for a well-written value that no such thing can have."""
    return refusal("out-of-range", "{found} is out of range", found, expected, hint)


class Written(ABC):
    """Something that is written as one text (or number) and read by `read`."""

    __slots__ = ()

    expected: ClassVar[str]
    examples: ClassVar[tuple[str | int, ...]]
    json_types: ClassVar[tuple[str, ...]] = ("string",)

    @classmethod
    @abstractmethod
    def read(cls, raw: object) -> Self:
        """The value that `raw`, a scalar of the file, says; a `ValueError` that says what was expected otherwise."""

    @classmethod
    def pattern(cls) -> str | None:
        """A regular expression (of JSON Schema's kind) for the texts that `read` can take; None if there is none."""
        return None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def accept(raw: object) -> Written:
            return raw if type(raw) is cls else cls.read(raw)

        return core_schema.no_info_plain_validator_function(
            accept,
            json_schema_input_schema=core_schema.str_schema(),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        types: Any = cls.json_types[0] if len(cls.json_types) == 1 else list(cls.json_types)
        pattern = cls.pattern()
        return {"type": types, "examples": list(cls.examples)} | ({"pattern": pattern} if pattern else {})
