"""The commands of a first deployment work on what the program has: its settings, its outputs, its apps."""

from __future__ import annotations

import re
import subprocess

import pytest

from archgen.design import design
from archgen.documents.folder import documents
from archgen.documents.runbook import Step, commands
from archgen.program import wire
from archgen.program.apps import has_app
from archgen.services.names import camel
from tests.specs import changed, designed, wired

CASES = ("payments-fraud", "demand-forecasting", "fraud-slice", "fraud-slice-no-online-features")
STEPS: tuple[Step, ...] = ("login", "build", "version", "recover")


def script(case: str) -> str:
    return "\n".join(line for step in STEPS for line in commands(designed(case), wired(case), step))


@pytest.mark.parametrize("case", CASES)
def test_every_setting_of_the_live_phase_is_set_exactly_once(case: str) -> None:
    settings = re.findall(r"pulumi config set (\w+)", script(case))
    assert sorted(settings) == sorted(setting.key for setting in wired(case).live_settings)


@pytest.mark.parametrize("case", CASES)
def test_outputs_and_folders_are_those_of_the_program(case: str) -> None:
    program = wired(case)
    exported = {camel(f"{i.id}-{name}") for i in program.instances for name in i.service.exports}
    apps = {i.id for i in program.instances if has_app("aws", i.service.id)}
    written = script(case)
    assert set(re.findall(r"pulumi stack output (\w+)", written)) <= exported
    assert set(re.findall(r"\.\./app/([\w-]+)", written)) <= apps
    assert "{" not in re.sub(r"\$\{[^}]*\}", "", written)


@pytest.mark.parametrize("case", CASES)
def test_a_shell_understands_them(case: str) -> None:
    done = subprocess.run(["bash", "-n"], input=script(case), text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_one_login_serves_all_images() -> None:
    assert len(commands(designed("payments-fraud"), wired("payments-fraud"), "login")) == 1


def test_a_version_is_named_before_it_is_used() -> None:
    lines = commands(designed("payments-fraud"), wired("payments-fraud"), "version")
    first = next(number for number, line in enumerate(lines) if "$VERSION" in line)
    assert lines[first - 1].startswith("VERSION=")


def test_a_setting_that_the_program_lacks_is_not_set() -> None:
    own = changed("fraud-slice", ("online: true", "online: false"))
    without = design(own, None, None)
    lines = commands(without, wire(without), "build")
    assert not [line for line in lines if "velocityCodeKey" in line]


def test_a_cloud_without_commands_has_none() -> None:
    elsewhere = designed("fraud-slice", "azure", "westeurope")
    assert not any(commands(elsewhere, wire(elsewhere), step) for step in STEPS)


def test_every_lake_comes_back_from_its_copy() -> None:
    design = designed("payments-fraud")
    lines = "\n".join(commands(design, wired("payments-fraud"), "recover"))
    for lake in design.topology.of_role("lake"):
        assert f"""'."{lake.id}"' copies.json)" "s3://$(pulumi stack output {camel(lake.id)}BucketName)\"""" in lines
    assert ".artefacts copies.json" in lines


def test_the_readme_tells_what_is_left_of_a_region_where_there_are_copies() -> None:
    with_copies = documents(designed("payments-fraud"), wired("payments-fraud"))["README.md"].decode()
    assert "## After the loss of the region" in with_copies and "up to 15 min behind" in with_copies
    assert "pulumi stack output secondRegionBuckets" in with_copies
    without = documents(designed("fraud-slice"), wired("fraud-slice"))["README.md"].decode()
    assert "After the loss of the region" not in without and "loss of a whole region is not covered" in without
