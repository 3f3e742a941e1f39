"""The program as text: its modules as syntax trees, and which of their names stand for what."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from archgen.engine import Project
from archgen.engine.configuration import python_files

PROVIDERS = ("pulumi_aws", "pulumi_gcp", "pulumi_azure_native")
NO_RESOURCE = ("Args", "ArgsDict")
"""Endings of the classes of a provider that describe a part of a resource."""


@dataclass(frozen=True)
class Module:
    """One file of the program. `file` is relative to the project's root; `providers` are the names of SDK packages."""

    file: str
    tree: ast.Module

    @cached_property
    def providers(self) -> frozenset[str]:
        """The names that the file has for provider SDKs and their sub-packages (`aws`, `network`)."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {each.asname or each.name for each in node.names if each.name.startswith(PROVIDERS)}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PROVIDERS):
                names |= {each.asname or each.name for each in node.names}
        return frozenset(names)


def modules(project: Project) -> tuple[Module, ...]:
    """Every file of the program that compiles, in the order of their names."""
    return _modules(project.program, tuple((file, file.stat().st_mtime_ns) for file in python_files(project)))


@cache
def _modules(program: Path, files: tuple[tuple[Path, int], ...]) -> tuple[Module, ...]:
    """Parsed once for all rules, stacks and phases; the time of the last change tells a planted file from the old."""
    found = []
    for file, _ in files:
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue  # rule `config` has said so
        found.append(Module(file.relative_to(program).as_posix(), tree))
    return tuple(found)


def makes_resource(node: ast.AST, providers: frozenset[str]) -> bool:
    """Whether the expression calls a resource class of a provider: `aws.kms.Key(...)`."""
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func)
    root, _, rest = name.partition(".")
    last = rest.rpartition(".")[2] or root
    return root in providers and last[:1].isupper() and not last.endswith(NO_RESOURCE)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression made of names and attributes, the empty text for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
