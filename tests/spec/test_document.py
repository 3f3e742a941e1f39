from __future__ import annotations

import pytest

from archgen.errors import SpecError
from archgen.spec.document import DEEPEST, LARGEST_FILE, MOST_VALUES, read_document
from tests.spec.cases import place_of

TEXT = """\
# a comment
name: payments
flow: {list: [1, 2.5, yes, no, true], "quoted": '7'}
empty:
block:
  - first: 0x1F
  - {second: ~}
"""


def only_problem(text: str) -> tuple[str, int | None, int | None]:
    """Id and place of the one thing that is wrong with `text` as YAML."""
    try:
        problems = read_document(text, "f.yaml").problems
    except SpecError as error:
        problems = error.problems
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0].id, problems[0].line, problems[0].column


def test_scalars_follow_the_core_schema_of_yaml_1_2() -> None:
    assert read_document(TEXT, "f").values == {
        "name": "payments",
        "flow": {"list": [1, 2.5, "yes", "no", True], "quoted": "7"},
        "empty": None,
        "block": [{"first": 31}, {"second": None}],
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-12", -12),
        ("0o17", 15),
        ("017", 17),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("12:30", "12:30"),
        ("2026-11-23", "2026-11-23"),
        ("1_000", "1_000"),
        ("on", "on"),
        ("FALSE", False),
    ],
)
def test_a_plain_scalar_is_what_the_core_schema_says(text: str, value: object) -> None:
    read = read_document(f"a: {text}", "f").values["a"]
    assert (type(read), read) == (type(value), value)


def test_keys_and_values_know_their_places() -> None:
    document = read_document(TEXT, "f")
    mark = document.marks["flow", "list", 1]
    assert (mark.value.line, mark.value.column) == place_of(TEXT, "2.5")
    second = document.marks["block", 1, "second"]
    assert (second.key.line, second.key.column) == place_of(TEXT, "second")
    assert (second.value.line, second.value.column) == place_of(TEXT, "~")


def test_a_place_that_is_not_in_the_file_is_the_key_that_would_hold_it() -> None:
    place = read_document(TEXT, "f").place(("flow", "missing"))
    assert (place.line, place.column) == place_of(TEXT, "flow")


@pytest.mark.parametrize(
    ("id", "text", "marker"),
    [
        ("yaml-syntax", "a: {b: 1\nc: 2", ": 2"),
        ("yaml-syntax", 'a: "b', None),
        ("yaml-syntax", "a: 1\n\tb: 2", "\t"),
        ("control-character", "a: 1\nb: x\0y", "\0"),
        ("control-character", "a: \x1b[31mred", "\x1b"),
        ("control-character", "a: 1 # \u202e comment", "\u202e"),
        ("yaml-anchor", "a: &here 1", "&here"),
        ("yaml-tag", "a: 1\nb: !!python/object:os.system x", "!!python"),
        ("yaml-tag", "!key a: 1", "!key"),
        ("yaml-directive", "%YAML 1.1\n---\na: yes", None),
        ("wrong-key", "a: 1\n? [b, c]\n: 2", "[b"),
        ("second-document", "a: 1\n---\nb: 2", "---"),
        ("empty-file", "", None),
        ("empty-file", "# only a comment\n", None),
        ("empty-file", "---\n", None),
        ("not-a-mapping", "- a\n- b", "- a"),
        ("not-a-mapping", "just words", "just"),
        ("nested-too-deeply", "a: " + "[" * (DEEPEST + 50), None),
        ("too-many-values", "a: [" + "1, " * MOST_VALUES + "1]", None),
        ("file-too-large", "a: " + "x" * LARGEST_FILE, None),
    ],
)
def test_what_is_no_readable_yaml_is_refused_at_its_place(id: str, text: str, marker: str | None) -> None:
    found, line, column = only_problem(text)
    assert found == id
    if marker:
        assert (line, column) == place_of(text, marker)


def test_an_alias_is_refused_and_never_expanded() -> None:
    text = "a: &bomb [x, x]\nb: [*bomb, *bomb]"
    problems = read_document(text, "f").problems
    assert [problem.id for problem in problems] == ["yaml-anchor", "yaml-alias", "yaml-alias"]
    assert (problems[1].line, problems[1].column) == place_of(text, "*bomb,")


def test_every_duplicate_key_is_found_and_names_the_first() -> None:
    text = "a: 1\nb: {c: 1, c: 2, c: 3}\na : 4"
    document = read_document(text, "f")
    assert [(problem.id, problem.path) for problem in document.problems] == [
        ("duplicate-key", "b.c"),
        ("duplicate-key", "b.c"),
        ("duplicate-key", "a"),
    ]
    last = document.problems[-1]
    assert (last.line, last.column) == place_of(text, "a : 4")
    assert [(place.line, place.column) for place in last.related] == [(1, 1)]
    assert document.values == {"a": 1, "b": {"c": 1}}


def test_a_byte_order_mark_is_no_content() -> None:
    assert read_document("\ufeffa: 1", "f").values == {"a": 1}


def test_a_number_of_thousands_of_digits_stays_a_text() -> None:
    assert read_document("a: " + "9" * 10_000, "f").values == {"a": "9" * 10_000}
