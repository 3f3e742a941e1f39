from __future__ import annotations

import pathlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archgen.errors import SpecError
from archgen.spec import load, parse
from tests.spec.cases import CASES, FRAUD, changed, place_of, problems_of

MIB = 1024 * 1024


def test_all_that_is_wrong_is_said_at_once_from_top_to_bottom() -> None:
    text = changed(
        FRAUD,
        ("archgen: 1\n", "archgen: 1\narchgen: 1\n"),
        ("data: tabular", "data: tabulr"),
        ("average: 3500/s", "average: 20000/s"),
        ("payload: 2 KB", "payload: 2 KB\n  colour: red"),
        ("system: oracle, ", ""),
        ("id: case-management", "id: chargebacks"),
        ("residency: [eu]", "residency: &eu [eu]"),
        ("monthly: 85000 USD", "monthly: !usd 85000"),
    )
    problems = problems_of(text)
    assert [problem.id for problem in problems] == [
        "duplicate-key",
        "unknown-word",
        "average-above-peak",
        "unknown-field",
        "missing-field",
        "duplicate-id",
        "yaml-anchor",
        "yaml-tag",
        "wrong-unit",
    ]
    assert [problem.line for problem in problems] == sorted(problem.line or 0 for problem in problems)


def test_an_alias_is_not_also_called_a_wrong_type() -> None:
    text = changed(FRAUD, ("- {id: payments-gateway, system: rest, pattern: sync}", "- *gateway"))
    text = changed(text, ("platform:\n", "platform: *platform\nteam2:\n"))
    ids = {problem.id for problem in problems_of(text) if (problem.line, problem.column) == place_of(text, "*platform")}
    assert ids == {"yaml-alias"}


def test_a_file_is_named_as_it_was_given(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(changed(FRAUD, ("payload: 2 KB", "payload: two")), encoding="utf-8")
    with pytest.raises(SpecError) as refused:
        load(path)
    (problem,) = refused.value.problems
    assert (problem.file, problem.line, problem.column) == (str(path), 19, 12)


def test_a_byte_order_mark_moves_nothing(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FRAUD.encode())
    assert load(path) == load(CASES / "payments-fraud.yaml")


@pytest.mark.parametrize(
    ("content", "id", "line", "column"),
    [
        (b"archgen: 1\nname: caf\xe9", "not-utf-8", 2, 10),
        ("archgen: 1".encode("utf-16"), "not-utf-8", 1, 1),
        (b"a: " + b"x" * MIB, "file-too-large", None, None),
        (b"archgen: 1\nname: \x00", "control-character", 2, 7),
        (b"", "empty-file", 1, 1),
    ],
)
def test_a_file_that_is_no_text_is_refused(
    tmp_path: pathlib.Path, content: bytes, id: str, line: int | None, column: int | None
) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(content)
    with pytest.raises(SpecError) as refused:
        load(path)
    (problem,) = refused.value.problems
    assert (problem.id, problem.line, problem.column) == (id, line, column)


def test_a_file_that_is_not_there_is_refused(tmp_path: pathlib.Path) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path):
        with pytest.raises(SpecError) as refused:
            load(path)
        assert [problem.id for problem in refused.value.problems] == ["unreadable-file"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 60_000,
        "".join(f"{' ' * depth}a:\n" for depth in range(600)),
        "? " * 100_000,
        "a: &x [1]\n" + "".join(f"b{index}: &b{index} [*x, *x]\n" for index in range(2000)),
        "a: 1\n" * 2400,
        "".join(f"k{index}: 1\n" for index in range(20_000)),
        "problem: {" + "".join(f"tasj{index}: 1, " for index in range(2400)) + "}",
        "sources: [" + "{id: A A}," * 1600 + "]",
        "archgen: " + "9" * 250_000,
        "a: " + "!" * 250_000,
        'a: "' + "\\n" * 120_000 + '"',
        'a: "\\UFFFFFFFF"',
        'name: "\\uD800"',
        "\n" * 250_000,
        "\0",
        "",
        "- a",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_hostile_file_ends_in_problems(text: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse(text, "hostile.yaml")
    assert str(refused.value).encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FRAUD)), st.text(alphabet="[]{}&*!|>'\"%@`:?#-,~ \n\t\\0aé\ud800\u2028", max_size=4))
def test_whatever_is_typed_anywhere_ends_in_a_spec_or_in_problems(position: int, typed: str) -> None:
    text = FRAUD[:position] + typed + FRAUD[position:]
    try:
        assert parse(text, "f").archgen == 1
    except SpecError as error:
        assert error.problems
        assert all(problem.id and problem.message for problem in error.problems)
