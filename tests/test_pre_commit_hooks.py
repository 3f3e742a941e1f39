"""The hooks for repositories that keep specs: their commands exist, take what they are given, and say what is wrong."""

from __future__ import annotations

import pathlib
import re
import shlex
import tomllib
from typing import Any

import pytest
from click.testing import CliRunner, Result
from ruamel.yaml import YAML

from archgen.cli import main
from tests.specs import ROOT, path

HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for hook in YAML(typ="safe", pure=True).load((ROOT / ".pre-commit-hooks.yaml").read_text())
}
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def run(hook: str, *files: pathlib.Path) -> Result:
    """The hook's entry, as pre-commit calls it."""
    program, *words = shlex.split(HOOKS[hook]["entry"])
    assert PROJECT["scripts"][program] == "archgen.cli:main"
    return CliRunner().invoke(main, [*words, *map(str, files)])


def test_a_spec_is_validated_at_each_commit_and_proved_before_a_push() -> None:
    assert set(HOOKS) == {"archgen-validate", "archgen-check"}
    assert "stages" not in HOOKS["archgen-validate"]
    assert HOOKS["archgen-check"]["stages"] == ["pre-push", "manual"]
    assert all(hook["name"] and hook["description"] and hook["language"] == "python" for hook in HOOKS.values())


def test_what_the_check_needs_beside_archgen_is_one_of_its_extras() -> None:
    (needed,) = HOOKS["archgen-check"]["additional_dependencies"]
    assert re.fullmatch(r"\.\[(\w+)\]", needed)[1] in PROJECT["optional-dependencies"]


@pytest.mark.parametrize("name", ["spec.yaml", "cases/fraud/spec.yml"])
def test_specs_are_known_by_their_name(name: str) -> None:
    pattern = HOOKS["archgen-validate"]["files"]
    assert re.search(pattern, name)
    assert not re.search(pattern, f"{name}.j2") and not re.search(pattern, "openspec.yaml")


def test_several_specs_are_validated_in_one_run_and_each_wrong_one_is_named(tmp_path: pathlib.Path) -> None:
    assert run("archgen-validate", path("fraud-slice"), path("demand-forecasting")).exit_code == 0
    wrong = []
    for name in ("one", "two"):
        wrong.append(tmp_path / f"{name}.yaml")
        wrong[-1].write_text("archgen: 1\nname: [\n")
    done = run("archgen-validate", wrong[0], path("fraud-slice"), wrong[1])
    assert done.exit_code == 2
    assert f"{path('fraud-slice')}: valid" in done.output
    assert all(f"{file}:" in done.output for file in wrong)


def test_the_check_takes_the_repository_as_it_is(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert HOOKS["archgen-check"]["pass_filenames"] is False
    (tmp_path / "spec.yaml").write_text("archgen: 1\nname: [\n")
    monkeypatch.chdir(tmp_path)
    done = run("archgen-check")
    assert done.exit_code == 1 and "failed spec.yaml" in done.output
