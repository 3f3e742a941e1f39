"""Python text of the emitted program: literals through an escaper, calls laid out as the formatter would."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from archgen.errors import Problem, TemplateError
from archgen.services.names import variable
from archgen.services.service import Ref, Setting, StackSetting, Value

WIDTH = 120
STEP = " " * 4
_READ = {
    "string": "require",
    "integer": "require_int",
    "number": "require_float",
    "boolean": "require_bool",
    "array": "require_object",
}

Named = Callable[[str], str]
"""How the text at hand calls a component: id -> expression."""


def string(value: str) -> str:
    """A Python literal, in the quotes that need fewer escapes, as the formatter chooses them; double ones otherwise.

    JSON's escapes are a subset of Python's.
    """
    text = json.dumps(value, ensure_ascii=True)
    if value.count('"') <= value.count("'"):
        return text
    return "'" + text[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


def expression(value: Value, named: Named = variable, live: str = "live") -> str:
    """The Python expression of an argument. `live` is what the text calls the live settings.

    Raises `TemplateError` for a type that has none.
    """
    match value:
        case Ref(component=id):
            return named(id)
        case StackSetting():
            return f"config.{_READ[value.type]}({string(value.key)})"
        case Setting(live=True):
            return f"{live}[{string(value.key)}]"
        case Setting(secret=True):
            return f"config.require_secret({string(value.key)})"
        case Setting():
            return f"config.{_READ[value.type]}({string(value.key)})"
        case bool() | int() | float():
            return repr(value)
        case str():
            return string(value)
        case tuple():
            return "[" + ", ".join(_item(item, named, live) for item in value) + "]"
    raise TemplateError(Problem(id="wiring", message=f"an argument cannot be a {type(value).__name__}"))


def _item(value: Value, named: Named, live: str) -> str:
    """An item of a sequence; one that is a sequence itself is a record, and a tuple keeps the type of each field."""
    if not isinstance(value, tuple):
        return expression(value, named, live)
    fields = ", ".join(_item(field, named, live) for field in value)
    return f"({fields},)" if len(value) == 1 else f"({fields})"


def argument(name: str, value: Value, indent: str, named: Named = variable, live: str = "live") -> str:
    """`name=value,` on one line, or a sequence with one item a line where it would be too long."""
    line = f"{indent}{name}={expression(value, named, live)},"
    if len(line) <= WIDTH or not isinstance(value, tuple):
        return line
    items = "".join(f"{indent}{STEP}{_item(item, named, live)},\n" for item in value)
    return f"{indent}{name}=[\n{items}{indent}],"


def filled(opening: str, items: Sequence[str], closing: str, indent: str = "") -> str:
    """`opening` + items + `closing` as a formatter lays it out: on one line, on one inner line, or one item a line."""
    inner = indent + STEP
    flat = ", ".join(items)
    if len(whole := f"{indent}{opening}{flat}{closing}") <= WIDTH and "\n" not in flat:
        return whole
    if len(inner + flat) <= WIDTH and "\n" not in flat:
        return f"{indent}{opening}\n{inner}{flat}\n{indent}{closing}"
    lines = "".join(f"{inner}{item},\n" for item in items)
    return f"{indent}{opening}\n{lines}{indent}{closing}"


def import_lines(names: Mapping[str, Iterable[str]]) -> list[str]:
    """One line per module, module -> names, sorted as the import sorter would; in brackets where it is too long."""
    return [_import(module, sorted(found)) for module, found in sorted(names.items())]


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"{STEP}{name},\n" for name in names) + ")"
