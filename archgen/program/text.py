"""Python text of the emitted program: literals through an escaper, calls laid out as the formatter would."""

from __future__ import annotations

import json
from collections.abc import Sequence

from archgen.errors import Problem, TemplateError
from archgen.program.wiring import Instance
from archgen.services.names import variable
from archgen.services.service import Ref, Setting, StackSetting, Value

WIDTH = 120
_READ = {
    "string": "require",
    "integer": "require_int",
    "number": "require_float",
    "boolean": "require_bool",
    "array": "require_object",
}


def string(value: str) -> str:
    """A double-quoted Python literal. JSON's escapes are a subset of Python's."""
    return json.dumps(value, ensure_ascii=True)


def expression(value: Value) -> str:
    """The Python expression of an argument. Raises `TemplateError` for a type that has none."""
    match value:
        case Ref(component=id):
            return variable(id)
        case StackSetting():
            return f"config.{_READ[value.type]}({string(value.key)})"
        case Setting(live=True):
            return f"live[{string(value.key)}]"
        case Setting(secret=True):
            return f"config.require_secret({string(value.key)})"
        case Setting():
            return f"config.{_READ[value.type]}({string(value.key)})"
        case bool() | int() | float():
            return repr(value)
        case str():
            return string(value)
        case tuple():
            return "[" + ", ".join(_item(item) for item in value) + "]"
    raise TemplateError(Problem(id="wiring", message=f"an argument cannot be a {type(value).__name__}"))


def _item(value: Value) -> str:
    """An item of a sequence; one that is a sequence itself is a record, and a tuple keeps the type of each field."""
    if not isinstance(value, tuple):
        return expression(value)
    fields = ", ".join(_item(field) for field in value)
    return f"({fields},)" if len(value) == 1 else f"({fields})"


def argument(name: str, value: Value, indent: str) -> str:
    """`name=value,` on one line, or a sequence with one item a line where it would be too long."""
    line = f"{indent}{name}={expression(value)},"
    if len(line) <= WIDTH or not isinstance(value, tuple):
        return line
    items = "".join(f"{indent}    {_item(item)},\n" for item in value)
    return f"{indent}{name}=[\n{items}{indent}],"


def call(instance: Instance) -> str:
    """The statement that makes one component."""
    name = instance.service.class_name
    known = [name for name in instance.source.arguments if name in instance.given or name in instance.arguments]
    lines = [
        f"        {key}={instance.given[key]},"
        if key in instance.given
        else argument(key, instance.arguments[key], " " * 8)
        for key in known
    ]
    inside = "\n".join(lines)
    return f"{variable(instance.id)} = {name}(\n    {string(instance.id)},\n    {name}Args(\n{inside}\n    ),\n)"


def imports(instances: Sequence[Instance]) -> list[str]:
    """One import line per component class, sorted as the import sorter would."""
    by_module = {f"components.{i.service.id}.component": i.service.class_name for i in instances}
    return [_import(module, (name, f"{name}Args")) for module, name in sorted(by_module.items())]


def _import(module: str, names: Sequence[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")"
