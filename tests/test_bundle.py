"""The output folder: nobody's edit is lost, nothing foreign is touched, an interrupted run is finished or undone."""

from __future__ import annotations

import json
import os
import pathlib

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


def test_a_run_killed_at_any_replacement_is_finished_or_undone(tmp_path: pathlib.Path, monkeypatch) -> None:
    real = os.replace
    before, after = {"infra/a.py": "1", "infra/b.py": "1"}, {"infra/a.py": "2", "infra/c.py": "2"}
    new = bundle(infra__a_py="2", infra__c_py="2")
    for steps in range(6):
        folder = tmp_path / str(steps)
        write(bundle(infra__a_py="1", infra__b_py="1"), folder)
        (folder / ".git").mkdir()
        (folder / ".git/HEAD").write_text("ref")
        left = steps

        def dying(source, target) -> None:
            nonlocal left
            if left == 0:
                raise KeyboardInterrupt
            left -= 1
            real(source, target)

        monkeypatch.setattr(module.os, "replace", dying)
        finished = True
        try:
            write(new, folder)
        except KeyboardInterrupt:
            finished = False
        monkeypatch.setattr(module.os, "replace", real)
        module.finish_interrupted(folder)
        found = {path: text for path, text in contents(folder).items() if not path.startswith(".git/")}
        assert found in (before, after)
        assert (steps == 0) == (found == before), "what was planned is finished, what was not is undone"
        assert finished == (steps >= 4)
        assert (folder / ".git/HEAD").read_text() == "ref"
        assert not write(new, folder).kept
        assert {p: t for p, t in contents(folder).items() if not p.startswith(".git/")} == after


def test_a_second_run_writes_nothing(tmp_path: pathlib.Path) -> None:
    write(bundle(infra__a_py="1"), tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    write(bundle(infra__a_py="1"), tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_parts_of_the_output() -> None:
    found = {path: part_of(path) for path in ("README.md", "docs/sizing.md", "docs/coverage.json", "diagrams/a.svg")}
    assert list(found.values()) == ["docs", "docs", "infra", "diagrams"]
