"""Which settings the program's text reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from archgen.proof.syntax import Module, dotted

READERS = ("get", "require")
SECRET_READERS = ("get_secret", "require_secret")
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
    yield from ((key, line) for key, line, _ in _readings(module))
    own = set(_own_configurations(module))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and any(dotted(argument) in own for argument in node.args):
            for argument in node.args:
                if isinstance(argument, ast.List | ast.Tuple):
                    for each in argument.elts:
                        yield from _keys(each)


def read_in_clear(module: Module) -> Iterator[tuple[str, int]]:
    """(key, line) of what a reader of `pulumi.Config()` gives as plain text, whatever the project file declares."""
    yield from ((key, line) for key, line, reader in _readings(module) if not reader.startswith(SECRET_READERS))


def _readings(module: Module) -> Iterator[tuple[str, int, str]]:
    """(key, line, reader) of each call of a reader."""
    own = set(_own_configurations(module))
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=reader), args=[first, *_]) if reader.startswith(
                READERS
            ) and _is_own(receiver, own):
                yield from ((key, line, reader) for key, line in _keys(first))


def _is_own(receiver: ast.expr, own: set[str]) -> bool:
    """Whether it is a name for the project's own configuration, or `pulumi.Config()` itself."""
    match receiver:
        case ast.Call(func=func, args=[]):
            return dotted(func) in CONFIGURATIONS
    return dotted(receiver) in own


def _keys(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, node.lineno


def _own_configurations(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        match node:
            case ast.Assign(targets=targets, value=ast.Call(func=func, args=[])) if dotted(func) in CONFIGURATIONS:
                yield from (name for name in map(dotted, targets) if name)
