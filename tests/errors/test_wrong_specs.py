"""What somebody gets to read who has not read the reference: the place, the caret, and what to write instead."""

from __future__ import annotations

import json
import pathlib

import pytest
from click.testing import CliRunner

from archgen.cli import main
from tests.errors.wrong_specs import SOUND, WRONG_SPECS, WrongSpec


@pytest.mark.parametrize("wrong", WRONG_SPECS, ids=lambda wrong: wrong.new.strip()[:40])
def test_a_wrong_spec_is_mended_from_what_is_said(wrong: WrongSpec, tmp_path: pathlib.Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(wrong.text, encoding="utf-8")
    result = CliRunner().invoke(main, ["validate", str(spec), "--json"])
    assert result.exit_code == 2
    errors = json.loads(result.stdout)["errors"]
    line, column = wrong.place
    (found,) = [error for error in errors if (error["id"], error["line"], error["column"]) == (wrong.id, line, column)]
    assert found["file"] == str(spec)
    assert wrong.hint in found["hint"] if wrong.hint else found["related"]

    said = CliRunner().invoke(main, ["plan", str(spec)]).stderr.splitlines()
    start = next(number for number, one in enumerate(said) if one.startswith(f"{spec}:{line}:{column}: "))
    assert said[start].endswith(f"[{wrong.id}]")
    shown, caret = said[start + 1 : start + 3]
    here = wrong.text.split("\n")[line - 1][column - 1 :].expandtabs()[:5].rstrip()
    assert shown[caret.index("^") :].startswith(here), "the caret stands below the place"


@pytest.mark.parametrize("command", [("plan",), ("generate", "-o", "OUT"), ("diagram", "-o", "OUT"), ("check",)])
def test_every_command_that_reads_a_spec_names_the_place(command: tuple[str, ...], tmp_path: pathlib.Path) -> None:
    spec, out = tmp_path / "spec.yaml", tmp_path / "out"
    for wrong in (WRONG_SPECS[0], next(one for one in WRONG_SPECS if one.id == "unknown-service")):
        spec.write_text(wrong.text, encoding="utf-8")
        result = CliRunner().invoke(main, [str(out) if word == "OUT" else word for word in (*command, str(spec))])
        assert isinstance(result.exception, SystemExit) and result.exit_code in (1, 2)
        assert f"{spec.name}:{wrong.place[0]}:" in result.output
        assert not out.exists()


def test_every_wrong_name_is_said_at_once(tmp_path: pathlib.Path) -> None:
    names = [one for one in WRONG_SPECS if one.id in ("unknown-region", "unknown-service", "unknown-assumption")]
    text = SOUND
    for one in names:
        text = text.replace(one.old, one.new)
    spec = tmp_path / "spec.yaml"
    spec.write_text(text, encoding="utf-8")
    for command in ("validate", "plan"):
        said = CliRunner().invoke(main, [command, str(spec), "--json"])
        ids = [error["id"] for error in json.loads(said.stdout)["errors"]]
        assert ids == ["unknown-region", "unknown-service", "unknown-assumption"]
