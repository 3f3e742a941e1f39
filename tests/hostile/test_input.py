"""Broken and hostile files through the command line: status 2, the place, no traceback, and nothing lost."""

from __future__ import annotations

import os
import pathlib
import re
import resource
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner, Result

from archgen.cli import main
from archgen.spec.document import DEEPEST, LARGEST_FILE, MOST_VALUES
from tests.hostile.payloads import REFUSED
from tests.specs import ROOT, path

SPEC = path("fraud-slice").read_text(encoding="utf-8")
LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{other}'] * 9)}]\n" for other, one in zip("abcdefgh", "bcdefghi", strict=True)
)
FOREIGN = {"README.md": "theirs", ".git/HEAD": "ref: refs/heads/main\n", "infra/notes.txt": "keep"}


def changed(old: str, new: str) -> str:
    assert SPEC.count(old) >= 1, old
    return SPEC.replace(old, new, 1)


def place(text: str, marker: str) -> str:
    """Line and column, from 1, of the first `marker` in the text."""
    before = text[: text.index(marker)]
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """An output folder with a repository and files of somebody else."""
    for name, text in FOREIGN.items():
        (tmp_path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / name).write_text(text)
    return tmp_path / "out"


def contents(folder: pathlib.Path) -> dict[str, str]:
    return {one.relative_to(folder).as_posix(): one.read_text() for one in folder.rglob("*") if one.is_file()}


def generate(spec: pathlib.Path, folder: pathlib.Path, only: str = "infra") -> Result:
    return CliRunner().invoke(main, ["generate", str(spec), "-o", str(folder), "--only", only])


def refused(content: bytes | str, folder: pathlib.Path, words: str, where: str | None = None) -> str:
    """What the command says to a file that it has to refuse, with everything else that must hold then."""
    spec = folder.parent / "spec.yaml"
    spec.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    began = time.process_time()
    result = generate(spec, folder)
    assert time.process_time() - began < 2
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert words in result.stderr, result.stderr
    if where:
        assert f"{spec}:{where}: " in result.stderr, result.stderr
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", result.stderr)
    assert contents(folder) == FOREIGN
    return result.stderr


DUPLICATE = changed("archgen: 1\n", "archgen: 1\narchgen: 1\n")
TAB = changed("\n  statement:", "\n\tstatement:")
ANCHOR = changed("title: Real", "title: &t Real")
TAG = changed("title: Real", "title: !!python/object/apply:os.system Real")
MERGE = changed("archgen: 1\n", "archgen: 1\n<<: {title: other}\n")


@pytest.mark.parametrize(
    ("text", "words", "where"),
    [
        pytest.param(DUPLICATE, "a second time", "2:1", id="duplicate-key"),
        pytest.param(TAB, "no YAML", place(TAB, "\tstatement"), id="tab"),
        pytest.param(ANCHOR, "the anchor 't'", place(ANCHOR, "&t"), id="anchor"),
        pytest.param(LAUGHS, "the alias 'a' refers elsewhere", "2:8", id="billion-laughs"),
        pytest.param("a: &a [*a]\n", "the alias 'a'", "1:8", id="endless-alias"),
        pytest.param(MERGE, "'<<' is no field here", "2:1", id="merge-key"),
        pytest.param(TAG, "is not allowed", place(TAG, "!!python"), id="tag"),
        pytest.param("- archgen: 1\n", "no mapping", "1:1", id="list-for-a-root"),
        pytest.param("archgen\n", "no mapping", "1:1", id="text-for-a-root"),
        pytest.param("7\n", "no mapping", "1:1", id="number-for-a-root"),
        pytest.param("", "the file is empty", "1:1", id="empty"),
        pytest.param("\n# nothing\n", "the file is empty", None, id="only-a-comment"),
        pytest.param("---\n...\n", "the file is empty", None, id="empty-document"),
        pytest.param(SPEC + "---\n" + SPEC, "second document", None, id="two-documents"),
        pytest.param(SPEC.encode("utf-16"), "no UTF-8", "1:1", id="utf-16"),
        pytest.param(SPEC.encode().replace(b"Risk", b"R\xffsk"), "byte 0xFF", "4:16", id="latin-1"),
        pytest.param(SPEC.encode().replace(b"Risk", b"\xed\xa0\x80"), "no UTF-8", "4:15", id="surrogate-bytes"),
        pytest.param(changed("Risk", "R\0sk"), "U+0000", "4:16", id="nul"),
        pytest.param(changed("Risk", "R\x1b[2Jsk"), "U+001B", "4:16", id="escape-sequence"),
        pytest.param(changed("Risk", "R\u202esk"), "U+202E", "4:16", id="right-to-left-override"),
        pytest.param("# \u2066comment\n" + SPEC, "U+2066", "1:3", id="bidirectional-comment"),
        pytest.param("a: " + "[" * 100_000, "nested too deeply", f"1:{4 + DEEPEST}", id="nesting"),
        pytest.param("{" * 100_000, "", None, id="nested-keys"),
        pytest.param("? " * 50_000, "", None, id="nested-complex-keys"),
        pytest.param("a: 'open", "no YAML", None, id="open-quote"),
        pytest.param("sources:\n" + "- {id: a}\n" * 10_000, f"at most {MOST_VALUES}", None, id="10000-short-sources"),
        pytest.param(
            "sources:\n" + "".join(f"- {{id: source-{n}, system: kafka, delivery: cdc}}\n" for n in range(10_000)),
            f"at most {LARGEST_FILE} bytes",
            None,
            id="10000-sources",
        ),
        pytest.param(b"\x80" * 300_000, f"at most {LARGEST_FILE} bytes", None, id="large-binary"),
    ],
)
def test_a_file_that_is_no_spec(text: bytes | str, words: str, where: str | None, folder: pathlib.Path) -> None:
    refused(text, folder, words, where)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("archgen: 1\n", f"archgen: {'9' * 5000}\n"),
        ("archgen: 1\n", "archgen: 1e999\n"),
        ("archgen: 1\n", "archgen: true\n"),
        ("peak: 10000/s", "peak: 0/s"),
        ("peak: 10000/s", "peak: -1/s"),
        ("peak: 10000/s", f"peak: {'9' * 400}/s"),
        ("peak: 10000/s", "peak: 1e300/s"),
        ("peak: 10000/s", "peak: .inf"),
        ("peak: 10000/s", "peak: .nan"),
        ("peak: 10000/s", f"peak: {'9' * 4400}"),
        ("p99: 100 ms", "p99: 0 ms"),
        ("p99: 100 ms", "p99: -5 ms"),
        ("reads: 3", "reads: -3"),
        ("reads: 3", f"reads: {'9' * 299}"),
        ("reads: 3", f"reads: 0x{'f' * 290}"),
        ("record: 1 KB", "record: 0 KB"),
        ("growth: 20%/year", "growth: -100%/year"),
        ("availability: 99.95%", "availability: 100%"),
        ("region: eu-west-1", "region: ../../etc"),
        ("name: payments-fraud", "name: ../payments"),
        ("name: payments-fraud", "name: /etc/passwd"),
        ("name: payments-fraud", "name: a/b"),
        ("name: payments-fraud", f"name: {'a' * 32}"),
        ("id: authorisations", "id: ../authorisations"),
        ("id: authorisations", "id: /authorisations"),
        ("id: authorisations", "id: C:\\authorisations"),
        ("id: authorisations", "id: .archgen"),
        ("id: authorisations", "id: Authorisations"),
        ("id: authorisations", "id: auth_orisations"),
        ("id: authorisations", "id: import"),
        ("id: authorisations", "id: match"),
        ("id: authorisations", "id: print"),
        ("id: authorisations", "id: pulumi"),
        ("id: authorisations", "id: config"),
        ("id: authorisations", "id: payments-gateway"),
        ("id: authorisations", "id: paymentsgateway"),
        ("id: authorisations", "id: payment-s-gateway"),
        ("id: authorisations", "id: events"),
        ("id: authorisations", "id: network"),
        ("id: authorisations", "id: eventlake"),
        ("id: authorisations", "id: {a: b}"),
        ("id: authorisations", "id:"),
    ],
)
def test_a_value_that_no_spec_may_have_is_refused_where_it_stands(old: str, new: str, folder: pathlib.Path) -> None:
    text = changed(old, new)
    said = refused(text, folder, "")
    line = text[: text.index(new)].count("\n") + 1
    consumers = [number for number, one in enumerate(text.splitlines(), start=1) if "id: payments-gateway" in one]
    assert any(f"spec.yaml:{at}:" in said for at in (line, *(consumers if "gateway" in new else ()))), said
    assert "is empty" not in said, "the list has an item, which is wrong"


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: ascii(text)[:40])
def test_a_text_that_lies_or_breaks_formats_is_refused(text: str, folder: pathlib.Path) -> None:
    escaped = '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'
    refused(changed("title: Real-time card fraud detection", f"title: {escaped}"), folder, "title", "3:8")
    refused(changed("Risk Platform", escaped), folder, "owner.team", "4:15")


LIMITED = """
import atexit, resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (2 * 10**9, 2 * 10**9))
sys.argv = ["archgen", *sys.argv[1:]]
# Not `ru_maxrss`: it begins at what the forking process held, SDKs of other tests included.
status = open("/proc/self/status")
atexit.register(lambda: sys.stderr.write(next(line for line in status if line.startswith("VmHWM"))))
from archgen.cli import main
main()
"""


def run(*arguments: str | pathlib.Path, program: str = LIMITED) -> tuple[int, str, float, float]:
    """Exit status, error output, seconds of processor time and peak megabytes of a process of its own.

    The peak is 0 of a program that does not tell it.
    """
    before = os.times()
    process = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    after = os.times()
    seconds = after.children_user - before.children_user + after.children_system - before.children_system
    said, _, peak = process.stderr.partition("VmHWM:")
    return process.returncode, said, seconds, int(peak.split()[0]) / 1024 if peak else 0.0


@pytest.mark.parametrize(
    "content",
    [SPEC.encode() + b"# " + b"x" * 50_000_000, b"[" * 50_000_000, b"\0" * 50_000_000, LAUGHS.encode() * 20],
    ids=["comment", "brackets", "zeros", "laughs"],
)
def test_a_large_file_costs_neither_time_nor_memory(content: bytes, folder: pathlib.Path) -> None:
    spec = folder.parent / "spec.yaml"
    spec.write_bytes(content)
    status, said, seconds, megabytes = run("generate", spec, "-o", folder)
    assert (status, "Traceback" in said) == (2, False), said[-500:]
    assert str(spec) in said
    assert seconds < 4 and megabytes < 300
    assert contents(folder) == FOREIGN


@pytest.mark.parametrize(
    ("many", "id"),
    [
        # Each has a line to show: the file was once read again for every one of them.
        ("\n".join(["name: again  # and again, with a comment"] * 2_500), "duplicate-key"),
        # Each was once compared with every assumption that there is.
        ("assumptions:\n" + "\n".join(f"  scoring_headroom{at}: 1" for at in range(2_000)), "unknown-assumption"),
        ("\n".join(f"objective{at}: 1" for at in range(2_000)), "unknown-field"),
        ("budget: {" + ", ".join(f"k{at}: 5 parsecs" for at in range(2_000)) + "}", "unknown-field"),
    ],
    ids=["duplicates", "assumptions", "fields", "one-line"],
)
def test_thousands_of_problems_are_all_said_and_take_no_time(many: str, id: str, folder: pathlib.Path) -> None:
    spec = folder.parent / "spec.yaml"
    kept = [line for line in SPEC.splitlines() if not line.startswith(("assumptions:", "budget:"))]
    spec.write_text("\n".join([*kept, many, ""]))
    status, said, seconds, megabytes = run("validate", spec)
    assert (status, "Traceback" in said) == (2, False), said[-500:]
    assert said.count(f"[{id}]") >= 2_000
    assert seconds < 2 and megabytes < 300


@pytest.mark.skipif(not pathlib.Path("/dev/zero").exists(), reason="there is no endless file here")
def test_an_endless_file_is_not_read_to_its_end(folder: pathlib.Path) -> None:
    result = generate(pathlib.Path("/dev/zero"), folder)
    assert result.exit_code == 2 and f"at most {LARGEST_FILE} bytes" in result.stderr


def test_a_folder_or_nothing_where_the_spec_should_be(folder: pathlib.Path) -> None:
    for spec in (folder, folder / "none.yaml"):
        result = generate(spec, folder)
        assert result.exit_code == 2 and str(spec) in result.stderr
    assert contents(folder) == FOREIGN


@pytest.mark.parametrize("link", ["infra", "infra/__main__.py", ".archgen", ".archgen/lock.json", "docs"])
def test_a_symbolic_link_in_the_output_folder_is_not_followed(link: str, folder: pathlib.Path) -> None:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "lock.json").write_text('{"files": {"victim": "0"}}')
    before = contents(outside)
    if link == "infra":
        (folder / "infra/notes.txt").rename(folder / "notes.txt")
        (folder / "infra").rmdir()
    (folder / link).parent.mkdir(exist_ok=True)
    (folder / link).symlink_to(outside / "lock.json" if "." in pathlib.PurePath(link).name[1:] else outside)
    result = generate(path("fraud-slice"), folder, "docs" if link == "docs" else "infra")
    assert result.exit_code == 2 and "a symbolic link stands where archgen writes" in result.stderr
    assert contents(outside) == before
    assert (folder / "README.md").read_text() == "theirs"


@pytest.mark.parametrize("blocked", ["infra", "docs", ".archgen"])
def test_a_file_where_a_folder_has_to_be(blocked: str, tmp_path: pathlib.Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / blocked).write_text("theirs")
    result = generate(path("fraud-slice"), out, "docs" if blocked == "docs" else "infra")
    assert result.exit_code == 2 and "a file stands where archgen writes" in result.stderr
    assert contents(out) == {blocked: "theirs"}


def test_a_file_for_an_output_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "out").write_text("theirs")
    result = generate(path("fraud-slice"), tmp_path / "out")
    assert result.exit_code == 2 and str(tmp_path / "out") in result.stderr
    assert (tmp_path / "out").read_text() == "theirs"


@pytest.mark.skipif(not pathlib.Path("/sys/kernel").exists(), reason="there is no read-only file system to try")
def test_a_read_only_file_system_ends_2() -> None:
    result = generate(path("fraud-slice"), pathlib.Path("/sys/kernel/archgen-out"))
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 2 and "/sys/kernel/archgen-out" in result.stderr


FULL = """
import resource, sys
sys.argv = ["archgen", *sys.argv[1:]]
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
from archgen.cli import main
main()
"""


def test_a_disk_that_takes_no_more_ends_2_and_leaves_nothing(folder: pathlib.Path) -> None:
    """A limit on the size of a file stands for a full disk: the write fails in the middle of staging."""
    assert resource.RLIMIT_FSIZE
    status, said, _, _ = run("generate", path("fraud-slice"), "-o", folder, "--only", "infra", program=FULL)
    assert (status, "Traceback" in said) == (2, False), said[-500:]
    assert "File too large" in said and str(folder) in said
    assert contents(folder) == FOREIGN
    (folder / "README.md").unlink()
    (folder / "infra/notes.txt").unlink()
    assert generate(path("fraud-slice"), folder).exit_code == 0
