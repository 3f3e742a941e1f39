"""Where a first spec is written, and the writing: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import pathlib
import tempfile

from archgen.errors import Problem, WrongUse
from archgen.spec import SCHEMA_FILE, schema_text

_SUFFIXES = (".yaml", ".yml")


def destination(output: pathlib.Path) -> pathlib.Path:
    """The file that `output` means: itself, or `spec.yaml` in it where it is a folder or does not end as YAML does."""
    return output if output.suffix in _SUFFIXES and not output.is_dir() else output / "spec.yaml"


def write_first_spec(path: pathlib.Path, text: str) -> pathlib.Path:
    """Write the schema and then the spec, each replaced whole; returns the schema's path. Asks nobody.

    Raises `WrongUse` where a folder or a symbolic link is in the way, or nothing can be written.
    """
    schema = path.parent / SCHEMA_FILE
    for target in (schema.parent, schema, path):
        if target.is_symlink() or (target != schema.parent and target.is_dir()):
            what = "a symbolic link" if target.is_symlink() else "a folder"
            raise _unwritable(target, f"{what} stands where the file would be written")
    try:
        _replace(schema, schema_text())
        _replace(path, text)
    except OSError as error:
        raise _unwritable(path, f"the file cannot be written: {error.strerror or error}") from error
    return schema


def refuse_existing(path: pathlib.Path) -> None:
    """Raises `WrongUse` where something stands at `path` already."""
    if os.path.lexists(path):
        message, hint = "the file exists already", "`--force` overwrites it; `-o` writes elsewhere"
        raise WrongUse(Problem(id="file-exists", file=str(path), message=message, hint=hint))


def _replace(target: pathlib.Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, staged = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        pathlib.Path(staged).chmod(0o666 & ~_umask())
        pathlib.Path(staged).replace(target)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            pathlib.Path(staged).unlink()
        raise


def _umask() -> int:
    """What a new file of this process may not allow; it can only be read by being set."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _unwritable(path: pathlib.Path, message: str) -> WrongUse:
    return WrongUse(Problem(id="unwritable-file", file=str(path), message=message, hint="name another file with `-o`"))
