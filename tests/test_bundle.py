"""The output folder: nobody's edit is lost, nothing foreign is touched, an interrupted run is finished or undone."""

from __future__ import annotations

import errno
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from archgen import bundle as module
from archgen.bundle import LOCK, Artifact, Bundle, add, part_of, write
from archgen.errors import WrongUse

PARTS = frozenset({"infra", "docs", "diagrams"})


def bundle(parts: frozenset[str] = PARTS, **files: str) -> Bundle:
    paths = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    artifacts = tuple(Artifact(path=path, content=text.encode()) for path, text in sorted(paths.items()))
    return Bundle(spec_hash="0" * 64, parts=parts, artifacts=artifacts)


def contents(folder: pathlib.Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found if ".archgen" not in path.parts}


def test_an_unchanged_file_follows_the_bundle(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1", infra__b_py="1"), tmp_path)
    written = write(bundle(infra__a_py="2"), tmp_path)
    assert contents(tmp_path) == {"infra/a.py": "2"}
    assert written.removed == ("infra/b.py",)
    assert not written.kept


def test_a_file_changed_by_hand_is_kept_and_named_until_forced(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1"), tmp_path)
    (tmp_path / "infra/a.py").write_text("mine")
    for _ in range(2):
        assert write(bundle(infra__a_py="2"), tmp_path).kept == ("infra/a.py",)
        assert contents(tmp_path) == {"infra/a.py": "mine"}
    assert not write(bundle(infra__a_py="2"), tmp_path, force=True).kept
    assert contents(tmp_path) == {"infra/a.py": "2"}


def test_a_changed_file_that_is_no_longer_needed_is_kept(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1", infra__b_py="1"), tmp_path)
    (tmp_path / "infra/b.py").write_text("mine")
    assert write(bundle(infra__a_py="1"), tmp_path).kept == ("infra/b.py",)
    assert contents(tmp_path)["infra/b.py"] == "mine"


def test_a_foreign_file_is_never_touched_not_even_by_force(tmp_path: pathlib.Path) -> None:
    (tmp_path / "README.md").write_text("theirs")
    assert write(bundle(README_md="ours"), tmp_path, force=True).kept == ("README.md",)
    assert contents(tmp_path) == {"README.md": "theirs"}


def test_a_file_deleted_by_hand_comes_back(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1"), tmp_path)
    (tmp_path / "infra/a.py").unlink()
    assert not write(bundle(infra__a_py="1"), tmp_path).kept
    assert contents(tmp_path) == {"infra/a.py": "1"}


def test_parts_that_were_not_asked_for_are_left_alone(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1", README_md="1"), tmp_path)
    write(bundle(parts=frozenset({"infra"}), infra__a_py="2"), tmp_path)
    assert contents(tmp_path) == {"infra/a.py": "2", "README.md": "1"}
    assert "README.md" in json.loads((tmp_path / LOCK).read_text())["files"]


def test_a_recording_is_dropped_by_the_next_generation(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1"), tmp_path)
    add(tmp_path, Artifact(path="docs/recording.json", content=b"{}"))
    assert write(bundle(infra__a_py="2"), tmp_path).removed == ("docs/recording.json",)


@pytest.mark.parametrize("path", ["../a", "/etc/a", "infra/../../a"])
def test_no_path_leaves_the_folder(tmp_path: pathlib.Path, path: str) -> None:
    artifact = Artifact(path=path, content=b"")
    with pytest.raises(WrongUse, match="outside"):
        write(Bundle(spec_hash="", parts=PARTS, artifacts=(artifact,)), tmp_path / "out")


def test_a_symbolic_link_in_the_way_is_refused(tmp_path: pathlib.Path) -> None:
    elsewhere, out = tmp_path / "elsewhere", tmp_path / "out"
    elsewhere.mkdir()
    out.mkdir()
    (out / "infra").symlink_to(elsewhere)
    with pytest.raises(WrongUse, match="symbolic link"):
        write(bundle(infra__a_py="1"), out)
    assert not list(elsewhere.iterdir())


BEFORE = {"infra/a.py": "1", "infra/b.py": "1", "docs/old/gone.md": "1"}
AFTER = {"infra/a.py": "2", "infra/c.py": "2", "diagrams/new/d.svg": "2"}
FOREIGN = {"notes.txt": "theirs", ".git/HEAD": "ref", ".git/objects/ab/cd": "blob"}
OLD = Bundle(spec_hash="1", parts=PARTS, artifacts=tuple(Artifact(path=p, content=b"1") for p in BEFORE))
NEW = Bundle(spec_hash="2", parts=PARTS, artifacts=tuple(Artifact(path=p, content=b"2") for p in AFTER))
CHANGES = [
    (os, "replace"),
    (pathlib.Path, "write_bytes"),
    (pathlib.Path, "write_text"),
    (pathlib.Path, "mkdir"),
    (pathlib.Path, "unlink"),
    (pathlib.Path, "rmdir"),
    (shutil, "rmtree"),
]
"""Everything by which the writer changes the disk."""


class Death(BaseException):
    """Stands for SIGKILL: nothing of archgen's gets to run after it."""


@contextmanager
def stopping(steps: int, with_: BaseException) -> Generator[list[str]]:
    """Every change of the disk after the first `steps` raises; yields the names of those that were let through."""
    done: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in CHANGES:
            patch.setattr(owner, name, _counted(getattr(owner, name), name, done, steps, with_))
        yield done


def _counted(real: Any, name: str, done: list[str], steps: int, with_: BaseException) -> Any:
    def change(*args: Any, **kwargs: Any) -> Any:
        if len(done) >= steps:
            raise with_
        done.append(name)
        return real(*args, **kwargs)

    return change


def prepared(folder: pathlib.Path) -> pathlib.Path:
    """A folder with an earlier run in it, a repository and a foreign file."""
    write(OLD, folder)
    for path, text in FOREIGN.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def changes_of_a_run(folder: pathlib.Path) -> list[str]:
    prepared(folder)
    with stopping(10**6, Death()) as done:
        write(NEW, folder)
    assert contents(folder) == AFTER | FOREIGN
    return done


def test_a_run_that_dies_at_any_change_of_the_disk_is_finished_or_undone(tmp_path: pathlib.Path) -> None:
    whole = changes_of_a_run(tmp_path / "whole")
    assert whole.count("replace") == len(AFTER) + 2, "each file, the lock and the plan"
    committed = whole.index("replace") + 1
    for steps in range(len(whole)):
        folder = prepared(tmp_path / str(steps))
        with pytest.raises(Death), stopping(steps, Death()):
            write(NEW, folder)
        module.finish_interrupted(folder)
        assert contents(folder) == (AFTER if steps >= committed else BEFORE) | FOREIGN, whole[:steps]
        assert not (folder / ".archgen/pending").exists()
        assert write(NEW, folder).kept == ()
        assert contents(folder) == AFTER | FOREIGN


def test_a_run_that_dies_while_it_finishes_another_is_finished_too(tmp_path: pathlib.Path) -> None:
    committed = changes_of_a_run(tmp_path / "whole").index("replace") + 1
    for steps in range(8):
        folder = prepared(tmp_path / str(steps))
        with pytest.raises(Death), stopping(committed + 1, Death()):
            write(NEW, folder)
        with suppress(Death), stopping(steps, Death()):
            module.finish_interrupted(folder)
        assert write(NEW, folder).kept == ()
        assert contents(folder) == AFTER | FOREIGN


def test_after_a_death_the_old_spec_can_be_generated_again(tmp_path: pathlib.Path) -> None:
    for steps in range(len(changes_of_a_run(tmp_path / "whole"))):
        folder = prepared(tmp_path / str(steps))
        with pytest.raises(Death), stopping(steps, Death()):
            write(NEW, folder)
        assert write(OLD, folder).kept == ()
        assert contents(folder) == BEFORE | FOREIGN


def test_what_a_person_writes_after_a_death_is_not_lost(tmp_path: pathlib.Path) -> None:
    whole = changes_of_a_run(tmp_path / "whole")
    for steps in range(len(whole)):
        folder = prepared(tmp_path / str(steps))
        with pytest.raises(Death), stopping(steps, Death()):
            write(NEW, folder)
        for path in ("infra/a.py", "infra/b.py", "infra/c.py"):
            (folder / path).write_text("mine")
        kept = write(NEW, folder).kept
        found = contents(folder)
        assert {path: found[path] for path in ("infra/a.py", "infra/b.py", "infra/c.py")} == {
            "infra/a.py": "mine",
            "infra/b.py": "mine",
            "infra/c.py": "mine",
        }, whole[:steps]
        assert {"infra/a.py", "infra/c.py"} <= set(kept)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_disk_that_refuses_any_change_loses_nothing(tmp_path: pathlib.Path, code: int) -> None:
    whole = changes_of_a_run(tmp_path / "whole")
    committed = whole.index("replace") + 1
    for steps in range(len(whole) - 1):  # the last change gives back the journal: what it refuses is only left over
        folder = prepared(tmp_path / str(steps))
        with pytest.raises(WrongUse, match=os.strerror(code)), stopping(steps, OSError(code, os.strerror(code))):
            write(NEW, folder)
        found = contents(folder)
        if steps < committed:
            assert found == BEFORE | FOREIGN
        assert write(NEW, folder).kept == ()
        assert contents(folder) == AFTER | FOREIGN


def test_a_full_disk_gets_back_what_was_staged(tmp_path: pathlib.Path, monkeypatch) -> None:
    folder, real = prepared(tmp_path), pathlib.Path.write_bytes

    def full(self: pathlib.Path, content: bytes) -> int:
        if self.name == "2":
            real(self, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))
        return real(self, content)

    monkeypatch.setattr(pathlib.Path, "write_bytes", full)
    with pytest.raises(WrongUse, match="No space left"):
        write(NEW, folder)
    assert contents(folder) == BEFORE | FOREIGN
    assert not (folder / ".archgen/pending").exists()


KILLED = """
import os, pathlib, signal, sys
from tests.test_bundle import CHANGES, NEW, write
done, last = 0, int(sys.argv[2])
def killing(real):
    def change(*args, **kwargs):
        global done
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
        done += 1
        return real(*args, **kwargs)
    return change
for owner, name in CHANGES:
    setattr(owner, name, killing(getattr(owner, name)))
write(NEW, pathlib.Path(sys.argv[1]))
"""


def test_a_killed_process_is_finished_or_undone(tmp_path: pathlib.Path) -> None:
    whole = changes_of_a_run(tmp_path / "whole")
    committed = whole.index("replace") + 1
    for steps in (committed - 2, committed, committed + 2, len(whole) - 1):
        folder = prepared(tmp_path / str(steps))
        command = [sys.executable, "-c", KILLED, str(folder), str(steps)]
        root = pathlib.Path(__file__).parents[1]
        ran = subprocess.run(command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, check=False)
        assert ran.returncode == -signal.SIGKILL
        module.finish_interrupted(folder)
        assert contents(folder) == (AFTER if steps >= committed else BEFORE) | FOREIGN
        assert write(NEW, folder).kept == ()
        assert contents(folder) == AFTER | FOREIGN


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (LOCK, "[]"),
        (LOCK, "{}"),
        (LOCK, '{"files": []}'),
        (LOCK, "[" * 100_000),
        (".archgen/pending/plan.json", "torn"),
        (".archgen/pending/plan.json", '{"replace": [[1]], "remove": []}'),
        (".archgen/pending/plan.json", '{"replace": [], "remove": [7]}'),
    ],
)
def test_a_broken_file_of_its_own_is_named_and_nothing_is_lost(tmp_path: pathlib.Path, path: str, text: str) -> None:
    folder = prepared(tmp_path)
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(text)
    with pytest.raises(WrongUse, match="not the file that archgen wrote"):
        write(NEW, folder)
    assert contents(folder) == BEFORE | FOREIGN


def test_a_planted_plan_moves_nothing_from_or_to_outside(tmp_path: pathlib.Path) -> None:
    folder, outside = prepared(tmp_path / "out"), tmp_path / "secret"
    outside.write_text("secret")
    (folder / ".archgen/pending").mkdir()
    for steps in ([["../../../../secret", "infra/a.py", None]], [["0", "../stolen", None]]):
        (folder / ".archgen/pending/plan.json").write_text(json.dumps({"replace": steps, "remove": []}))
        with pytest.raises(WrongUse, match="outside"):
            write(NEW, folder)
    (folder / ".archgen/pending/plan.json").write_text(json.dumps({"replace": [], "remove": [["../secret", None]]}))
    with pytest.raises(WrongUse, match="outside"):
        write(NEW, folder)
    assert outside.read_text() == "secret"
    assert contents(folder) == BEFORE | FOREIGN


@pytest.mark.parametrize(("there", "folder_there"), [("infra", False), ("infra/a.py", True), (".archgen", False)])
def test_what_stands_in_the_way_is_named_before_anything_is_written(
    tmp_path: pathlib.Path, there: str, folder_there: bool
) -> None:
    if folder_there:
        (tmp_path / there).mkdir(parents=True)
    else:
        (tmp_path / there).write_text("theirs")
    with pytest.raises(WrongUse, match="stands where archgen writes"):
        write(NEW, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} <= {there, "infra"}


def test_a_second_run_writes_nothing(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1"), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    write(bundle(infra__a_py="1"), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_parts_of_the_output() -> None:
    found = {path: part_of(path) for path in ("README.md", "docs/sizing.md", "docs/coverage.json", "diagrams/a.svg")}
    assert list(found.values()) == ["docs", "docs", "infra", "diagrams"]
