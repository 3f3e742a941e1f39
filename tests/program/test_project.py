"""The files around a program: what every project has, and what one has for its own parts."""

from __future__ import annotations

import os
import pathlib
import subprocess
from typing import Any

import pytest
from ruamel.yaml import YAML

from archgen.program.project import project_files
from templates.aws.sagemaker_promotion.component import EVENT_TYPE
from tests.specs import designed, wired

LEARNING, BROUGHT, FORECASTING = "fraud-learning", "fraud-slice", "demand-forecasting"
RELEASE = ".github/workflows/model-approved.yml"


def workflow(case: str) -> dict[str, Any]:
    text = project_files(designed(case), wired(case))[RELEASE].decode()
    return YAML(typ="safe", pure=True).load(text)


def scripts(case: str) -> list[str]:
    (job,) = workflow(case)["jobs"].values()
    return [step["run"] for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("case", [BROUGHT, FORECASTING])
def test_without_promotion_there_is_no_workflow_for_it_and_no_empty_file(case: str) -> None:
    files = project_files(designed(case), wired(case))
    assert RELEASE not in files
    assert ".github/workflows/infra.yml" in files
    assert all(content.strip() for path, content in files.items() if path.startswith(".github/"))


def test_an_approved_version_is_proposed_as_live_settings_and_previewed() -> None:
    said = workflow(LEARNING)
    # YAML 1.2: `on` is a text.
    assert said["on"] == {"repository_dispatch": {"types": [EVENT_TYPE]}}
    (job,) = said["jobs"].values()
    set_keys = [line.split()[5] for run in scripts(LEARNING) for line in run.splitlines() if "config set" in line]
    assert set_keys == ["modelPackageArn", "modelMonitoringBaselineUri", "modelMonitoringEvaluationUri"]
    assert set(set_keys) <= {setting.key for setting in wired(LEARNING).live_settings}
    assert job["steps"][-1]["with"]["command"] == "preview"
    # The release itself is the merge: nothing here updates the stack.
    assert not any(step.get("with", {}).get("command") == "up" for step in job["steps"])


def test_the_workflow_reads_each_key_that_the_promotion_sends_and_runs_none_of_them() -> None:
    (job,) = workflow(LEARNING)["jobs"].values()
    read = {value.split("client_payload.")[1].split()[0] for value in job["env"].values() if "client_payload" in value}
    assert read == {"stack", "model_package_arn", "baseline_uri", "evaluation_uri"}
    # An expression inside a script would be pasted into it: whoever may dispatch could run what they like.
    assert not [run for run in scripts(LEARNING) if "${{" in run]


def test_the_stack_is_that_of_the_repository_and_never_a_guess() -> None:
    (job,) = workflow(LEARNING)["jobs"].values()
    assert job["env"]["STACK"] == job["steps"][-1]["with"]["stack-name"] == "${{ vars.PULUMI_STACK }}"
    assert all(
        '--stack "$STACK"' in line
        for run in scripts(LEARNING)
        for line in run.splitlines()
        if "config" in line and "pulumi" in line
    )


VERSION = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/payments-prod-registry/7"
GOOD = {
    "STACK": "example/prod",
    "ASKED_STACK": "prod",
    "MODEL_PACKAGE": VERSION,
    "BASELINE": "s3://payments-artefacts/models/registry/0123456789ab/baseline",
    "EVALUATION": "s3://payments-artefacts/models/registry/0123456789ab/evaluation",
}


def guard(folder: pathlib.Path, **changed: str) -> tuple[int, str, str]:
    """Exit status, output and what the first script leaves to the others, as a runner's shell runs it."""
    left = folder / "environment"
    left.touch()
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", scripts(LEARNING)[0]],
        env={"PATH": os.environ["PATH"], "GITHUB_ENV": str(left), **GOOD, **changed},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout, left.read_text()


def test_an_approval_of_this_stack_passes(tmp_path: pathlib.Path) -> None:
    assert guard(tmp_path) == (0, "", "BRANCH=model/example/prod-version-7\n")
    assert guard(tmp_path, STACK="prod")[0] == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"STACK": ""}, "PULUMI_STACK is not set"),
        ({"ASKED_STACK": "dev"}, "approved in another stack"),
        ({"MODEL_PACKAGE": f"{VERSION}; curl example.com"}, "no version of a model package group"),
        ({"BASELINE": ""}, "have to be s3:// addresses"),
        ({"EVALUATION": "s3://payments-artefacts/$(id)"}, "have to be s3:// addresses"),
    ],
)
def test_anything_else_is_refused_with_its_reason(changed: dict[str, str], said: str, tmp_path: pathlib.Path) -> None:
    status, output, left = guard(tmp_path, **changed)
    assert (status, left) == (1, "")
    assert said in output


def test_every_script_is_one_that_a_shell_can_read() -> None:
    for run in scripts(LEARNING):
        assert subprocess.run(["bash", "-n"], input=run, text=True, capture_output=True, check=False).returncode == 0
