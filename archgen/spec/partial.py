"""A spec of which parts are wrong, for the cross-checks: what did validate is there, all else is `Unknown`.

A check reads such a spec like any other. As soon as it uses an unknown value, in whatever way, `Unjudgeable` ends it:
so a fault is reported once, by the model, and never hides the contradictions of other parts.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from archgen.spec.model import Spec
from archgen.spec.paths import section_of
from archgen.spec.section import Section

# The type checker takes a subscript of `Annotated` for a type expression, which has to be static.
_annotated: Any = Annotated


class Unjudgeable(Exception):
    """A check has come upon a value that did not validate."""


class Unknown:
    """Stands for a value that is missing or wrong. It differs from None, and any use of it is `Unjudgeable`."""

    def _refuse(self, *_: object) -> NoReturn:
        raise Unjudgeable

    __getattr__ = __getitem__ = __iter__ = __len__ = __bool__ = __contains__ = __float__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse


def partial_spec(values: Mapping[str, Any]) -> Spec:
    """The spec that `values` say as far as they can be understood; never fails."""
    return _section(Spec, values)


def _section(section: type[Section], values: Mapping[str, Any]) -> Any:
    return section.model_construct(**{name: _field(section, name, values) for name in section.model_fields})


def _field(section: type[Section], name: str, values: Mapping[str, Any]) -> Any:
    field = section.model_fields[name]
    if name not in values:
        return Unknown() if field.is_required() else field.get_default(call_default_factory=True)
    try:
        return _adapter(section, name).validate_python(values[name])
    except ValidationError:
        return _in_part(field, values[name])


@functools.cache
def _adapter(section: type[Section], name: str) -> TypeAdapter[Any]:
    """The validator of one field: it takes longer to build than to use."""
    field = section.model_fields[name]
    return TypeAdapter(_annotated[field.annotation, field])


def _in_part(field: FieldInfo, value: Any) -> Any:
    section = section_of(field.annotation)
    if section is None:
        return Unknown()
    if get_origin(field.annotation) is not tuple:
        return _of(section, value)
    return tuple(_of(section, item) for item in value) if isinstance(value, list) else Unknown()


def _of(section: type[Section], value: Any) -> Any:
    return _section(section, value) if isinstance(value, dict) else Unknown()
