"""`archgen check`: every target has a result, whatever becomes of the process that proves it."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import time
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from archgen.bundle import write
from archgen.checking import FORMATS, Judgement, Layer, Layers, Result, Target, check, formatted, targets
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


def passes(project: Project) -> Judgement:
    return Judgement(resources=len(project.stacks))


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
    def dies(project: Project) -> Judgement:
        os.kill(os.getpid(), signal.SIGKILL)
        return Judgement()

    def hangs(project: Project) -> Judgement:
        time.sleep(60)
        return Judgement()

    def crashes(project: Project) -> Judgement:
        raise RuntimeError

    for proved, rule in ((dies, "target-crashed"), (hangs, "target-hung"), (crashes, "target-crashed")):
        began = time.monotonic()
        (result,) = check(specs("fraud-slice"), time_limit=2, proved=proved)
        assert [finding.rule for finding in result.findings] == [rule]
        assert result.status == "failed" and time.monotonic() - began < 30


def test_one_killed_target_hides_no_other() -> None:
    def dies_on_kafka(project: Project) -> Judgement:
        if (project.program / "components" / "kafka_cluster").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        return passes(project)

    results = list(check(specs("fraud-slice-kafka", "fraud-slice"), jobs=2, proved=dies_on_kafka))
    assert {pathlib.Path(result.target).stem: result.status for result in results} == {
        "fraud-slice": "passed",
        "fraud-slice-kafka": "failed",
    }


def test_what_a_stopped_target_started_is_stopped_with_it(tmp_path: pathlib.Path) -> None:
    # The runs and tools of a target are its own children: killing the target alone left them running.
    def starts_another(project: Project) -> Judgement:
        other = subprocess.Popen(["sleep", "60"])
        (tmp_path / "pid").write_text(str(other.pid))
        other.wait()
        return Judgement()

    (result,) = check(specs("fraud-slice"), time_limit=5, proved=starts_another)
    assert [finding.rule for finding in result.findings] == ["target-hung"]
    assert not _runs(int((tmp_path / "pid").read_text()))


def _runs(pid: int) -> bool:
    for _ in range(50):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z":
                time.sleep(0.1)
                continue
        return False
    return True


def test_targets_are_proved_where_there_is_no_fork() -> None:
    (result,) = check(specs("fraud-slice"), proved=passes, method="spawn")
    assert (result.status, result.resources) == ("passed", 3)


def test_wrong_acknowledgements_are_the_findings_of_their_target(tmp_path: pathlib.Path) -> None:
    # `acknowledged.yaml` beside a spec is that of the project that is generated from it.
    spec = tmp_path / "spec.yaml"
    spec.write_bytes(path("fraud-slice").read_bytes())
    (tmp_path / "acknowledged.yaml").write_text("- {rule: CKV_AWS_18, resource: 'lake-*', reason: x}\n")
    (result,) = check([Target(path=spec, kind="spec")], layers=Layers(types=False))
    assert [finding.rule for finding in result.findings] == ["unreadable-acknowledgements"]


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
    assert {finding.rule for finding in result.findings} == {"crash", "type-error"}


RESULTS = [
    Result(target="a.yaml", cloud="aws", seconds=1.5, resources=270, findings=()),
    Result(
        target="out/b c",
        cloud=None,
        seconds=0.5,
        resources=0,
        findings=(FINDING, replace(FINDING, rule="CKV_AWS_18", severity="note", message="\x1b[31mred")),
        layers=(Layer(name="types", run=False, said="ty is not installed"),),
        root="out/b c/infra",
    ),
]


def test_every_format_says_what_failed_and_where() -> None:
    data = json.loads(formatted(RESULTS, "json"))
    assert (data["passed"], data["failed"]) == (1, 1)
    assert data["targets"][1]["findings"][0]["line"] == 7
    suite = ElementTree.fromstring(formatted(RESULTS, "junit"))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (run,) = json.loads(formatted(RESULTS, "sarif"))["runs"]
    row, note = run["results"]
    assert [row["level"], note["level"]] == ["error", "note"]
    assert {row["ruleId"], note["ruleId"]} <= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert row["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "out/b%20c/infra/a/b.py"},
        "region": {"startLine": 7},
    }, "a URI from the folder that the check was called in"
    assert "1 passed, 1 failed" in formatted(RESULTS, "text")
    for form in ("text", "json", "junit"):
        assert "ty is not installed" in formatted(RESULTS, form), "a layer that did not run is said"
    assert set(FORMATS) == {"text", "json", "junit", "sarif"}


def test_an_annotation_stays_on_one_line() -> None:
    said = "::error file=out/b c/infra/a/b.py,line=7,title=flow-without-grant::100 %25 of%0Ait"
    assert annotation(RESULTS[1], FINDING) == said


def test_a_finding_in_a_file_that_was_generated_is_shown_at_the_spec() -> None:
    # The file was in a temporary folder: no checkout has it.
    said = annotation(RESULTS[0], FINDING)
    assert said.startswith("::error file=a.yaml,line=1,") and "a/b.py:7: 100 %25" in said


def test_junit_counts_errors_alone_as_failures_and_stays_xml() -> None:
    # An escape character, as tools print them, made the document unreadable.
    suite = ElementTree.fromstring(formatted(RESULTS, "junit"))
    assert len(suite.findall("./testcase/failure")) == 1
    said = suite.findtext("./testcase/system-out") or ""
    assert "note CKV_AWS_18: ?[31mred" in said
