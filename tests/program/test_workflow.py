"""The workflow that every project has: what it runs, with archgen and without."""

from __future__ import annotations

import pathlib
import re
from typing import Any

import pytest
from ruamel.yaml import YAML

from archgen.program.project import environment, project_files
from tests.shells import Ran, run
from tests.specs import designed, wired

CASE = "fraud-slice"
TOOLS = {"python": 0, "ruff": 0, "ty": 0, "archgen": 0}
SOURCE = "git+https://git.example.com/archgen@v0.1.0"


def workflow() -> dict[str, Any]:
    text = project_files(designed(CASE), wired(CASE))[".github/workflows/infra.yml"].decode()
    return YAML(typ="safe", pure=True).load(text)


def prove(folder: pathlib.Path, source: str, **tools: int) -> Ran:
    """The job `prove` up to its first failure, with the steps that its conditions choose for this source."""
    holds = {None: True, "env.ARCHGEN_SOURCE == ''": not source, "env.ARCHGEN_SOURCE != ''": bool(source)}
    steps = [step for step in workflow()["jobs"]["prove"]["steps"] if "run" in step and holds[step.get("if")]]
    calls: tuple[tuple[str, ...], ...] = ()
    output = ""
    for step in steps:
        ran = run(step["run"], folder, stand_ins={**TOOLS, **tools}, ARCHGEN_SOURCE=source)
        calls, output = calls + ran.calls, output + ran.output
        if ran.status:
            return Ran(status=ran.status, output=output, calls=calls)
    return Ran(status=0, output=output, calls=calls)


def test_with_archgen_the_project_is_proved_and_its_tests_run(tmp_path: pathlib.Path) -> None:
    ran = prove(tmp_path, SOURCE)
    assert ran.status == 0
    assert ("python", "-m", "pip", "install", f"archgen[aws] @ {SOURCE}") in ran.calls
    assert ran.calls[-3:] == (
        ("ty", "check", "infra"),
        ("archgen", "check", "."),
        ("python", "-m", "pytest", "infra/tests"),
    )


def test_without_archgen_what_remains_runs_and_the_gap_is_said(tmp_path: pathlib.Path) -> None:
    ran = prove(tmp_path, "")
    assert ran.status == 0
    assert {call[0] for call in ran.calls} == {"python", "ruff", "ty"}
    assert "::warning::not proved offline: the repository variable ARCHGEN_SOURCE is not set" in ran.output
    # The tests import archgen: without it, their types cannot be known.
    assert ran.calls[-1] == ("ty", "check", "infra", "--exclude", "infra/tests")


@pytest.mark.parametrize("tool", ["ruff", "ty", "archgen"])
def test_a_tool_that_finds_something_fails_the_job(tmp_path: pathlib.Path, tool: str) -> None:
    ran = prove(tmp_path, SOURCE, **{tool: 1})
    assert ran.status == 1 and ran.calls[-1][0] == tool


def test_a_hostile_source_stays_one_argument(tmp_path: pathlib.Path) -> None:
    hostile = 'https://x.example.com/" ; touch pwned ; "$(touch pwned)'
    ran = prove(tmp_path, hostile)
    assert ("python", "-m", "pip", "install", f"archgen[aws] @ {hostile}") in ran.calls
    assert not (tmp_path / "pwned").exists()


def test_no_expression_is_pasted_into_a_script() -> None:
    steps = [step for job in workflow()["jobs"].values() for step in job["steps"]]
    assert not [step["run"] for step in steps if "${{" in step.get("run", "")]


def test_every_action_is_pinned_to_a_version() -> None:
    used = [step["uses"] for job in workflow()["jobs"].values() for step in job["steps"] if "uses" in step]
    assert used and all(re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", one) for one in used)


@pytest.mark.parametrize("apps", [[], ["scoring"]])
def test_jobs_wait_for_jobs_that_there_are(apps: list[str]) -> None:
    template = environment().get_template("project/github/workflows/infra.yml.j2")
    jobs = YAML(typ="safe", pure=True).load(template.render(cloud="aws", apps=apps))["jobs"]
    # A matrix of nothing is an error of the whole workflow.
    assert ("apps" in jobs) == bool(apps)
    assert jobs["up"]["needs"] == (["prove", "apps"] if apps else ["prove"])
