"""The output folder: artifacts, and the one writer that touches the disk.

Every file is replaced whole. All new contents are staged first and a plan of the replacements is written last; a run
that dies before the plan leaves nothing behind, one that dies after it is finished by the next.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archgen import __version__
from archgen.errors import Problem, WrongUse

LOCK = ".archgen/lock.json"
_PENDING = ".archgen/pending"
_PLAN = f"{_PENDING}/plan.json"


@dataclass(frozen=True, kw_only=True)
class Artifact:
    """One file of the output: a relative path with forward slashes, and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What one run generates. `parts` are the kinds it is complete for: stale files of other kinds are left alone."""

    spec_hash: str
    parts: frozenset[str]
    artifacts: tuple[Artifact, ...]


@dataclass(frozen=True, kw_only=True)
class Written:
    """What became of the folder: files that are archgen's now, files kept since a person changed them, and removals."""

    files: tuple[str, ...]
    kept: tuple[str, ...]
    removed: tuple[str, ...]


def part_of(path: str) -> str:
    """The kind of deliverable that a path belongs to: `infra`, `docs` or `diagrams`."""
    if path.startswith("diagrams/"):
        return "diagrams"
    if path == "README.md" or (path.startswith("docs/") and path not in ("docs/coverage.json", "docs/recording.json")):
        return "docs"
    return "infra"


def write(bundle: Bundle, directory: pathlib.Path, *, force: bool = False) -> Written:
    """Bring `directory` to the bundle's state.

    A file that archgen wrote and nobody changed is updated, or removed when no longer needed. One that was changed by
    hand is kept, unless `force`; one that archgen never wrote is never touched. Raises `WrongUse` where the folder
    cannot be written or a path would leave it through a symbolic link.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        finish_interrupted(directory)
        known = _known(directory)
        plan = _Plan(files={}, replaced={}, removed=[])
        kept = [a.path for a in bundle.artifacts if not _settle(a, directory, known, force, plan)]
        wanted = {artifact.path for artifact in bundle.artifacts}
        for path in sorted(set(known) - wanted):
            if part_of(path) not in bundle.parts:
                plan.files[path] = known[path]
            elif _hash_of(_target(directory, path)) in (known[path], None):
                plan.removed.append(path)
            else:
                plan.files[path] = known[path]
                kept.append(path)
        _carry_out(directory, bundle.spec_hash, plan)
    except OSError as error:
        raise WrongUse(
            Problem(
                id="cannot-write",
                file=str(directory),
                message=f"{error.strerror or error}: {error.filename or directory}",
                hint="name a folder that can be written",
            )
        ) from error
    return Written(
        files=tuple(sorted(wanted - set(kept))), kept=tuple(sorted(kept)), removed=tuple(sorted(plan.removed))
    )


def add(directory: pathlib.Path, artifact: Artifact) -> None:
    """Write one more file into a folder that archgen wrote, and note it in the lock."""
    finish_interrupted(directory)
    lock = _read(directory)
    plan = _Plan(files=dict(lock.get("files", {})), replaced={artifact.path: artifact.content}, removed=[])
    plan.files[artifact.path] = _hash(artifact.content)
    _carry_out(directory, lock.get("spec", ""), plan)


def finish_interrupted(directory: pathlib.Path) -> None:
    """Complete the replacements of a run that died, or drop what it had only staged."""
    plan = directory / _PLAN
    if plan.is_file():
        _apply(directory, json.loads(plan.read_text(encoding="utf-8")))
    shutil.rmtree(directory / _PENDING, ignore_errors=True)


@dataclass(frozen=True, kw_only=True)
class _Plan:
    files: dict[str, str]
    replaced: dict[str, bytes]
    removed: list[str]


def _settle(artifact: Artifact, directory: pathlib.Path, known: Mapping[str, str], force: bool, plan: _Plan) -> bool:
    """Note in the plan what becomes of one artifact; False where the file on the disk is a person's."""
    new, current = _hash(artifact.content), _hash_of(_target(directory, artifact.path))
    was = known.get(artifact.path)
    if current == new:
        plan.files[artifact.path] = new
        return True
    if current is None or current == was or (force and was is not None):
        plan.files[artifact.path] = new
        plan.replaced[artifact.path] = artifact.content
        return True
    if was is not None:
        plan.files[artifact.path] = was
    return False


def _carry_out(directory: pathlib.Path, spec_hash: str, plan: _Plan) -> None:
    lock = {"archgen": __version__, "spec": spec_hash, "files": dict(sorted(plan.files.items()))}
    content = (json.dumps(lock, indent=1) + "\n").encode()
    if not plan.replaced and not plan.removed and _hash_of(directory / LOCK) == _hash(content):
        return
    staged = directory / _PENDING / "files"
    staged.mkdir(parents=True)
    steps = []
    for number, (path, new) in enumerate([*sorted(plan.replaced.items()), (LOCK, content)]):
        (staged / str(number)).write_bytes(new)
        steps.append([str(number), path])
    todo = {"replace": steps, "remove": plan.removed}
    waiting = directory / f"{_PLAN}.new"
    waiting.write_text(json.dumps(todo), encoding="utf-8")
    os.replace(waiting, directory / _PLAN)  # noqa: PTH105  patched as one name in the tests of interruption
    _apply(directory, todo)
    shutil.rmtree(directory / _PENDING, ignore_errors=True)


def _apply(directory: pathlib.Path, todo: Mapping[str, Any]) -> None:
    for number, path in todo["replace"]:
        staged, target = directory / _PENDING / "files" / number, _target(directory, path)
        # Already in its place when an earlier run died after this step.
        if staged.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)  # noqa: PTH105
    for path in todo["remove"]:
        target = _target(directory, path)
        target.unlink(missing_ok=True)
        for parent in list(target.relative_to(directory).parents)[:-1]:
            if (directory / parent).is_dir() and not any((directory / parent).iterdir()):
                (directory / parent).rmdir()


def _target(directory: pathlib.Path, path: str) -> pathlib.Path:
    relative = pathlib.PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise WrongUse(Problem(id="outside-folder", message=f"'{path}' lies outside the output folder"))
    target = directory
    for part in relative.parts:
        target = target / part
        if target.is_symlink():
            raise WrongUse(
                Problem(
                    id="symbolic-link",
                    file=str(target),
                    message="a symbolic link stands where archgen writes",
                    hint="remove it, or name another output folder",
                )
            )
    return target


def _known(directory: pathlib.Path) -> Mapping[str, str]:
    return _read(directory).get("files", {})


def _read(directory: pathlib.Path) -> dict[str, Any]:
    lock = _target(directory, LOCK)
    if not lock.is_file():
        return {}
    try:
        return json.loads(lock.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WrongUse(
            Problem(
                id="broken-lock",
                file=str(lock),
                message=f"this is not the lock that archgen wrote ({error})",
                hint="restore it from version control, or generate into an empty folder",
            )
        ) from error


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_of(path: pathlib.Path) -> str | None:
    return _hash(path.read_bytes()) if path.is_file() else None
