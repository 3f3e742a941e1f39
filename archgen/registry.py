"""Where blueprints and templates are, and how their Python is loaded: by walking folders, never from a list.

Other packages offer folders of their own. What is wrong with one of those is a `TemplateError` that names the package
and the file; nothing of it is left out silently, and nothing of it replaces what archgen brings itself.
"""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import pathlib
import sys
import traceback
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from archgen.errors import ArchgenError, Problem, TemplateError

_PACKAGE = pathlib.Path(__file__).resolve().parent
KINDS = ("blueprints", "templates")


@dataclass(frozen=True, kw_only=True)
class _Offer:
    """A folder of blueprints or templates, and the package that it was installed with; None for archgen's own."""

    folder: pathlib.Path
    package: str | None


def folders(kind: str) -> tuple[pathlib.Path, ...]:
    """The folders of a kind (`blueprints`, `templates`): our own first, then those that installed packages offer.

    A wheel carries them in `archgen/_data`, a checkout beside the package. Others offer theirs as an entry point of
    group `archgen.<kind>` that names a package; it is located and not imported. Raises `TemplateError` for an entry
    point whose package cannot be located.
    """
    return tuple(offer.folder for offer in _offers(kind))


def files(kind: str, pattern: str) -> Iterator[pathlib.Path]:
    """All files of a kind that match `pattern`, in folder order and sorted within a folder.

    Raises `TemplateError` where two folders have a file of one name: neither may stand in for the other.
    """
    seen: dict[pathlib.Path, pathlib.Path] = {}
    for folder in folders(kind):
        for path in sorted(path for path in folder.glob(pattern) if "__pycache__" not in path.parts):
            relative = path.relative_to(folder)
            if relative in seen:
                message = f"'{relative.parent.as_posix()}' exists already: {seen[relative]}"
                raise fault(path, "id-taken", message, expected="an id of its own, such as one with the owner's name")
            seen[relative] = path
            yield path


def find(kind: str, relative: str) -> pathlib.Path:
    """The first file or folder of that relative path. Raises `FileNotFoundError` naming it."""
    for folder in folders(kind):
        if (folder / relative).exists():
            return folder / relative
    raise FileNotFoundError(f"{kind}/{relative}")


def package_of(path: pathlib.Path) -> str | None:
    """Name of the installed package that a file came with; None for archgen's own."""
    offers = (offer for kind in KINDS for offer in _offers(kind))
    return next((offer.package for offer in offers if offer.package and path.is_relative_to(offer.folder)), None)


def fault(
    path: pathlib.Path, id: str, message: str, *, expected: str | None = None, line: int | None = None
) -> TemplateError:
    """The error that says what is wrong with a file of a kind, and which package it came with."""
    package = package_of(path)
    return TemplateError(
        Problem(
            id=id,
            file=str(path),
            line=line,
            message=f"package '{package}': {message}" if package else message,
            expected=expected,
            hint=f"repair or uninstall '{package}'" if package else None,
        )
    )


@contextmanager
def blaming() -> Generator[None]:
    """What the code of an installed package raises in here is a `TemplateError` of that package."""
    try:
        yield
    except ArchgenError:
        raise
    except Exception as error:
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            path = pathlib.Path(frame.filename)
            if package_of(path):
                message = f"{frame.name}() raised {_said(error)}"
                raise fault(path, "template-raised", message, line=frame.lineno) from error
        raise


def load(path: pathlib.Path) -> ModuleType:
    """The module in `path`, loaded by path so that no parent package, and with it no provider SDK, is imported.

    Raises `TemplateError` for a module that cannot be executed, and for one of another package that imports an SDK.
    """
    if package_of(path):
        _refuse_sdk(path)
    name = "archgen_loaded." + ".".join((*path.parts[-4:-1], path.stem))
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(str(path))
    module = importlib.util.module_from_spec(spec)
    # Dataclasses with postponed annotations look their module up by name while it is still being executed.
    sys.modules[name] = module
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise fault(path, "not-loaded", f"it cannot be loaded: {_said(error)}", line=_line(error, path)) from error
    finally:
        sys.dont_write_bytecode = before
    return module


def imports(path: pathlib.Path) -> tuple[tuple[int, str], ...]:
    """Line and name of each module that a Python file imports, wherever in it; relative ones begin with their dots.

    Raises `TemplateError` where the file is no Python.
    """
    found = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." * node.level + (node.module or "")))
    return tuple(sorted(found))


def of_sdk(module: str) -> bool:
    """Whether a module is Pulumi's or of a provider's SDK."""
    return module.partition(".")[0].startswith("pulumi")


def parsed(path: pathlib.Path) -> ast.Module:
    """The syntax tree of a Python file. Raises `TemplateError` where there is none to be had."""
    try:
        return ast.parse(path.read_bytes())
    except OSError as error:
        raise fault(path, "not-loaded", f"it cannot be read: {error.strerror or error}") from error
    except (SyntaxError, ValueError) as error:
        raise fault(path, "not-loaded", f"it is no Python: {_said(error)}", line=_line(error, path)) from error


def data_of(path: pathlib.Path) -> Any:
    """What a data file holds: not a spec, whose reader knows the line of each value and keeps to YAML 1.2.

    PyYAML reads ten times as fast as a parser in Python where it has libyaml, and a plan waits for these files.
    """
    import yaml

    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def facts_in(path: pathlib.Path) -> Mapping[str, Any]:
    """The mapping in a YAML file of facts. Raises `TemplateError` where there is none, or it has no title."""
    import yaml

    try:
        said = data_of(path)
    except OSError as error:
        raise fault(path, "facts", f"it cannot be read: {error.strerror or error}") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise fault(path, "facts", f"it is no YAML: {error.problem}", line=line) from error
    except (yaml.YAMLError, ValueError) as error:
        raise fault(path, "facts", f"it is no YAML: {error}") from error
    if not isinstance(said, Mapping):
        raise fault(path, "facts", "it holds no mapping", expected="keys such as `title`")
    if not said.get("title"):
        raise fault(path, "facts", "it has no title", expected="`title`, as people call it")
    return said


@cache
def _offers(kind: str) -> tuple[_Offer, ...]:
    packaged = _PACKAGE / "_data" / kind
    own = _Offer(folder=packaged if packaged.is_dir() else _PACKAGE.parent / kind, package=None)
    entries = sorted(importlib.metadata.entry_points(group=f"archgen.{kind}"), key=lambda e: (e.name, e.value))
    return (own, *(offer for entry in entries for offer in _located(entry)))


def _located(entry: importlib.metadata.EntryPoint) -> Iterator[_Offer]:
    package = entry.dist.name if entry.dist else entry.value
    said = f"entry point '{entry.name} = {entry.value}' of {entry.group}"
    try:
        # Locating `a.b` imports `a`, whose own code may raise anything.
        spec = importlib.util.find_spec(entry.value)
    except (Exception, SystemExit) as error:
        raise _not_offered(package, f"{said} cannot be located: {_said(error)}") from error
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise _not_offered(package, f"{said} names no folder of Python")
    for place in places:
        yield _Offer(folder=pathlib.Path(place).resolve(), package=package)


def _not_offered(package: str, message: str) -> TemplateError:
    return TemplateError(
        Problem(
            id="entry-point",
            message=f"package '{package}': {message}",
            expected="a package whose folder holds what is offered",
            hint=f"repair or uninstall '{package}'",
        )
    )


def _refuse_sdk(path: pathlib.Path) -> None:
    for line, name in imports(path):
        if not of_sdk(name):
            continue
        message = f"it imports {name}, and designing has to do without a provider's SDK"
        raise fault(path, "imports-sdk", message, expected="imports of archgen and the standard library", line=line)


def _line(error: BaseException, path: pathlib.Path) -> int | None:
    if isinstance(error, SyntaxError):
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return frames[-1].lineno if frames else None


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).strip() or 'no message'}"
