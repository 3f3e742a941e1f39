from __future__ import annotations

from pathlib import Path

import pytest

from archgen.engine import load_project
from archgen.errors import WrongUse

PROJECT = Path(__file__).parent / "project"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return folder


def test_the_generated_folder_and_its_infra_folder_are_the_same_project() -> None:
    assert load_project(PROJECT) == load_project(PROJECT / "infra")


def test_settings_are_read_with_type_secret_sample_and_line() -> None:
    project = load_project(PROJECT)
    settings = {setting.key: setting for setting in project.settings}
    assert sorted(project.stacks) == ["dev", "prod"]
    assert settings["fraud:gatewayCidr"].sample == "198.51.100.0/24"
    assert settings["fraud:partnerApiKey"].secret
    assert settings["fraud:imageDigest"].live
    assert not settings["fraud:shards"].live
    assert settings["fraud:production"].line == 5


def test_a_project_written_by_hand_gets_samples_of_the_declared_types(tmp_path: Path) -> None:
    write(
        tmp_path,
        Pulumi__yaml="name: own\nruntime: python\nconfig:\n  size: {type: integer}\n  open: {type: boolean}\n"
        "  zones: {type: array, items: {type: string}}\n  label: {type: string}\n  aws:region: eu-north-1\n",
    )
    project = load_project(tmp_path)
    assert {setting.key: setting.sample for setting in project.settings} == {
        "own:size": 1,
        "own:open": True,
        "own:zones": ["sample-zones"],
        "own:label": "sample-label",
    }
    assert project.fixed == {"aws:region": "eu-north-1"}
    assert not project.has_samples


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name: own\nruntime: nodejs\n", "nodejs"),
        ("runtime: python\n", "no name"),
        ("name: [own\n", "not readable as YAML"),
        ("- own\n", "not a mapping"),
        ("name: own\nruntime: python\nconfig: [a]\n", "config is not a mapping"),
    ],
)
def test_what_is_no_project_is_refused_with_the_reason(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(WrongUse, match=said) as refused:
        load_project(write(tmp_path, Pulumi__yaml=content))
    assert refused.value.problems[0].file == str(tmp_path / "Pulumi.yaml")


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"there is no Pulumi\.yaml"):
        load_project(tmp_path)


def test_a_broken_stack_file_names_its_line(tmp_path: Path) -> None:
    write(tmp_path, Pulumi__yaml="name: own\nruntime: python\n", Pulumi__dev__yaml="config:\n  a: [1\n  b: 2\n")
    with pytest.raises(WrongUse) as refused:
        load_project(tmp_path)
    assert refused.value.problems[0].line is not None
