"""What a field of the spec holds, told from its annotation: a quantity, some words, a list, a mapping."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from archgen.spec.written import Written


def written_of(annotation: Any) -> type[Written] | None:
    """The kind of quantity or amount that an annotation holds, directly, in a list or as an alternative to None."""
    if isinstance(annotation, type) and issubclass(annotation, Written):
        return annotation
    return next((found for part in get_args(annotation) if (found := written_of(part))), None)


def words_of(annotation: Any) -> tuple[str, ...]:
    """The enumerated words that a field, or an item of it, can be."""
    if get_origin(annotation) is Literal:
        return tuple(str(word) for word in get_args(annotation) if isinstance(word, str))
    return next((found for part in get_args(annotation) if (found := words_of(part))), ())
