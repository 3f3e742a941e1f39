"""`archgen init` by options: what is written, what is refused and by which option."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archgen.cli import main
from archgen.interview.options import OPTIONS
from archgen.spec import json_schema, load
from archgen.spec.paths import field_at

SOURCE = "id=orders,system=sap,delivery=daily,data=pii+confidential"


def init(folder: pathlib.Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["init", "-o", str(folder), *options])


def refused(folder: pathlib.Path, *options: str) -> dict[str, dict[str, Any]]:
    """The problems by the place that they name; nothing was written."""
    result = init(folder, *options, "--json")
    assert result.exit_code == 2, result.output
    assert not list(folder.iterdir())
    return {error["path"]: error for error in json.loads(result.stdout)["errors"]}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_every_option_answers_a_field_of_the_spec(option: Any) -> None:
    assert field_at(option.loc) is not None


def test_what_is_written_is_told_as_json(tmp_path: pathlib.Path) -> None:
    result = init(tmp_path, "--blueprint", "batch_scoring", "--name", "plan", "--source", SOURCE, "--json")
    said = json.loads(result.stdout)
    assert said["file"] == str(tmp_path / "spec.yaml") and said["blueprint"] == "batch_scoring"
    assert "consumers" in said["examples"] and "sources" not in said["examples"] and "name" not in said["examples"]
    assert json.loads(pathlib.Path(said["schema"]).read_text()) == json_schema()
    spec = load(pathlib.Path(said["file"]))
    assert spec.name == "plan" and spec.sources[0].data == ("pii", "confidential")
    assert sorted(path.name for path in tmp_path.rglob("*")) == [".archgen", "spec.schema.json", "spec.yaml"]


@pytest.mark.parametrize("output", [".", "out"])
def test_a_generated_folder_has_the_schema_that_its_spec_names(tmp_path: pathlib.Path, output: str) -> None:
    assert init(tmp_path, "--blueprint", "batch_scoring", "--name", "plan", "--source", SOURCE).exit_code == 0
    spec, out = tmp_path / "spec.yaml", tmp_path / output
    result = CliRunner().invoke(main, ["generate", str(spec), "-o", str(out), "--region", "eu-central-1", "--json"])
    assert result.exit_code == 0, result.output
    assert not json.loads(result.stdout)["kept"]
    assert (out / "spec.yaml").read_bytes() == spec.read_bytes()
    named = spec.read_text().splitlines()[0].partition("$schema=")[2]
    assert json.loads((out / named).read_text()) == json_schema()


def test_the_same_answers_give_the_same_bytes(tmp_path: pathlib.Path) -> None:
    for name in ("a", "b"):
        assert init(tmp_path / name, "--task", "vision", "--cloud", "gcp").exit_code == 0
    assert (tmp_path / "a" / "spec.yaml").read_bytes() == (tmp_path / "b" / "spec.yaml").read_bytes()


@pytest.mark.parametrize("options", [("--source", "\x1b[2J"), ("--source", "\x1b[2J=1"), ("--blueprint", "\x1b[2J")])
def test_no_control_character_reaches_the_terminal(tmp_path: pathlib.Path, options: tuple[str, ...]) -> None:
    result = init(tmp_path, *options)
    assert result.exit_code == 2 and "\x1b" not in result.output


@pytest.mark.parametrize(("output", "file"), [("req.yaml", "req.yaml"), ("new", "new/spec.yaml"), ("d.yml", "d.yml")])
def test_a_file_or_a_folder(tmp_path: pathlib.Path, output: str, file: str) -> None:
    assert init(tmp_path / output).exit_code == 0
    assert load(tmp_path / file).name


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: pathlib.Path) -> None:
    target = tmp_path / "spec.yaml"
    target.write_text("mine")
    result = init(target)
    assert result.exit_code == 2 and "--force" in result.stderr
    assert target.read_text() == "mine" and list(tmp_path.iterdir()) == [target]
    assert init(target, "--force").exit_code == 0
    assert load(target)


def test_a_write_that_fails_leaves_what_was_there(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "spec.yaml"
    target.write_text("mine")

    def full(self: pathlib.Path, target: pathlib.Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "replace", full)
    result = init(target, "--force")
    assert result.exit_code == 2 and "No space left on device" in result.stderr
    assert target.read_text() == "mine"
    assert {path.name for path in tmp_path.rglob("*")} == {"spec.yaml", ".archgen"}


def test_a_symbolic_link_is_not_written_through(tmp_path: pathlib.Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "here"
    outside.mkdir()
    folder.mkdir()
    (folder / ".archgen").symlink_to(outside)
    result = init(folder)
    assert result.exit_code == 2 and "symbolic link" in result.stderr
    assert not list(outside.iterdir()) and not (folder / "spec.yaml").exists()


def test_a_folder_that_cannot_be_made_is_a_problem_and_no_traceback(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    result = init(tmp_path / "file" / "spec.yaml")
    assert result.exit_code == 2 and "cannot be written" in result.stderr


def test_an_answer_is_held_to_the_units_of_the_spec(tmp_path: pathlib.Path) -> None:
    found = refused(tmp_path, "--peak", "10000", "--p99", "soon", "--budget", "5 XXX", "--rows", "2.5")
    assert found["--peak: workload.traffic.peak"]["hint"] == "write the unit, for example `10000/s`"
    assert {"--p99: workload.latency.p99", "--budget: budget.monthly", "--rows: workload.batch.rows"} <= set(found)


@pytest.mark.parametrize(
    ("options", "path", "id"),
    [
        (("--name", "Card Fraud"), "--name: name", "wrong-id"),
        (("--name", ""), "--name: name", "wrong-id"),
        (("--source", ""), "--source", "wrong-item"),
        (("--task", "frod-detection"), "--task: problem.task", "unknown-word"),
        (("--cloud", "aws", "--region", "mars-1"), "--region: platform.region", "unknown-region"),
        (("--source", "id=orders"), "--source: sources[0].system", "missing-field"),
        (("--source", "orders"), "--source", "wrong-item"),
        (("--source", f"{SOURCE},colour=red"), "--source", "unknown-field"),
        (("--source", f"{SOURCE},id=x"), "--source", "duplicate-key"),
        (("--source", SOURCE, "--source", SOURCE), "--source: sources[1].id", "duplicate-id"),
        (("--framework", "pci"), "--framework: governance.frameworks[0]", "unknown-word"),
        (("--peak", "10/s", "--average", "20/s"), "--average: workload.traffic.average", "average-above-peak"),
        (("--environment", "dev"), "--environment: platform.environments", "no-production"),
        (("--blueprint", "batch_scoring", "--mode", "online"), "--mode", "blueprint-unsuited"),
        (("--blueprint", "batch_scoring", "--task", "vision"), "problem.data", "blueprint-unsuited"),
        (("--blueprint", "none"), "", "unknown-blueprint"),
        (("--title", "a\u202eb"), "--title: title", "wrong-text"),
        (("--title", "x" * 501), "--title: title", "wrong-text"),
        (("--statement", "a\nb: c"), "--statement: objective.statement", "wrong-text"),
    ],
)
def test_a_wrong_answer_names_its_option(tmp_path: pathlib.Path, options: tuple[str, ...], path: str, id: str) -> None:
    assert refused(tmp_path, *options)[path]["id"] == id


@pytest.mark.parametrize(
    "text", ["{a: b}", "# none", "'\"\\", "- x", "x: y # z", "!!python/object", "&a *b", "{{ x }}", "no", "=1+1", "😀"]
)
def test_a_hostile_text_stays_a_text(tmp_path: pathlib.Path, text: str) -> None:
    assert init(tmp_path, "--title", text, "--statement", text).exit_code == 0
    spec = load(tmp_path / "spec.yaml")
    assert spec.title == text and spec.objective.statement == text


@pytest.mark.parametrize(
    ("options", "rate", "peak"),
    [
        (("--peak", "70/s"), "70/s", "70/s"),
        (("--source", "id=a,system=kafka,delivery=stream,rate=80/s,data=token,feeds=requests"), "80/s", "80/s"),
    ],
)
def test_the_stream_that_is_the_load_follows_the_peak_and_the_peak_follows_it(
    tmp_path: pathlib.Path, options: tuple[str, ...], rate: str, peak: str
) -> None:
    assert init(tmp_path, "--blueprint", "realtime_scoring", *options).exit_code == 0
    spec = load(tmp_path / "spec.yaml")
    assert spec.request_source is not None and str(spec.request_source.rate) == rate
    assert spec.workload.traffic is not None and str(spec.workload.traffic.peak) == peak


def test_a_limit_on_the_first_token_replaces_the_example_of_another_limit(tmp_path: pathlib.Path) -> None:
    assert init(tmp_path, "--task", "summarisation", "--first-token-p95", "3 s").exit_code == 0
    latency = load(tmp_path / "spec.yaml").workload.latency
    assert latency is not None and latency.p99 is None and latency.first_token_p95 == 3


def test_an_interview_without_a_terminal_has_to_be_asked_for(tmp_path: pathlib.Path) -> None:
    result = CliRunner().invoke(main, ["init", "-o", str(tmp_path), "--ask"], input="churn\n")
    assert result.exit_code == 2 and "the input ended" in result.stderr
    assert "ask-and-json" in init(tmp_path, "--ask", "--json").output
    assert not list(tmp_path.iterdir())
