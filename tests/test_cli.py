"""The command line: exit statuses, JSON, and errors that a person can act on."""

from __future__ import annotations

import json
import pathlib
from typing import Any

import pytest
from click.testing import CliRunner, Result

from archgen.cli import main
from tests.specs import CASES, path


def run(*arguments: str | pathlib.Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def data(result: Result) -> Any:
    return json.loads(result.stdout)


@pytest.fixture
def wrong(tmp_path: pathlib.Path) -> pathlib.Path:
    text = path("fraud-slice").read_text().replace("peak: 10000/s", "peak: 9000/s").replace("cloud: aws", "clowd: aws")
    target = tmp_path / "wrong.yaml"
    target.write_text(text)
    return target


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_has_help(command: str) -> None:
    assert main.commands[command].help
    assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_can_print_json(command: str) -> None:
    assert "--json" in run(command, "--help").output


@pytest.mark.parametrize("options", [("--json",), ("--format", "json"), ("--json", "--format", "json")])
def test_check_prints_json_either_way_and_its_errors_too(options: tuple[str, ...]) -> None:
    result = run("check", "nosuch", *options)
    assert result.exit_code == 2
    assert [error["id"] for error in data(result)["errors"]] == ["nothing-to-check"]


def test_two_formats_at_once_are_refused() -> None:
    result = run("check", "nosuch", "--json", "--format", "junit")
    assert result.exit_code == 2 and "two-formats" in result.output


@pytest.mark.parametrize("case", sorted(p.stem for p in CASES.glob("*.yaml")))
def test_every_case_is_valid(case: str) -> None:
    result = run("validate", path(case), "--json")
    assert result.exit_code == 0
    assert data(result) == {"valid": True, "errors": []}


def test_a_wrong_spec_ends_2_with_every_error_and_its_place(wrong: pathlib.Path) -> None:
    result = run("validate", wrong, "--json")
    assert result.exit_code == 2
    assert data(result)["valid"] is False
    errors = {error["id"]: error for error in data(result)["errors"]}
    assert {"unknown-field", "peak-and-rate-differ"} <= set(errors)
    assert errors["peak-and-rate-differ"]["line"] and errors["peak-and-rate-differ"]["related"][0]["line"]
    for command in ("validate", "plan"):
        said = run(command, wrong)
        assert said.exit_code == 2
        assert f"{wrong}:" in said.stderr
        assert "Traceback" not in said.output


def test_a_missing_file_ends_2(tmp_path: pathlib.Path) -> None:
    result = run("plan", tmp_path / "none.yaml")
    assert result.exit_code == 2
    assert "none.yaml" in result.stderr


def test_plan_gives_what_the_contract_says() -> None:
    said = data(run("plan", path("fraud-slice"), "--json"))
    assert {"decisions", "sizing", "latency_budget", "topology"} <= set(said)
    assert sum(hop["p99_ms"] for hop in said["latency_budget"]) == 44
    assert {"zones", "components", "flows"} <= set(said["topology"])
    decision = next(d for d in said["decisions"] if d["id"] == "front-door")
    option, reason, figure, _ = decision["rejected"][0]
    assert option and reason and "10,000" in figure
    shards = next(r for r in said["sizing"] if (r["component"], r["name"]) == ("events", "shards"))
    assert shards["value"] == 15 and shards["inputs"]["records_per_second"] == 10_000


def test_plan_reads_on_eighty_columns() -> None:
    text = run("plan", path("fraud-slice")).stdout
    assert max(map(len, text.splitlines())) <= 80
    assert "44 ms  sum, the smallest feasible p99" in text


def test_a_plan_without_a_blueprint_has_no_topology() -> None:
    result = run("plan", path("service-assistant"), "--json")
    assert result.exit_code == 0
    assert "topology" not in data(result) and data(result)["decisions"]


def test_an_infeasible_latency_ends_1_with_the_smallest(tmp_path: pathlib.Path) -> None:
    spec = tmp_path / "fast.yaml"
    spec.write_text(path("fraud-slice").read_text().replace("p99: 100 ms", "p99: 8 ms"))
    result = run("plan", spec)
    assert result.exit_code == 1
    assert "44 ms" in result.stderr


def test_generate_names_what_has_no_home_and_writes_nothing(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    result = run("generate", path("service-assistant"), "-o", out, "--cloud", "aws", "--region", "eu-west-1", "--json")
    assert result.exit_code == 1
    assert data(result)["errors"]
    assert not out.exists()


def test_generate_keeps_a_file_that_was_changed_by_hand(tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    first = run("generate", path("fraud-slice"), "-o", out, "--json")
    assert first.exit_code == 0 and "infra/__main__.py" in data(first)["files"]
    (out / "infra" / "__main__.py").write_text("mine")
    again = run("generate", path("fraud-slice"), "-o", out, "--json")
    assert again.exit_code == 1
    assert data(again)["kept"] == ["infra/__main__.py"]
    assert (out / "infra" / "__main__.py").read_text() == "mine"


@pytest.mark.parametrize(("only", "there", "absent"), [("infra", "infra", "README.md"), ("docs", "README.md", "infra")])
def test_only_writes_the_parts_that_are_named(tmp_path: pathlib.Path, only: str, there: str, absent: str) -> None:
    assert run("generate", path("fraud-slice"), "-o", tmp_path, "--only", only).exit_code == 0
    assert (tmp_path / there).exists() and not (tmp_path / absent).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("generate", "SPEC", "-o", "OUT", "--only", "pictures"),
        ("generate", "SPEC", "-o", "OUT", "--region", "mars-1"),
        ("synth", "OUT"),
        ("services", "--cloud", "ibm"),
        ("frobnicate",),
    ],
)
def test_wrong_use_ends_2_without_a_traceback(tmp_path: pathlib.Path, arguments: tuple[str, ...]) -> None:
    given = {"SPEC": str(path("fraud-slice")), "OUT": str(tmp_path / "out")}
    result = run(*(given.get(argument, argument) for argument in arguments))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_synth_gives_what_the_contract_says(tmp_path: pathlib.Path) -> None:
    assert run("generate", path("fraud-slice"), "-o", tmp_path).exit_code == 0
    result = run("synth", tmp_path / "infra", "--stack", "dev", "--phase", "foundation", "--write", "--json")
    assert result.exit_code == 0, result.output
    (stack,) = data(result)["stacks"]
    assert (stack["stack"], stack["phase"], stack["findings"]) == ("dev", "foundation", [])
    assert sum(stack["counts"].values()) > 150
    assert "authorisationsPassword" in stack["settings_to_fill"]
    recorded = json.loads((tmp_path / "docs" / "recording.json").read_text())
    assert recorded["stacks"][0]["counts"] == stack["counts"]
    assert "docs/recording.json" in json.loads((tmp_path / ".archgen" / "lock.json").read_text())["files"]


def test_lists_are_what_the_folders_hold() -> None:
    assert "realtime_scoring" in [row["id"] for row in data(run("blueprints", "--json"))]
    rows = data(run("services", "--cloud", "aws", "--json"))
    assert {"kinesis_stream", "kafka_cluster"} <= {row["id"] for row in rows if row["role"] == "event-stream"}
    assert data(run("schema"))["$schema"].endswith("2020-12/schema")
