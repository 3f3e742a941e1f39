"""URNs of what holds data: what changes is found, an alias or an acknowledgement settles it, and nothing else does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from archgen.bundle import Artifact, Bundle, add, write
from archgen.documents.stateful import accepted_now
from archgen.engine import Resource
from archgen.errors import WrongUse
from archgen.proof import Evidence, Finding, Proof
from archgen.proof.rules.stateful_urn import StatefulUrn
from archgen.proof.stateful import STATEFUL_FILE, accepted, written
from tests.proof.recordings import evidence, resource

STREAM = "aws:kinesis/stream:Stream"
OLD, NEW = (f"urn:pulumi:dev::own::own:index:Store${STREAM}::{name}" for name in ("events", "transactions"))


def _stream(urn: str, *aliases: str) -> Resource:
    made = resource(urn.rpartition("::")[2], STREAM, "store")
    return dataclasses.replace(made, urn=urn, aliases=aliases)


def _evidence(folder: Path, *resources: Resource) -> Evidence:
    (folder / ".archgen").mkdir()
    (folder / STATEFUL_FILE).write_bytes(written({"dev": {"live": [OLD]}}))
    bare = evidence(*resources)
    return dataclasses.replace(bare, project=dataclasses.replace(bare.project, root=folder / "infra"))


def _proof(findings: tuple[Finding, ...], *resources: Resource) -> Proof:
    return Proof(stack="dev", phase="live", resources=resources, counts={}, findings=findings, settings_to_fill=())


def test_a_renamed_stream_is_found_with_its_old_and_its_new_urn(tmp_path: Path) -> None:
    (found,) = StatefulUrn().check(_evidence(tmp_path, _stream(NEW)))
    assert (found.resource, found.file, found.line) == (OLD, "component.py", 1)
    assert NEW in found.message
    assert "aliases=" in found.message


def test_a_stream_that_is_gone_is_found(tmp_path: Path) -> None:
    (found,) = StatefulUrn().check(_evidence(tmp_path))
    assert found.resource == OLD
    assert "is gone" in found.message


@pytest.mark.parametrize("streams", [[_stream(OLD)], [_stream(NEW, OLD)], [_stream(OLD), _stream(NEW)]])
def test_what_keeps_its_urn_has_an_alias_or_is_new_is_no_finding(tmp_path: Path, streams: list[Resource]) -> None:
    assert list(StatefulUrn().check(_evidence(tmp_path, *streams))) == []


def test_writing_down_does_not_accept_a_loss_that_nobody_settled(tmp_path: Path) -> None:
    recorded = _evidence(tmp_path, _stream(NEW))
    open_findings = tuple(StatefulUrn().check(recorded))
    before = accepted(recorded.project)
    kept = accepted_now(before, [_proof(open_findings, _stream(NEW))]).decode()
    assert OLD in kept
    assert NEW in kept
    noted = tuple(dataclasses.replace(each, severity="note") for each in open_findings)
    for settled in (
        accepted_now(before, [_proof(noted, _stream(NEW))]),
        accepted_now(before, [_proof((), _stream(NEW, OLD))]),
    ):
        assert OLD not in settled.decode()


def test_a_run_that_broke_off_changes_nothing(tmp_path: Path) -> None:
    before = accepted(_evidence(tmp_path).project)
    crash = Finding(rule="crash", severity="error", message="KeyError")
    assert accepted_now(before, [_proof((crash,))]) == written(before)


def test_generating_again_leaves_the_file_alone(tmp_path: Path) -> None:
    bundle = Bundle(
        spec_hash="s", parts=frozenset({"infra"}), artifacts=(Artifact(path="infra/a.py", content=b"a = 1\n"),)
    )
    write(bundle, tmp_path)
    add(tmp_path, Artifact(path=STATEFUL_FILE, content=written({"dev": {"live": [OLD]}})), lasting=True)
    assert write(bundle, tmp_path).removed == ()
    assert OLD in (tmp_path / STATEFUL_FILE).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["[1", "- a\n", "dev: {live: [events]}\n", "dev: [a]\n"])
def test_a_file_that_is_not_of_its_shape_is_refused(tmp_path: Path, text: str) -> None:
    recorded = _evidence(tmp_path)
    (tmp_path / STATEFUL_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse):
        accepted(recorded.project)
