"""Where blueprints and templates are, and how their Python is loaded: by walking folders, never from a list."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import pathlib
import sys
from collections.abc import Iterator
from functools import cache
from types import ModuleType

_PACKAGE = pathlib.Path(__file__).resolve().parent


@cache
def folders(kind: str) -> tuple[pathlib.Path, ...]:
    """The folders of a kind (`blueprints`, `templates`): our own first, then those that installed packages offer.

    A wheel carries them in `archgen/_data`, a checkout beside the package. Others offer theirs as an entry point of
    group `archgen.<kind>` that names a package; it is located and not imported.
    """
    packaged = _PACKAGE / "_data" / kind
    found = [packaged if packaged.is_dir() else _PACKAGE.parent / kind]
    for entry in sorted(importlib.metadata.entry_points(group=f"archgen.{kind}"), key=lambda e: (e.name, e.value)):
        spec = importlib.util.find_spec(entry.value)
        found += [pathlib.Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    return tuple(found)


def files(kind: str, pattern: str) -> Iterator[pathlib.Path]:
    """All files of a kind that match `pattern`, in folder order and sorted within a folder."""
    for folder in folders(kind):
        yield from sorted(path for path in folder.glob(pattern) if "__pycache__" not in path.parts)


def find(kind: str, relative: str) -> pathlib.Path:
    """The first file or folder of that relative path. Raises `FileNotFoundError` naming it."""
    for folder in folders(kind):
        if (folder / relative).exists():
            return folder / relative
    raise FileNotFoundError(f"{kind}/{relative}")


def load(path: pathlib.Path) -> ModuleType:
    """The module in `path`, loaded by path so that no parent package, and with it no provider SDK, is imported."""
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
    finally:
        sys.dont_write_bytecode = before
    return module
