"""What a person wrote survives what archgen writes: the spec, accepted findings, and comments in a shared file."""

from __future__ import annotations

import pathlib

import pytest
from click.testing import CliRunner

from archgen.cli import main
from archgen.proof.acknowledged import ACKNOWLEDGED_FILE
from archgen.proof.stateful import STATEFUL_FILE, written
from tests.specs import path

SPEC = path("fraud-slice").read_bytes()
REMARKED = b"""# ours
rules: []   # nothing yet
"""
STATEFUL = """# ours
prod:   # production
  # agreed with risk
  live:
  - urn:d   # the ledger
  - urn:b   # to go
  - urn:e
dev:
  live: []
# the end
"""


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param(SPEC, id="comments"),
        pytest.param(SPEC.replace(b"\n", b"\r\n"), id="line-ends"),
        pytest.param(b"\xef\xbb\xbf" + SPEC + b"# a last word, no line end", id="byte-order-mark"),
    ],
)
def test_the_spec_in_the_output_is_the_file_byte_for_byte(spec: bytes, tmp_path: pathlib.Path) -> None:
    given, out = tmp_path / "given.yaml", tmp_path / "out"
    given.write_bytes(spec)
    result = CliRunner().invoke(main, ["generate", str(given), "-o", str(out), "--only", "infra"])
    assert result.exit_code == 0, result.output
    assert (out / "spec.yaml").read_bytes() == given.read_bytes() == spec


def test_what_a_person_keeps_in_the_folder_is_not_written_again(tmp_path: pathlib.Path) -> None:
    for name in (ACKNOWLEDGED_FILE.name, pathlib.PurePath(STATEFUL_FILE).name):
        (tmp_path / ".archgen").mkdir(exist_ok=True)
        (tmp_path / ".archgen" / name).write_bytes(REMARKED)
    for _ in range(2):
        arguments = ["generate", str(path("fraud-slice")), "-o", str(tmp_path), "--only", "infra", "--force"]
        assert CliRunner().invoke(main, arguments).exit_code == 0
    for name in (ACKNOWLEDGED_FILE.name, pathlib.PurePath(STATEFUL_FILE).name):
        assert (tmp_path / ".archgen" / name).read_bytes() == REMARKED


def test_comments_and_order_of_the_urns_survive() -> None:
    wanted = {"prod": {"live": ["urn:c", "urn:d", "urn:e"]}, "dev": {"live": []}}
    said = written(wanted, STATEFUL).decode()
    assert said == STATEFUL.replace("  - urn:b   # to go\n", "").replace("  - urn:d ", "  - urn:c\n  - urn:d ")
    same = {"prod": {"live": ["urn:d", "urn:b", "urn:e"]}, "dev": {"live": []}}
    assert written(same, STATEFUL).decode() == STATEFUL


def test_phases_that_share_a_list_are_written_apart() -> None:
    shared = "prod:\n  live: &urns [urn:a]\n  foundation: *urns\n"
    said = written({"prod": {"live": ["urn:a"], "foundation": ["urn:b"]}}, shared)
    assert said == written({"prod": {"live": ["urn:a"], "foundation": ["urn:b"]}})
