"""The output folder: artifacts, and the one writer that touches the disk.

Every file is replaced whole. All new contents are staged first and a plan of the replacements is written last; a run
that dies before the plan leaves nothing behind, one that dies after it is finished by the next. Each step of the plan
names the content that it replaces, so that what a person wrote in between is never lost.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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
    with _refusing(directory):
        directory.mkdir(parents=True, exist_ok=True)
        finish_interrupted(directory)
        known = _known(directory)
        plan = _Plan()
        kept = [a.path for a in bundle.artifacts if not _settle(a, directory, known, force, plan)]
        wanted = {artifact.path for artifact in bundle.artifacts}
        for path in sorted(set(known) - wanted):
            if part_of(path) not in bundle.parts:
                plan.files[path] = known[path]
            elif _hash_of(_target(directory, path)) in (known[path], None):
                plan.removed[path] = known[path]
            else:
                plan.files[path] = known[path]
                kept.append(path)
        _carry_out(directory, bundle.spec_hash, plan)
    return Written(
        files=tuple(sorted(wanted - set(kept))), kept=tuple(sorted(kept)), removed=tuple(sorted(plan.removed))
    )


def add(directory: pathlib.Path, artifact: Artifact, *, lasting: bool = False) -> None:
    """Write one more file into a folder that archgen wrote, and note it in the lock.

    A `lasting` file is not noted: it is a person's from then on, and generating again leaves it alone.
    """
    with _refusing(directory):
        finish_interrupted(directory)
        lock = _read(directory, LOCK, files=dict)
        plan = _Plan(files=dict(lock.get("files", {})))
        plan.replaced[artifact.path] = _Replacement(artifact.content, _hash_of(_target(directory, artifact.path)))
        if not lasting:
            plan.files[artifact.path] = _hash(artifact.content)
        _carry_out(directory, lock.get("spec", ""), plan)


def finish_interrupted(directory: pathlib.Path) -> None:
    """Complete the replacements of a run that died, or drop what it had only staged."""
    todo = _read(directory, _PLAN, replace=list, remove=list)
    if todo:
        try:
            steps = [(str(number), str(path), was) for number, path, was in todo["replace"]]
            removals = [(str(path), was) for path, was in todo["remove"]]
        except (TypeError, ValueError) as error:
            raise _broken(directory / _PLAN, str(error)) from error
        _apply(directory, steps, removals)
    _drop_journal(directory)


@contextmanager
def _refusing(directory: pathlib.Path) -> Generator[None]:
    """Say what the file system refused, and give back the space of what was only staged."""
    try:
        yield
    except OSError as error:
        with suppress(OSError):
            if not (directory / _PLAN).exists():
                _drop_journal(directory)
        raise WrongUse(
            Problem(
                id="cannot-write",
                file=str(directory),
                message=f"{error.strerror or error}: {error.filename or directory}",
                hint="name a folder that can be written, with room for it",
            )
        ) from error


@dataclass(frozen=True)
class _Replacement:
    """What a file becomes, and the hash of what it was (None: nothing) when that was decided."""

    content: bytes
    was: str | None


@dataclass(frozen=True, kw_only=True)
class _Plan:
    files: dict[str, str] = field(default_factory=dict)
    replaced: dict[str, _Replacement] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)


def _settle(artifact: Artifact, directory: pathlib.Path, known: Mapping[str, str], force: bool, plan: _Plan) -> bool:
    """Note in the plan what becomes of one artifact; False where the file on the disk is a person's."""
    new, current = _hash(artifact.content), _hash_of(_target(directory, artifact.path))
    was = known.get(artifact.path)
    if current == new:
        plan.files[artifact.path] = new
        return True
    if current is None or current == was or (force and was is not None):
        plan.files[artifact.path] = new
        plan.replaced[artifact.path] = _Replacement(artifact.content, current)
        return True
    if was is not None:
        plan.files[artifact.path] = was
    return False


def _carry_out(directory: pathlib.Path, spec_hash: str, plan: _Plan) -> None:
    lock = {"archgen": __version__, "spec": spec_hash, "files": dict(sorted(plan.files.items()))}
    content = (json.dumps(lock, indent=1) + "\n").encode()
    locked = _hash_of(_target(directory, LOCK))
    if not plan.replaced and not plan.removed and locked == _hash(content):
        return
    staged = directory / _PENDING / "files"
    staged.mkdir(parents=True)
    steps = []
    for number, (path, new) in enumerate([*sorted(plan.replaced.items()), (LOCK, _Replacement(content, locked))]):
        (staged / str(number)).write_bytes(new.content)
        steps.append((str(number), path, new.was))
    removals = sorted(plan.removed.items())
    waiting = directory / f"{_PLAN}.new"
    waiting.write_text(json.dumps({"replace": steps, "remove": removals}), encoding="utf-8")
    os.replace(waiting, directory / _PLAN)  # noqa: PTH105  patched as one name in the tests of interruption
    _apply(directory, steps, removals)
    _drop_journal(directory)


def _drop_journal(directory: pathlib.Path) -> None:
    """The plan first, in one step: half a journal must not be carried out again."""
    (directory / _PLAN).unlink(missing_ok=True)
    shutil.rmtree(directory / _PENDING, ignore_errors=True)


def _apply(
    directory: pathlib.Path, steps: Sequence[tuple[str, str, str | None]], removals: Sequence[tuple[str, str | None]]
) -> None:
    """Carry out the steps (number of the staged file, path, hash of what it replaces) and the removals."""
    for number, path, was in steps:
        staged, target = _target(directory, f"{_PENDING}/files/{number}"), _target(directory, path)
        # Already in its place when an earlier run died after this step; a person's when it changed since.
        if staged.exists() and _hash_of(target) == was:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, target)  # noqa: PTH105
    for path, was in removals:
        target = _target(directory, path)
        if _hash_of(target) == was:
            target.unlink()
        for parent in list(target.relative_to(directory).parents)[:-1]:
            if (directory / parent).is_dir() and not any((directory / parent).iterdir()):
                (directory / parent).rmdir()


def _target(directory: pathlib.Path, path: str) -> pathlib.Path:
    relative = pathlib.PurePosixPath(path)
    if relative.is_absolute() or ".." in relative.parts:
        raise WrongUse(Problem(id="outside-folder", message=f"'{path}' lies outside the output folder"))
    target = directory
    for place, part in enumerate(relative.parts, start=1):
        target = target / part
        if target.is_symlink():
            raise _in_the_way(target, "symbolic-link", "a symbolic link")
        last = place == len(relative.parts)
        if target.exists() and not (target.is_file() if last else target.is_dir()):
            raise _in_the_way(target, *(("folder-in-the-way", "a folder") if last else ("file-in-the-way", "a file")))
    return target


def _in_the_way(target: pathlib.Path, id: str, what: str) -> WrongUse:
    hint = "remove it, or name another output folder"
    return WrongUse(Problem(id=id, file=str(target), message=f"{what} stands where archgen writes", hint=hint))


def _known(directory: pathlib.Path) -> Mapping[str, str]:
    return _read(directory, LOCK, files=dict).get("files", {})


def _read(directory: pathlib.Path, path: str, **held: type) -> dict[str, Any]:
    """A JSON file of archgen's own, empty where there is none. Raises `WrongUse` unless it holds what it must."""
    file = _target(directory, path)
    if not file.is_file():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        wrong = "" if isinstance(found, dict) else "no mapping"
        wrong = wrong or next((f"no {key}" for key, kind in held.items() if not isinstance(found.get(key), kind)), "")
    except (ValueError, RecursionError) as error:
        wrong = str(error)
    if wrong:
        raise _broken(file, wrong)
    return found


def _broken(file: pathlib.Path, wrong: str) -> WrongUse:
    message = f"this is not the file that archgen wrote ({wrong})"
    hint = "restore it from version control, or generate into an empty folder"
    return WrongUse(Problem(id="broken-lock", file=str(file), message=message, hint=hint))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_of(path: pathlib.Path) -> str | None:
    return _hash(path.read_bytes()) if path.is_file() else None
