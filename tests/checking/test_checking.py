"""`archgen check`: every target has a result, whatever becomes of the process that proves it."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import time
from xml.etree import ElementTree

import pytest

from archgen.bundle import write
from archgen.checking import FORMATS, Result, Target, check, formatted, targets
from archgen.checking.formats import annotation
from archgen.engine import Project
from archgen.errors import WrongUse
from archgen.generation import generated
from archgen.proof import Finding
from archgen.spec import load
from tests.specs import CASES, path

FINDING = Finding(rule="flow-without-grant", severity="error", message="100 % of\nit", file="a/b.py", line=7)


def specs(*cases: str) -> list[Target]:
    return [Target(path=path(case), kind="spec") for case in cases]


def passes(project: Project) -> tuple[int, tuple[Finding, ...]]:
    return len(project.stacks), ()


def test_a_folder_is_walked_for_specs_and_projects(tmp_path: pathlib.Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.yaml").write_text("archgen: 1\n")
    (tmp_path / "other.yaml").write_text("name: x\n")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "b.yaml").write_text("archgen: 1\n")
    spec = path("fraud-slice")
    write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra"})), tmp_path / "out")
    found = [(target.kind, target.path.relative_to(tmp_path).as_posix()) for target in targets([tmp_path])]
    assert found == [("spec", "deep/a.yaml"), ("project", "out")], "the project's own spec is not a second target"


@pytest.mark.parametrize("missing", ["none", "empty"])
def test_nothing_to_check_is_wrong_use(tmp_path: pathlib.Path, missing: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(WrongUse):
        targets([tmp_path / missing])


def test_a_wrong_or_infeasible_spec_is_a_failed_target_and_hides_no_other(tmp_path: pathlib.Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("archgen: 1\nname: [\n")
    chosen = [Target(path=wrong, kind="spec"), *specs("service-assistant", "fraud-slice")]
    results = {pathlib.Path(result.target).stem: result for result in check(chosen, proved=passes)}
    assert {name: result.status for name, result in results.items()} == {
        "wrong": "failed",
        "service-assistant": "failed",
        "fraud-slice": "passed",
    }
    assert results["fraud-slice"].resources == 3
    assert results["wrong"].findings[0].file == str(wrong)


def test_a_killed_or_hanging_process_is_a_finding_of_its_target() -> None:
    def dies(project: Project) -> tuple[int, tuple[Finding, ...]]:
        os.kill(os.getpid(), signal.SIGKILL)
        return 0, ()

    def hangs(project: Project) -> tuple[int, tuple[Finding, ...]]:
        time.sleep(60)
        return 0, ()

    def crashes(project: Project) -> tuple[int, tuple[Finding, ...]]:
        raise RuntimeError

    for proved, rule in ((dies, "target-crashed"), (hangs, "target-hung"), (crashes, "target-crashed")):
        began = time.monotonic()
        (result,) = check(specs("fraud-slice"), time_limit=2, proved=proved)
        assert [finding.rule for finding in result.findings] == [rule]
        assert result.status == "failed" and time.monotonic() - began < 30


def test_several_go_on_at_a_time_and_all_come_back() -> None:
    cases = ("fraud-slice", "fraud-slice-kafka", "fraud-slice-existing-network")
    results = list(check(specs(*cases), jobs=3, proved=passes))
    assert sorted(pathlib.Path(result.target).stem for result in results) == sorted(cases)


def test_a_project_is_really_proved(tmp_path: pathlib.Path) -> None:
    spec = CASES / "fraud-slice-existing-network.yaml"
    write(generated(load(spec), spec.read_bytes(), None, None, frozenset({"infra"})), tmp_path)
    main = tmp_path / "infra" / "__main__.py"
    main.write_text(main.read_text().replace("keys=foundation.keys", "keys=foundation.keyz"))
    (result,) = check(targets([tmp_path]))
    assert result.status == "failed"
    assert {finding.rule for finding in result.findings} == {"crash"}


RESULTS = [
    Result(target="a.yaml", cloud="aws", seconds=1.5, resources=270, findings=()),
    Result(target="b", cloud=None, seconds=0.5, resources=0, findings=(FINDING,)),
]


def test_every_format_says_what_failed_and_where() -> None:
    data = json.loads(formatted(RESULTS, "json"))
    assert (data["passed"], data["failed"]) == (1, 1)
    assert data["targets"][1]["findings"][0]["line"] == 7
    suite = ElementTree.fromstring(formatted(RESULTS, "junit"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (run,) = json.loads(formatted(RESULTS, "sarif"))["runs"]
    (row,) = run["results"]
    assert row["ruleId"] in {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert row["locations"][0]["physicalLocation"]["region"]["startLine"] == 7
    assert "1 passed, 1 failed" in formatted(RESULTS, "text")
    assert set(FORMATS) == {"text", "json", "junit", "sarif"}


def test_an_annotation_stays_on_one_line() -> None:
    assert annotation(RESULTS[1], FINDING) == "::error file=a/b.py,line=7,title=flow-without-grant::100 %25 of%0Ait"
