"""`archgen init` on a terminal, as a person meets it."""

from __future__ import annotations

import pathlib
import sys

import pytest

from archgen.spec import load
from tests.terminal import INTERRUPT, Seen, typed

PROGRAM = (sys.executable, "-m", "archgen.cli", "init")
ROOT = pathlib.Path(__file__).parents[2]
END = b"\x04"


def asked(folder: pathlib.Path, *dialogue: tuple[str, bytes], options: tuple[str, ...] = ()) -> Seen:
    return typed((*PROGRAM, *options), dialogue, folder, PYTHONPATH=str(ROOT))


def test_an_interview_goes_back_explains_and_refuses_as_a_spec_would(tmp_path: pathlib.Path) -> None:
    seen = asked(
        tmp_path,
        ("to do?", b"fraud-detection\n"),
        ("wait for each answer? [online]", b"<\n"),
        ("to do?", b"churn\n"),
        ("wait for each answer? [batch]", b"<\n"),
        ("to do?", b"fraud-detection\n"),
        ("wait for each answer? [online]", b"\n"),
        ("short name? [fraud-detection]", b"Card Fraud\n"),
        ("for example `card-fraud`", b"card-fraud\n"),
        ("in one sentence?", b"\n"),
        ("shows success?", b"\n"),
        ("today?", b"12 bps\n"),
        ("change?", b"12 bps\n"),
        ("already", b"6 bps\n"),
        ("cloud?", b"aws\n"),
        ("region? [eu-west-1]", b"\n"),
        ("busiest moment?", b"10000\n"),
        ("write the unit", b"?\n"),
        ("Requests at the busiest moment of today. For example 10000/s", b"10000/s\n"),
        ("caller wait?", b"100 ms\n"),
        ("A source", b"authorisations\n"),
        ("system is it?", b"\n"),
        ("deliver?", b"\n"),
        ("requests themselves?", b"\n"),
        ("records at the busiest moment? [10000/s]", b"9000/s\n"),
        ("the peak is 10000/s", b"\n"),
        ("classes of data?", b"pan\n"),
        ("further source?", b"\n"),
        ("A consumer", b"\n"),
        ("system is it?", b"\n"),
        ("get them?", b"\n"),
        ("further consumer?", b"\n"),
        ("to be met?", b"pci-dss, gdpr\n"),
        ("data be kept", b"eu\n"),
        ("Make a network", b"\n"),
        ("own network reached?", b"hub\n"),
        ("month cost?", b"85000 USD\n"),
    )
    assert seen.status == 0, seen.text
    assert "blueprint: realtime_scoring" in seen.text
    spec = load(tmp_path / "spec.yaml")
    assert spec.name == "card-fraud" and spec.problem.task == "fraud-detection"
    assert spec.workload.traffic is not None and spec.workload.traffic.peak == 10_000
    assert [source.id for source in spec.sources] == ["authorisations"]
    assert spec.sources[0].rate == 10_000 and spec.sources[0].data == ("pan",)
    assert spec.governance.frameworks == ("pci-dss", "gdpr")
    assert spec.platform.network.connect == "hub"
    assert (tmp_path / ".archgen" / "spec.schema.json").is_file()


@pytest.mark.parametrize(
    ("keys", "status", "said"),
    [(b"q\n", 2, "nothing was written"), (END, 2, "nothing was written"), (INTERRUPT, 130, "nothing was written")],
    ids=["quit", "end of input", "ctrl-c"],
)
def test_nothing_is_written_by_an_interview_that_does_not_end(
    tmp_path: pathlib.Path, keys: bytes, status: int, said: str
) -> None:
    seen = asked(tmp_path, ("to do?", b"churn\n"), ("wait for each answer?", keys))
    assert seen.status == status, seen.text
    assert said in seen.text and "Traceback" not in seen.text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("reply", [b"\n", b"n\n"])
def test_a_file_that_is_there_is_asked_about_and_kept(tmp_path: pathlib.Path, reply: bytes) -> None:
    (tmp_path / "spec.yaml").write_text("mine")
    seen = asked(tmp_path, ("Overwrite it? (y/N)", reply))
    assert seen.status == 2 and "--force" in seen.text
    assert (tmp_path / "spec.yaml").read_text() == "mine"


def test_what_options_answer_is_not_asked(tmp_path: pathlib.Path) -> None:
    options = ("--blueprint", "realtime_scoring", "--cloud", "gcp", "--peak", "50/s", "--p99", "200 ms")
    options += ("--source", "id=orders,system=postgres,delivery=daily,data=pii", "--consumer")
    options += (
        "id=shop,system=rest,pattern=sync",
        "--framework",
        "gdpr",
        "--residency",
        "eu",
        "--name",
        "orders-fraud",
    )
    options += ("--statement", "Less fraud", "--kpi", "metric=fraud-loss,target=6 bps", "--network", "create")
    seen = asked(
        tmp_path,
        ("region? [europe-west1]", b"europe-west4\n"),
        ("own network reached?", b"\n"),
        ("month cost?", b"\n"),
        options=options,
    )
    assert seen.status == 0, seen.text
    spec = load(tmp_path / "spec.yaml")
    assert spec.platform.region == "europe-west4" and spec.budget is None
