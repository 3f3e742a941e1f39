"""A wrong call is answered like a wrong spec: an id, what was expected, a hint, data with `--json`, status 2."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest
from click.testing import CliRunner

from archgen.cli import main
from tests.errors.wrong_specs import WRONG_SPECS


@pytest.mark.parametrize(
    ("call", "message", "expected"),
    [
        (("frobnicate",), "no such command 'frobnicate'", "archgen [OPTIONS] COMMAND"),
        (("plan",), "missing argument 'SPEC'", "archgen plan [OPTIONS] SPEC"),
        (("plan", "--clowd", "aws", "spec.yaml"), "'--cloud'", "archgen plan [OPTIONS] SPEC"),
        (("generate", "spec.yaml"), "missing option '-o'", "archgen generate [OPTIONS] SPEC"),
        (("check", "--format", "xml"), "'sarif'", "archgen check [OPTIONS]"),
    ],
)
def test_a_wrong_call_says_how_the_command_is_called(call: tuple[str, ...], message: str, expected: str) -> None:
    result = CliRunner().invoke(main, call, prog_name="archgen")
    assert result.exit_code == 2
    assert message in result.stderr and f"expected: `{expected}" in result.stderr and "[wrong-call]" in result.stderr
    data = CliRunner().invoke(main, [*call, "--json"], prog_name="archgen")
    assert data.exit_code == 2
    assert [error["id"] for error in json.loads(data.stdout)["errors"]] == ["wrong-call"]


def test_help_and_version_end_0_and_nothing_at_all_shows_the_help() -> None:
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["--version"]).exit_code == 0
    result = CliRunner().invoke(main, [])
    assert "Commands:" in result.output and "wrong-call" not in result.output


def test_a_file_name_that_is_no_text_and_commands_a_terminal_is_shown_escaped(tmp_path: pathlib.Path) -> None:
    spec = pathlib.Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x1b[2J\xff.yaml"))
    spec.write_text(WRONG_SPECS[0].text, encoding="utf-8")
    for more in ([], ["--json"]):
        command = [sys.executable, "-m", "archgen.cli", "plan", spec, *more]
        result = subprocess.run(command, capture_output=True, check=False)
        assert result.returncode == 2
        assert b"\x1b" not in result.stdout + result.stderr and b"Traceback" not in result.stderr
        assert b"wrong-unit" in result.stdout + result.stderr
        assert not more or json.loads(result.stdout)["errors"][0]["line"] == WRONG_SPECS[0].place[0]
