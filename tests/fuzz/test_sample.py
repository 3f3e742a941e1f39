"""A sample of wrong specs on each run of the tests; `python benchmarks/fuzz.py` tries as many as you like."""

from __future__ import annotations

import pathlib
import random
import time
from collections import Counter

import pytest

from archgen.errors import ArchgenError, Problem, SpecError, TemplateError
from tests.fuzz import trying
from tests.fuzz.mutating import Drawn, Mutant, mutant, numbered
from tests.fuzz.trying import Depth, Wrong, tried

SEED, SAMPLE = 2026, 400


def test_no_wrong_spec_crashes_hangs_or_misleads(tmp_path: pathlib.Path) -> None:
    reached: Counter[Depth] = Counter()
    for number in range(SAMPLE):
        began = time.process_time()
        deepest = Depth.GENERATED if number % 20 == 0 else Depth.DESIGNED if number % 4 == 0 else Depth.PLANNED
        reached[tried(numbered(SEED, number), tmp_path, deepest)] += 1
        assert time.process_time() - began < 2, number
    # A sample of which nothing is valid, or all, tries one half only.
    assert reached[Depth.REFUSED] > SAMPLE / 2
    assert reached[Depth.PLANNED] > SAMPLE / 10 and reached[Depth.DESIGNED] and reached[Depth.GENERATED]


def test_a_mutant_is_the_same_for_its_number() -> None:
    first, again = ([numbered(1, number).written() for number in range(60)] for _ in range(2))
    assert first == again
    assert len(set(first)) > 50
    assert 0 < sum(numbered(1, number).content is not None for number in range(60)) < 40


def test_a_mutant_is_the_same_for_its_bytes_and_follows_each_of_them() -> None:
    data = random.Random(3).randbytes(64)
    whole = mutant(Drawn(data)).written()
    assert whole == mutant(Drawn(data)).written() == mutant(Drawn(data + b"unused" * 20)).written()
    assert len({mutant(Drawn(data[:at])).written() for at in range(10)}) > 5
    assert mutant(Drawn(b"")).written()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError("rate"), "KeyError: 'rate'"),
        (RecursionError("too deep"), "RecursionError"),
        (TemplateError(Problem(id="wiring", message="nothing fills it")), "a template is blamed"),
        (SpecError(Problem(id="x", message="\x1b[31m", file="f")), "control character"),
        (SpecError(Problem(id="x", message="a\u202eb", file="f")), "control character"),
        (SpecError(Problem(id="x", message="m" * 10_000, file="f")), "10011 characters"),
        (SpecError(Problem(id="x", message="no place")), "names no file"),
        (SpecError(Problem(id="x", message="", file="f")), "says nothing"),
        (SpecError(), "without a problem"),
    ],
)
def test_what_must_not_happen_is_seen(
    error: Exception, said: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(path: pathlib.Path) -> None:
        raise error

    monkeypatch.setattr(trying, "load", failing)
    with pytest.raises(Wrong) as found:
        tried(Mutant(content=b"a: 1"), tmp_path)
    assert said in str(found.value)
    assert not isinstance(found.value, ArchgenError)
