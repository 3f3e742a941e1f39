from __future__ import annotations

from pathlib import Path

import pytest

from archgen.engine import configuration_of, configuration_problems, load_project, settings_to_fill
from archgen.errors import WrongUse

PROJECT = Path(__file__).parent / "project"
DECLARED = """name: own
runtime: python
config:
  shards: {type: integer}
  open: {type: boolean, default: false}
  zones: {type: array, items: {type: string}}
  image: {type: string, default: ""}
  key: {type: string, secret: true}
"""


def written(folder: Path, config: str, declared: str = DECLARED) -> Path:
    (folder / "Pulumi.yaml").write_text(declared, encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text(f"config:\n{config}", encoding="utf-8")
    (folder / "__main__.py").write_text("", encoding="utf-8")
    return folder


def test_foundation_leaves_what_waits_for_live_at_its_default(tmp_path: Path) -> None:
    project = load_project(written(tmp_path, "  own:image: sha256:1\n  own:shards: 2\n"))
    assert configuration_of(project, "dev", "foundation").values["own:image"] == ""
    assert configuration_of(project, "dev", "live").values["own:image"] == "sha256:1"


def test_only_what_nobody_gave_has_to_be_filled() -> None:
    project = load_project(PROJECT)
    assert settings_to_fill(project, "prod", "foundation") == ("gatewayCidr", "partnerApiKey")
    assert settings_to_fill(project, "prod", "live") == ("gatewayCidr", "imageDigest", "partnerApiKey")


def test_secrets_and_ciphertext_become_canaries(tmp_path: Path) -> None:
    configuration = configuration_of(load_project(written(tmp_path, "  aws:token: {secure: v1:abc}\n")), "dev", "live")
    assert configuration.values["own:key"] == "[[secret:own:key]]"
    assert configuration.values["aws:token"] == "[[secret:aws:token]]"
    assert configuration.secrets == {"own:key", "aws:token"}


def test_values_reach_the_program_as_the_engine_would_hand_them_over(tmp_path: Path) -> None:
    project = load_project(written(tmp_path, "  own:shards: 2\n  own:zones: [a, b]\n  own:open: true\n"))
    encoded = configuration_of(project, "dev", "live").encoded
    assert (encoded["own:shards"], encoded["own:zones"], encoded["own:open"]) == ("2", '["a", "b"]', "true")


@pytest.mark.parametrize(
    ("config", "id", "line"),
    [
        ("  own:shards: six\n", "mistyped-value", 2),
        ("  own:shards: true\n", "mistyped-value", 2),
        ("  own:open: maybe\n", "mistyped-value", 2),
        ("  own:zones: a\n", "mistyped-value", 2),
        ("  own:zones: [[a]]\n", "mistyped-value", 2),
        ("  own:shards: 2\n  own:shard: 2\n", "undeclared-setting", 3),
        ("  own:key: abc\n", "secret-in-stack-file", 2),
    ],
)
def test_a_wrong_value_is_found_at_its_line(tmp_path: Path, config: str, id: str, line: int) -> None:
    problems = configuration_problems(load_project(written(tmp_path, config)), "dev")
    assert [(each.id, each.file, each.line) for each in problems] == [(id, "Pulumi.dev.yaml", line)]


@pytest.mark.parametrize(
    "config", ['  own:shards: "6"\n', '  own:open: "true"\n', "  own:key: {secure: v1:x}\n", "  aws:region: x\n"]
)
def test_what_pulumi_accepts_is_accepted(tmp_path: Path, config: str) -> None:
    assert configuration_problems(load_project(written(tmp_path, config)), "dev") == ()


def test_declarations_and_code_are_checked(tmp_path: Path) -> None:
    folder = written(
        tmp_path, "  a:b: 1\n", DECLARED.replace("default: false", "default: [1]").replace("array", "list")
    )
    (folder / "__main__.py").write_text("def broken(:\n", encoding="utf-8")
    problems = configuration_problems(load_project(folder), "dev")
    assert {each.id for each in problems} == {"mistyped-default", "unknown-type", "does-not-compile"}


def test_code_of_a_virtual_environment_is_not_the_projects(tmp_path: Path) -> None:
    folder = written(tmp_path, "  a:b: 1\n")
    (folder / ".venv").mkdir()
    (folder / ".venv" / "broken.py").write_text("def broken(:\n", encoding="utf-8")
    assert configuration_problems(load_project(folder), "dev") == ()


def test_an_unknown_stack_or_phase_is_refused_naming_the_known_ones() -> None:
    project = load_project(PROJECT)
    with pytest.raises(WrongUse, match="dev or prod"):
        configuration_of(project, "test", "live")
    with pytest.raises(WrongUse, match="foundation or live"):
        configuration_of(project, "dev", "later")
