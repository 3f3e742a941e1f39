"""The GitHub Action: what its steps run, with which arguments, and what they refuse."""

from __future__ import annotations

import json
import pathlib
import re
import sys
from typing import Any

import pytest
from ruamel.yaml import YAML

from archgen.checking import FORMATS
from archgen.services.catalogue import clouds
from tests.shells import Ran, run, write_archgen
from tests.specs import ROOT

ACTION: dict[str, Any] = YAML(typ="safe", pure=True).load((ROOT / "action.yml").read_text())
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
DEFAULTS = {name: said["default"] for name, said in ACTION["inputs"].items()}


def script(name: str) -> str:
    return next(step["run"] for step in STEPS if step.get("name") == name)


def check(folder: pathlib.Path, *, stand_in: int | None = None, **inputs: str) -> Ran:
    """The step that checks, with these inputs and the defaults of the others."""
    given = {**DEFAULTS, **inputs}
    if stand_in is None:
        write_archgen(folder)
    return run(
        script("Check"),
        folder,
        stand_ins={} if stand_in is None else {"archgen": stand_in},
        PATHS=given["paths"],
        CLOUD=given["cloud"],
        JOBS=given["jobs"],
        FORMAT=given["format"],
        UPLOAD=given["upload_sarif"] if "upload_sarif" in given else given["upload-sarif"],
        RUNNER_TEMP=str(folder),
        GITHUB_OUTPUT=str(folder / "outputs"),
        GITHUB_ACTIONS="true",
    )


def test_every_input_is_said_and_used_and_no_other_is() -> None:
    text = json.dumps(ACTION["runs"])
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert all(said["description"] and "default" in said for said in ACTION["inputs"].values())
    outputs = {step["id"] for step in STEPS if "id" in step}
    assert set(re.findall(r"steps\.(\w+)\.", json.dumps(ACTION))) <= outputs


def test_what_a_script_uses_is_in_its_environment_and_nothing_is_pasted_into_it() -> None:
    for step in STEPS:
        text = step.get("run", "")
        assert "${{" not in text
        used = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", text))
        assert used <= set(step.get("env", {})) | {"GITHUB_ACTION_PATH", "GITHUB_OUTPUT", "RUNNER_TEMP"}
        assert set(step.get("env", {})) <= used


def test_actions_are_pinned_as_the_generated_workflow_pins_them() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", one) for one in used)
    workflow = (ROOT / "templates/project/github/workflows/infra.yml.j2").read_text()
    theirs = dict(one.split("@") for one in re.findall(r"uses: (\S+)", workflow))
    for name, version in (one.split("@") for one in used):
        assert theirs.get(name, version) == version


def find_cache(folder: pathlib.Path, cloud: str, action: pathlib.Path = ROOT) -> tuple[Ran, dict[str, str]]:
    write_archgen(folder)
    outputs = folder / "outputs"
    ran = run(
        script("Find what pip keeps"), folder, CLOUD=cloud, GITHUB_ACTION_PATH=str(action), GITHUB_OUTPUT=str(outputs)
    )
    said = outputs.read_text() if outputs.exists() else ""
    return ran, dict(line.split("=", 1) for line in said.splitlines())


def test_the_cache_is_that_of_the_requirements_and_the_cloud(tmp_path: pathlib.Path) -> None:
    ran, every = find_cache(tmp_path / "all", "")
    assert ran.status == 0, ran.output
    assert every["extra"] == "all" and every["folder"]
    _, one = find_cache(tmp_path / "aws", "aws")
    assert one["extra"] == "aws" and one["key"] != every["key"]
    assert one["key"].startswith(f"archgen-{sys.version_info.major}.{sys.version_info.minor}-aws-")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    assert find_cache(tmp_path / "other", "aws", tmp_path)[1]["key"] != one["key"]


def test_only_clouds_that_exist_are_installed(tmp_path: pathlib.Path) -> None:
    for number, cloud in enumerate(clouds()):
        assert find_cache(tmp_path / str(number), cloud)[0].status == 0
    ran, said = find_cache(tmp_path, "aws] --index-url https://x.example.com [")
    assert ran.status == 2 and "expected aws, gcp, azure or nothing" in ran.output and not said


def test_archgen_is_installed_from_the_action_s_own_files(tmp_path: pathlib.Path) -> None:
    write_archgen(tmp_path)
    offline = {
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_TARGET": str(tmp_path / "site"),
    }
    ran = run(script("Install archgen"), tmp_path, EXTRA="aws", GITHUB_ACTION_PATH=str(ROOT), **offline)
    assert ran.status == 0, ran.output
    assert (tmp_path / "site/archgen/_data/templates/aws/cloud.yaml").is_file()


def test_paths_are_lines_and_stay_as_they_are(tmp_path: pathlib.Path) -> None:
    ran = check(tmp_path, stand_in=0, paths="specs/a b.yaml\n\n--help\n$(touch pwned)\n", cloud="gcp", jobs="4")
    assert ran.status == 0, ran.output
    options = ("--jobs", "4", "--format", "text", "--cloud", "gcp")
    assert ran.calls == (("archgen", "check", *options, "--", "specs/a b.yaml", "--help", "$(touch pwned)"),)
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("status", [1, 2])
def test_the_status_of_the_check_is_that_of_the_step(tmp_path: pathlib.Path, status: int) -> None:
    assert check(tmp_path, stand_in=status).status == status


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_wrong_spec_fails_the_step_and_is_reported_in_each_format(tmp_path: pathlib.Path, form: str) -> None:
    (tmp_path / "wrong.yaml").write_text("archgen: 1\nname: [\n")
    ran = check(tmp_path, paths="wrong.yaml", format=form)
    assert ran.status == 1, ran.output
    report = (tmp_path / "outputs").read_text().removeprefix("report=").strip()
    assert report == str(tmp_path / f"archgen-check.{form}")
    assert "yaml-syntax" in pathlib.Path(report).read_text()
    if form == "text":
        assert re.search(r"^::error file=wrong.yaml,line=3,title=yaml-syntax::", ran.output, re.MULTILINE)


def test_only_sarif_is_uploaded(tmp_path: pathlib.Path) -> None:
    ran = check(tmp_path, stand_in=0, upload_sarif="true")
    assert ran.status == 2 and "expected sarif" in ran.output and not ran.calls
    assert check(tmp_path, stand_in=0, upload_sarif="true", format="sarif").status == 0
