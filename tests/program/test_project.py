"""The files around a program: what every project has, and what one has for its own parts."""

from __future__ import annotations

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
