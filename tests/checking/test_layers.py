"""Optional layers of `archgen check`: what each finds, and that one which did not run says so."""

from __future__ import annotations

import json
import pathlib
import stat
import sys
from collections.abc import Sequence

import pytest

from archgen.checking import chosen_layers
from archgen.checking.previewing import preview_findings
from archgen.checking.scanning import MOST_ACCEPTED, scan_findings
from archgen.checking.types import type_findings
from archgen.engine import Project, Resource, load_project, record
from archgen.errors import WrongUse
from archgen.proof import Proof
from archgen.proof.acknowledged import acknowledgements
from archgen.scan import Scanner
from tests.proof.recordings import resource

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
MAIN = """\
import pulumi
import pulumi_aws as aws

key = aws.kms.Key("own", enable_key_rotation=True)
pulumi.export("key", key.arn)
"""


@pytest.fixture
def project(tmp_path: pathlib.Path) -> Project:
    """A program of one key, in `out/infra`."""
    infra = tmp_path / "out" / "infra"
    infra.mkdir(parents=True)
    (infra / "Pulumi.yaml").write_text(
        "name: own\nruntime: {name: python, options: {toolchain: pip, virtualenv: .venv}}\n"
        "config: {'own:password': {type: string, secret: true}}\n"
    )
    (infra / "Pulumi.dev.yaml").write_text("config: {aws:region: eu-west-1}\n")
    (infra / "__main__.py").write_text(MAIN)
    return load_project(infra)


def tool(folder: pathlib.Path, name: str, body: str) -> pathlib.Path:
    """An executable of this name that runs `body`."""
    file = folder / name
    file.write_text(f"#!{sys.executable}\nimport json, os, pathlib, sys\n{body}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def test_a_program_of_sound_types_has_none(project: Project) -> None:
    layer, findings = type_findings(project)
    assert layer.run, layer.said
    assert not findings


def test_a_wrong_type_is_found_at_its_line(project: Project) -> None:
    # A string for a truth value: the engine records it, and only the provider would refuse it.
    main = project.root / "__main__.py"
    main.write_text(MAIN.replace("rotation=True", 'rotation=[1, "often"]'))
    _, (finding,) = type_findings(project)
    assert (finding.rule, finding.file, finding.line) == ("type-error", "__main__.py", 4)
    assert "invalid-argument-type" in finding.message


def test_without_ty_the_layer_says_that_it_did_not_run(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archgen.checking.types.find_tool", lambda name: None)
    layer, findings = type_findings(project)
    assert (layer.run, findings) == (False, ()) and "archgen[types]" in layer.said


def test_a_ty_that_breaks_is_an_error(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    broken = tool(tmp_path, "ty", "sys.exit('unknown option')")
    monkeypatch.setattr("archgen.checking.types.find_tool", lambda name: broken)
    layer, (finding,) = type_findings(project)
    assert not layer.run and finding.severity == "error" and "unknown option" in finding.message


def proof(*resources: Resource, stack: str = "prod") -> Proof:
    counts = {each.type: 1 for each in resources}
    return Proof(stack=stack, phase="live", resources=resources, counts=counts, findings=(), settings_to_fill=())


def scanner(folder: pathlib.Path, failed: Sequence[str]) -> Scanner:
    """A Checkov that fails each check of `failed` for `aws_s3_bucket.lake`."""
    rows = [{"check_id": id, "check_name": "replicated", "resource": "aws_s3_bucket.lake"} for id in failed]
    report = {"summary": {"passed": 4}, "results": {"failed_checks": rows}}
    return Scanner(executable=tool(folder, "checkov", f"print({json.dumps(json.dumps(report))})"))


def accept(project: Project, *entries: tuple[str, str]) -> None:
    folder = project.root.parent / ".archgen"
    folder.mkdir(exist_ok=True)
    rows = [f"- {{rule: {rule}, resource: {name}, reason: decision 0007}}" for rule, name in entries]
    (folder / "acknowledged.yaml").write_text("\n".join(rows))


BUCKET = resource("lake", "aws:s3/bucket:Bucket", "lake")


def test_an_accepted_failure_is_a_note_with_its_reason_and_counted(project: Project, tmp_path: pathlib.Path) -> None:
    lake = Resource(**{**vars(BUCKET), "urn": "urn:pulumi:prod::own::aws:s3/bucket:Bucket::lake"})
    accept(project, ("CKV_AWS_144", "lake"))
    layer, findings = scan_findings(project, [proof(lake)], scanner(tmp_path, ["CKV_AWS_144", "CKV_AWS_18"]))
    assert {(finding.rule, finding.severity) for finding in findings} == {
        ("CKV_AWS_144", "note"),
        ("CKV_AWS_18", "error"),
    }
    assert "decision 0007" in next(finding.message for finding in findings if finding.severity == "note")
    assert "4 passed, 1 failed, 1 accepted" in layer.said


def test_an_entry_for_what_does_not_fail_any_more_is_a_warning(project: Project, tmp_path: pathlib.Path) -> None:
    accept(project, ("CKV_AWS_144", "elsewhere"))
    _, findings = scan_findings(project, [proof(BUCKET)], scanner(tmp_path, []))
    assert [(finding.rule, finding.severity) for finding in findings] == [("unused-entry", "warning")]


def test_a_list_of_exceptions_stays_short(project: Project, tmp_path: pathlib.Path) -> None:
    accept(project, *(("CKV_AWS_144", f"b{number}") for number in range(MOST_ACCEPTED + 1)))
    _, findings = scan_findings(project, [proof(BUCKET)], scanner(tmp_path, []))
    assert "too-many-accepted" in {finding.rule for finding in findings if finding.severity == "error"}


@pytest.mark.parametrize("case", sorted(file.parent.name for file in EXAMPLES.glob("*/acknowledged.yaml")))
def test_what_an_example_accepts_is_short_and_has_reasons(project: Project, case: str) -> None:
    folder = project.root.parent / ".archgen"
    folder.mkdir()
    (folder / "acknowledged.yaml").write_bytes((EXAMPLES / case / "acknowledged.yaml").read_bytes())
    entries = acknowledgements(project)
    assert 0 < len(entries) <= MOST_ACCEPTED
    assert len({(entry.rule, entry.resource) for entry in entries}) == len(entries)


def test_a_wildcard_is_refused(project: Project, tmp_path: pathlib.Path) -> None:
    accept(project, ("CKV_AWS_144", "'*'"))
    with pytest.raises(WrongUse, match="wildcard"):
        scan_findings(project, [proof(BUCKET)], scanner(tmp_path, []))


def test_the_stack_with_most_resources_is_scanned(project: Project, tmp_path: pathlib.Path) -> None:
    key = resource("k", "aws:kms/key:Key", "k")
    proofs = [proof(BUCKET, key, stack="prod"), proof(BUCKET, key, stack="staging"), proof(BUCKET, stack="dev")]
    layer, _ = scan_findings(project, proofs, scanner(tmp_path, []))
    assert "stack prod" in layer.said


# A stand-in for the Pulumi CLI: it notes how it was called and answers a preview with a digest, as `--json` prints it.
PULUMI = """\
log = pathlib.Path({log!r})
seen = {{"arguments": sys.argv[1:], "backend": os.environ["PULUMI_BACKEND_URL"], "folder": os.getcwd(),
         "project": pathlib.Path("Pulumi.yaml").read_text(), "stack": pathlib.Path("Pulumi.dev.yaml").read_text()}}
log.write_text(json.dumps([*(json.loads(log.read_text()) if log.exists() else []), seen]))
if sys.argv[1] == "preview":
    print({digest!r})
    sys.exit({status})
"""


def pulumi(folder: pathlib.Path, digest: object, status: int = 0) -> pathlib.Path:
    body = PULUMI.format(log=str(folder / "log"), digest=json.dumps(digest), status=status)
    return tool(folder, "pulumi", body)


def steps(project: Project) -> list[dict[str, str]]:
    """What Pulumi would say of the same program, its own bookkeeping included."""
    stack = "urn:pulumi:dev::own::"
    own = [f"{stack}pulumi:pulumi:Stack::own-dev", f"{stack}pulumi:providers:aws::default_7_51_1"]
    urns = [each.urn for each in record(project, "dev", "live", "preview").resources]
    return [{"op": "create", "urn": urn} for urn in [*own, *urns]]


def test_a_preview_that_agrees_with_the_recording_has_no_finding(project: Project, tmp_path: pathlib.Path) -> None:
    layer, findings = preview_findings(project, pulumi(tmp_path, {"steps": steps(project)}))
    assert not findings and layer.run and "1 resources" in layer.said
    init, preview = json.loads((tmp_path / "log").read_text())
    assert init["arguments"][:3] == ["stack", "init", "dev"]
    assert preview["arguments"][:4] == ["preview", "--stack", "dev", "--json"]
    assert "--non-interactive" in preview["arguments"]
    assert preview["backend"].startswith("file://"), "a state of its own, never the caller's"
    assert not pathlib.Path(preview["folder"]).is_relative_to(tmp_path), "the caller's folder is not written to"
    assert "virtualenv" not in preview["project"], "the project's own environment may not have been made"
    assert "aws:region" in preview["stack"] and "own:password" in preview["stack"], (
        "what only the reader knows: samples"
    )


def test_a_resource_that_only_one_of_both_has_is_found(project: Project, tmp_path: pathlib.Path) -> None:
    made = [*steps(project)[:-1], {"op": "create", "urn": "urn:pulumi:dev::own::aws:s3/bucket:Bucket::more"}]
    _, findings = preview_findings(project, pulumi(tmp_path, {"steps": made}))
    said = sorted(finding.message.partition(" (")[0] for finding in findings)
    assert said == ["stack dev: Pulumi alone has it: more", "stack dev: the offline engine alone has it: own"]


def test_what_a_provider_says_is_the_finding(project: Project, tmp_path: pathlib.Path) -> None:
    # Without credentials a provider refuses to be configured: that is said as it says it, never hidden.
    refusal = {"severity": "error", "message": "No valid credential sources found", "urn": "urn:x"}
    _, findings = preview_findings(project, pulumi(tmp_path, {"diagnostics": [refusal]}, status=255))
    (finding,) = findings
    assert "No valid credential sources found" in finding.message and finding.severity == "error"


def test_a_preview_that_says_nothing_is_a_finding(project: Project, tmp_path: pathlib.Path) -> None:
    broken = tool(tmp_path, "pulumi", "sys.exit('error: plugin not found') if sys.argv[1] == 'preview' else None")
    _, (finding,) = preview_findings(project, broken)
    assert "plugin not found" in finding.message


def test_asking_for_a_tool_that_is_not_there_is_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    monkeypatch.delenv("ARCHGEN_CHECKOV", raising=False)
    for flag in ("scan", "pulumi"):
        with pytest.raises(WrongUse) as raised:
            chosen_layers(**{flag: True})
        assert raised.value.exit_status == 2 and raised.value.problems[0].hint
