"""What there is to check below the paths that a person names."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from archgen.bundle import LOCK
from archgen.errors import Problem, WrongUse

_SPEC = re.compile(rb"^archgen:", re.MULTILINE)
_HEAD_BYTES = 4096
"""A spec says what it is in its first lines; other YAML files are not read any further."""
_SKIPPED = frozenset({".git", ".venv", "node_modules", "__pycache__"})


@dataclass(frozen=True, kw_only=True)
class Target:
    """One spec, for its own cloud or for `cloud`, or one emitted project."""

    path: pathlib.Path
    kind: Literal["spec", "project"]
    cloud: str | None = None

    @property
    def name(self) -> str:
        """The path as it is shown."""
        return self.path.as_posix()


def targets(paths: Sequence[pathlib.Path], cloud: str | None = None) -> tuple[Target, ...]:
    """Every spec and every emitted project at or below `paths`, each once, sorted.

    A folder that archgen wrote is a project; the spec inside it is not checked again. Raises `WrongUse` for a path that
    does not exist, or below which there is nothing to check.
    """
    found: dict[pathlib.Path, Target] = {}
    for path in paths:
        here = list(_below(path, cloud))
        if not here:
            message = "there is neither a spec nor an emitted project here" if path.exists() else "this does not exist"
            raise WrongUse(Problem(id="nothing-to-check", file=str(path), message=message))
        found |= {target.path: target for target in here}
    return tuple(found[path] for path in sorted(found))


def _below(path: pathlib.Path, cloud: str | None) -> Iterator[Target]:
    if path.is_file():
        yield Target(path=path, kind="spec", cloud=cloud)
    elif (path / LOCK).is_file() or (path / "Pulumi.yaml").is_file():
        yield Target(path=path, kind="project")
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if child.is_dir() and not child.is_symlink() and child.name not in _SKIPPED:
                yield from _below(child, cloud)
            elif child.is_file() and child.suffix in (".yaml", ".yml") and _is_spec(child):
                yield Target(path=child, kind="spec", cloud=cloud)


def _is_spec(path: pathlib.Path) -> bool:
    with path.open("rb") as file:
        return _SPEC.search(file.read(_HEAD_BYTES)) is not None
