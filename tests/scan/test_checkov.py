"""Checkov as a process: the real one where there is one, a stand-in for how it can fail."""

from __future__ import annotations

import json
import pathlib
import stat
import sys

import pytest

from archgen.engine import Resource
from archgen.errors import WrongUse
from archgen.scan import Scanner, document_of, find_scanner, scanned
from tests.proof.recordings import INGRESS, resource

STREAM = "aws:kinesis/stream:Stream"


def stand_in(folder: pathlib.Path, body: str) -> Scanner:
    """An executable that runs `body` in place of Checkov."""
    file = folder / "checkov"
    file.write_text(f"#!{sys.executable}\nimport json, sys, time\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return Scanner(executable=file)


def says(report: object) -> str:
    return f"print({json.dumps(json.dumps(report))})"


def report(*failed: dict[str, str], passed: int = 1) -> dict[str, object]:
    return {"summary": {"passed": passed, "parsing_errors": 0}, "results": {"failed_checks": list(failed)}}


def test_a_failed_check_is_a_finding_at_the_line_that_made_the_resource(tmp_path: pathlib.Path) -> None:
    events = resource("events", STREAM, "events")
    failed = {
        "check_id": "CKV_AWS_43",
        "check_name": "Ensure Kinesis Stream is securely encrypted",
        "resource": "aws_kinesis_stream.events",
    }
    scan = scanned(document_of([events]), stand_in(tmp_path, says(report(failed, passed=3))))
    (finding,) = scan.findings
    assert (finding.rule, finding.resource, finding.file, finding.line) == ("CKV_AWS_43", events.urn, "component.py", 1)
    assert (scan.passed, scan.resources, scan.completed) == (3, 1, True)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit('no module')", "no module"),
        (says(report(passed=0)), "no check against 1 resources"),
        (says({"summary": {"parsing_errors": 1}}), "could not read"),
        ("time.sleep(30)", "longer than 2 s"),
    ],
)
def test_a_scan_that_fails_is_never_a_pass(tmp_path: pathlib.Path, body: str, said: str) -> None:
    scan = scanned(document_of([resource("a", STREAM, "x")]), stand_in(tmp_path, body), time_limit=2)
    (finding,) = scan.findings
    assert finding.rule == "scan-failed" and said in finding.message and not scan.completed


def test_without_checkov_the_reader_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHGEN_CHECKOV", "/nowhere/checkov")
    with pytest.raises(WrongUse, match="/nowhere/checkov"):
        find_scanner()


@pytest.fixture(scope="module")
def checkov() -> Scanner:
    try:
        return find_scanner()
    except WrongUse as error:
        pytest.skip(f"{error.problems[0].message}: {error.problems[0].hint}")


def encrypted(name: str) -> Resource:
    return resource(name, STREAM, name, encryptionType="KMS", kmsKeyId="arn:aws:kms:eu-west-1:123456789012:key/1")


def test_checkov_really_reads_the_plan(checkov: Scanner) -> None:
    open_rule = resource("open", INGRESS, "x", cidrIpv4="0.0.0.0/0", fromPort=22, toPort=22, description="SSH")
    peers = resource("peers", INGRESS, "x", referencedSecurityGroupId="sg-1", fromPort=0, toPort=65535, description="a")
    scan = scanned(document_of([encrypted("safe"), resource("bare", STREAM, "bare"), open_rule, peers]), checkov)
    found = {(finding.rule, finding.message.partition(":")[0]) for finding in scan.findings}
    assert ("CKV_AWS_43", "aws_kinesis_stream.bare") in found
    assert ("CKV_AWS_24", "aws_vpc_security_group_ingress_rule.open") in found
    assert not {each for each in found if each[1].endswith((".safe", ".peers"))}
    assert scan.passed > 0


def test_checkov_really_reads_the_template(checkov: Scanner) -> None:
    account = resource("s", "azure-native:storage:StorageAccount", "x", accountName="stx", enableHttpsTrafficOnly=False)
    scan = scanned(document_of([account]), checkov)
    assert ("CKV_AZURE_3", account.urn) in {(finding.rule, finding.resource) for finding in scan.findings}
