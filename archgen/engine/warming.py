"""Import what a program will import, once, so that each run forks from a process that has it."""

from __future__ import annotations

import ast
import gc
import importlib
import sys
import warnings
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress

from archgen.engine.clouds import tables
from archgen.engine.configuration import python_files
from archgen.engine.project import Project


def sdk_modules(project: Project) -> tuple[str, ...]:
    """The modules of provider SDKs that a project's code names: packages it imports, and their attributes it uses."""
    found: set[str] = set()
    for file in python_files(project):
        try:
            tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        found |= _modules_of(tree)
    return tuple(sorted(found))


def warm(modules: Iterable[str]) -> None:
    """Import the modules wholly. One that is missing is left for the run to report."""
    with _without_collections():
        importlib.import_module("archgen.engine.program")
        tables()
        with warnings.catch_warnings():
            # Importing a whole SDK module warns of every class in it that is deprecated, used or not.
            warnings.simplefilter("ignore", DeprecationWarning)
            for name in modules:
                _import_wholly(name)


def _import_wholly(name: str) -> None:
    with suppress(ImportError):
        # SDK packages load their modules at the first look at an attribute; `vars` and `dir` are no such look.
        getattr(importlib.import_module(name), "__all__", None)


@contextmanager
def _without_collections() -> Generator[None]:
    """No garbage collection while modules are imported, and none of what they made ever after.

    An SDK leaves a million objects that live as long as the process: each collection walks over them all, at exit too,
    which took as long as the import. Objects are set aside only after an import, lest garbage of later calls pile up.
    """
    before, was_enabled = len(sys.modules), gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > before:
            gc.freeze()
        if was_enabled:
            gc.enable()


def _modules_of(tree: ast.Module) -> set[str]:
    names: dict[str, str] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("pulumi_"):
                    names[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
                    found.add(alias.name)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pulumi_"):
            found |= {
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names if _names_module(alias.name)),
            }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in names
            and _names_module(node.attr)
        ):
            found.add(f"{names[node.value.id]}.{node.attr}")
    return found


def _names_module(attribute: str) -> bool:
    # What is lower-case in an SDK package is a module or a look-up function, and those are called get_*.
    return attribute.islower() and not attribute.startswith("get_")
