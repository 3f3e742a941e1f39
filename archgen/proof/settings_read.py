"""Which settings the program's text reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archgen.proof.syntax import Module, dotted

READERS = ("get", "require")
CONFIGURATIONS = ("pulumi.Config", "Config")


def mentioned(module: Module) -> Iterator[str]:
    """Every text of the module: a setting whose key is none of them is read by nobody."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def read(module: Module) -> Iterator[tuple[str, int]]:
    """(key, line) of what is read of the project's own settings: by a reader of `pulumi.Config()`, or from a list of
    keys that is handed on together with it.
    """
    own = set(_own_configurations(module))
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(node.func, ast.Attribute) and receiver is not None and dotted(receiver) in own:
            if node.func.attr.startswith(READERS) and node.args:
                yield from _keys(node.args[0])
        elif any(dotted(argument) in own for argument in node.args):
            for argument in node.args:
                if isinstance(argument, ast.List | ast.Tuple):
                    for each in argument.elts:
                        yield from _keys(each)


def _keys(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, node.lineno


def _own_configurations(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(targets=targets, value=ast.Call(func=func, args=[])) if dotted(func) in CONFIGURATIONS:
                yield from (name for name in map(dotted, targets) if name)
