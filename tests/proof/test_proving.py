from __future__ import annotations

from pathlib import Path

from archgen.engine import ResourceGraph, RunProblem, load_project
from archgen.proof import Evidence, all_rules, judge, prove
from tests.proof.recordings import evidence, resource

FAMILIES = {rule.id: rule.family for rule in all_rules()}
PROJECT = Path(__file__).parent.parent / "engine" / "project"


def test_a_proof_counts_cloud_resources_and_names_the_settings_to_fill() -> None:
    (proof,) = prove(load_project(PROJECT), ["dev"], ["foundation"])
    assert {FAMILIES[finding.rule] for finding in proof.findings} <= {"security"}
    assert proof.counts["aws:ec2/subnet:Subnet"] == 2
    assert not any(type.startswith("archgen:") for type in proof.counts)
    assert proof.settings_to_fill == ("gatewayCidr", "partnerApiKey")


def with_problems(base: Evidence, *problems: RunProblem) -> Evidence:
    graphs = [
        ResourceGraph(stack="dev", phase="live", mode=mode, resources=base.up.resources, problems=problems)
        for mode in ("preview", "up")
    ]
    return Evidence(base.project, "dev", "live", graphs[0], graphs[1], None, "aws")


def test_what_both_runs_say_alike_is_said_once_and_errors_come_first() -> None:
    warning = RunProblem(kind="program-log", message="a", severity="warning")
    error = RunProblem(kind="unknown-in-up", message="b", urn="urn", file="x.py", line=3)
    proof = judge(with_problems(evidence(), warning, error))
    assert [(finding.rule, finding.severity) for finding in proof.findings] == [
        ("unknown-in-up", "error"),
        ("program-log", "warning"),
    ]
    assert not proof.passed


def test_a_crash_is_not_followed_by_what_a_crashed_run_lacks() -> None:
    base = evidence(resource("s", "aws:kinesis/stream:Stream", "stream"))
    crash = RunProblem(kind="crash", message="x")
    coverage = {"components": [{"id": "lake"}]}
    broken = with_problems(base, crash)
    proof = judge(Evidence(base.project, "dev", "live", broken.preview, broken.up, coverage, "aws"))
    assert "component-without-resources" not in {finding.rule for finding in proof.findings}
