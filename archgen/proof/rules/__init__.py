"""Every rule: one class per module of this folder, and the rows of the tables of requirements."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache

from archgen.proof.requirements import requirements
from archgen.proof.rule import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """An instance of each rule, sorted by id."""
    found: list[Rule] = [*requirements()]
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        content = vars(importlib.import_module(module.name)).values()
        found += [
            each()
            for each in content
            if inspect.isclass(each) and issubclass(each, Rule) and each.__module__ == module.name
        ]
    return tuple(sorted(found, key=lambda rule: rule.id))
