"""The statements that make the components, and the functions that fill those with many arguments.

`__main__.py` is read as the architecture: which component uses which. A component of more than `MOST_LINES` lines would
bury that under its figures and settings, so those move to a function of `parameters.py`, and what it is wired to stays.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from archgen.program.text import STEP, WIDTH, argument, expression, filled, import_lines, string
from archgen.program.wiring import Instance
from archgen.services.names import variable
from archgen.services.service import Ref, Value

MOST_LINES = 12
"""Lines of one component in `__main__.py`. Source: own judgement, what a reader takes in at once."""
MODULE = "parameters"
Stages = Mapping[str, str]
"""The stage that each component is grouped under, by id."""


def statement(instance: Instance, stages: Stages) -> str:
    """The text that makes a component, with all of its arguments or, where they are many, with what it is wired to."""
    before, wired = _wired(instance, stages)
    if is_long(instance, stages):
        items = [f"{key}={text}" for key, text in wired.items()]
        return "\n".join([*before, _call(instance, f"{MODULE}.{variable(instance.id)}(", items)])
    lines = "\n".join(_line(instance, key, wired) for key in _filled(instance))
    name = instance.service.class_name
    arguments = f"{STEP}{name}Args(\n{lines}\n{STEP}),"
    return "\n".join([*before, f"{variable(instance.id)} = {name}(", f"{STEP}{string(instance.id)},", arguments, ")"])


def is_long(instance: Instance, stages: Stages) -> bool:
    """Whether its figures and settings are too many for `__main__.py`; one that has none keeps its place."""
    _, wired = _wired(instance, stages)
    written = [_line(instance, key, wired) for key in _filled(instance)]
    lines = 5 + sum(text.count("\n") + 1 for text in written)
    return lines > MOST_LINES and len(wired) < len(written)


def function(instance: Instance) -> str:
    """The function of `parameters.py` that fills a component: what it is wired to comes in, its arguments go out."""
    wired = [key for key in _filled(instance) if _is_wired(instance, key)]
    named = _parameters(instance, wired)
    name = f"{instance.service.class_name}Args"
    lines = "\n".join(
        f"{STEP * 2}{key}={key},"
        if key in wired
        else argument(key, instance.arguments[key], STEP * 2, named.__getitem__)
        for key in _filled(instance)
    )
    taken = ["*", *(f"{key}: {instance.source.annotations[key]}" for key in wired)] if wired else []
    opening = filled(f"def {variable(instance.id)}(", taken, f") -> {name}:")
    return f"{opening}\n{STEP}return {name}(\n{lines}\n{STEP})"


def names_used(instances: Iterable[Instance]) -> tuple[list[str], list[str]]:
    """Import lines that the functions of these components need: those of packages, and those of the project."""
    whole: set[str] = set()
    taken: dict[str, set[str]] = {}
    for instance in instances:
        used = {f"{instance.service.class_name}Args"}
        for key in _filled(instance):
            if _is_wired(instance, key):
                used |= _names(instance.source.annotations[key])
        for name in used & set(instance.source.names):
            module, imported = instance.source.names[name]
            if imported is None:
                whole.add(f"import {module}" if name == module else f"import {module} as {name}")
            else:
                taken.setdefault(_absolute(module, instance.service.id), set()).add(imported)
    others = {module: names for module, names in taken.items() if not module.startswith("components")}
    own = {module: names for module, names in taken.items() if module.startswith("components")}
    return [*sorted(whole), *import_lines(others)], import_lines(own)


def _filled(instance: Instance) -> Sequence[str]:
    return [key for key in instance.source.arguments if key in instance.given or key in instance.arguments]


def _is_wired(instance: Instance, key: str) -> bool:
    if key in instance.given:
        return True
    value = instance.arguments[key]
    items = value if isinstance(value, tuple) and value else (value,)
    return all(isinstance(item, Ref) for item in items)


def _wired(instance: Instance, stages: Stages) -> tuple[list[str], Mapping[str, str]]:
    """Statements to come before, and argument -> text, of what a component is wired to."""
    before: list[str] = []
    texts: dict[str, str] = {}
    for key in _filled(instance):
        if not _is_wired(instance, key):
            continue
        value = instance.arguments.get(key, ())
        ids = [item.component for item in value if isinstance(item, Ref)] if isinstance(value, tuple) else []
        if key in instance.given:
            texts[key] = instance.given[key]
            continue
        texts[key] = expression(value)
        if ids and len(f"{STEP * 2}{key}={texts[key]},") > WIDTH:
            groups, texts[key] = _by_stage(key, ids, stages)
            before += groups
    return before, texts


def _by_stage(key: str, ids: Sequence[str], stages: Stages) -> tuple[list[str], str]:
    """A long list of components, one line for each stage: statements, and the list made of them."""
    order = list(dict.fromkeys(stages.values()))
    statements: list[str] = []
    parts: list[str] = []
    for stage, group in groupby(sorted(ids, key=lambda each: order.index(stages[each])), key=stages.__getitem__):
        variables = [variable(each) for each in group]
        if len(variables) == 1:
            parts += variables
            continue
        statements.append(filled(f"{key}_{variable(stage)} = [", variables, "]"))
        parts.append(f"*{key}_{variable(stage)}")
    return [*statements, filled(f"{key} = [", parts, "]")], key


def _line(instance: Instance, key: str, wired: Mapping[str, str]) -> str:
    if key in wired:
        return f"{STEP * 2}{key}={wired[key]},"
    return argument(key, instance.arguments[key], STEP * 2, live=f"{MODULE}.live")


def _call(instance: Instance, opening: str, items: Sequence[str]) -> str:
    """A component made from one call of its function, as a formatter lays it out."""
    outer = f"{variable(instance.id)} = {instance.service.class_name}("
    flat = f"{opening}{', '.join(items)})"
    short = filled(outer, [string(instance.id), flat], ")")
    if short.count("\n") <= 2:
        return short
    return f"{outer}\n{STEP}{string(instance.id)},\n{filled(opening, items, '),', STEP)}\n)"


def _parameters(instance: Instance, wired: Sequence[str]) -> Mapping[str, str]:
    """How the function calls each component that it is given: by its own parameter, or by its place in a list."""
    named: dict[str, str] = {}
    for key in wired:
        value: Value = instance.arguments.get(key, ())
        if isinstance(value, Ref):
            named[value.component] = key
        elif isinstance(value, tuple):
            for place, item in enumerate(value):
                if isinstance(item, Ref):
                    named.setdefault(item.component, f"{key}[{place}]")
    return named


def _names(annotation: str) -> set[str]:
    found = {node.id for node in ast.walk(ast.parse(annotation)) if isinstance(node, ast.Name)}
    return {name for name in found if not hasattr(builtins, name)}


def _absolute(module: str, service: str) -> str:
    """A module of the project by its name from the program's folder: `..contracts` is `components.contracts`."""
    if module.startswith(".."):
        return f"components.{module.removeprefix('..')}"
    return f"components.{service}{module}" if module.startswith(".") else module
