from __future__ import annotations

from pathlib import Path

import pytest

from archgen.engine import Project
from archgen.errors import WrongUse
from archgen.proof.acknowledged import acknowledgements, applied
from archgen.proof.rule import Finding

ALARM = Finding(
    rule="aws-alarms",
    severity="error",
    message="alarmActions is not given",
    resource="urn:pulumi:prod::p::archgen:aws:X$aws:cloudwatch/metricAlarm:MetricAlarm::late",
)
SETTING = Finding(rule="setting-never-read", severity="error", message="unread", file="Pulumi.yaml", line=3)
ENTRY = "- {rule: aws-alarms, resource: late, reason: called by another system}\n"


def _project(folder: Path, text: str | None) -> Project:
    root = folder / "infra"
    if text is not None:
        (folder / ".archgen").mkdir()
        (folder / ".archgen" / "acknowledged.yaml").write_text(text, encoding="utf-8")
    return Project(root=root, name="p", program=root, settings=(), fixed={})


def test_an_acknowledged_error_is_shown_as_a_note_with_its_reason(tmp_path: Path) -> None:
    (found,) = applied([ALARM], acknowledgements(_project(tmp_path, ENTRY)))
    assert (found.severity, found.resource) == ("note", ALARM.resource)
    assert "called by another system" in found.message


def test_an_entry_is_for_one_rule_and_one_resource(tmp_path: Path) -> None:
    other = Finding(rule="aws-alarms", severity="error", message="m", resource="urn:x::later")
    same = Finding(rule="aws-tls", severity="error", message="m", resource=ALARM.resource)
    accepted = acknowledgements(_project(tmp_path, ENTRY))
    assert applied([other, same, SETTING], accepted) == {other, same, SETTING}


def test_a_finding_without_a_resource_is_acknowledged_by_its_file(tmp_path: Path) -> None:
    text = "- {rule: setting-never-read, resource: Pulumi.yaml, reason: read by the pipeline}\n"
    (found,) = applied([SETTING], acknowledgements(_project(tmp_path, text)))
    assert found.severity == "note"


def test_without_the_file_nothing_is_acknowledged(tmp_path: Path) -> None:
    assert acknowledgements(_project(tmp_path, None)) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {rule: aws-alarms, resource: late}\n", "exactly rule, resource, reason"),
        ("- {rule: aws-alarms, resource: late, reason: ' '}\n", "reason is no text"),
        ("- {rule: aws-alarm, resource: late, reason: why}\n", "no rule 'aws-alarm'"),
        ("- {rule: aws-alarms, resource: '*', reason: why}\n", "wildcard"),
        ("rule: aws-alarms\n", "no list"),
        ("- [\n", "not readable as YAML"),
    ],
)
def test_a_wrong_entry_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongUse) as refused:
        acknowledgements(_project(tmp_path, text))
    assert said in refused.value.problems[0].message
