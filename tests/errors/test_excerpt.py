"""The caret stands under the place that is meant, whatever stands before it and however narrow the terminal is."""

from __future__ import annotations

import os
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from archgen.errors.excerpt import excerpt, lines_of, place_in, printable


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ("a: 1", 4, "a: 1", "   ^"),
        ("a: 1", 5, "a: 1", "    ^"),
        ("\ta: 1", 2, "    a: 1", "    ^"),
        ("a:\t1", 4, "a:  1", "    ^"),
        ("名前: x", 5, "名前: x", "      ^"),
        ("cafe\u0301: x", 8, "cafe\u0301: x", "      ^"),
        ("a\u202eb: 1", 3, "a\\u202eb: 1", "       ^"),
        ("a: \x1b[2J", 4, "a: \\x1b[2J", "   ^"),
        ("a:\xa01", 3, "a:\\xa01", "  ^"),
    ],
)
def test_the_caret_counts_cells_not_characters(line: str, column: int, shown: str, caret: str) -> None:
    assert excerpt(line, column, 80) == (shown, caret)


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    line = "x" * 300 + "HERE" + "y" * 300
    shown, caret = excerpt(line, 301, 40)
    assert shown.startswith("...") and shown.endswith("...") and cell_len(shown) <= 40
    assert shown[caret.index("^") :].startswith("HERE")


def test_what_is_left_out_at_either_end_is_marked() -> None:
    line = "title: " + "x" * 100
    assert excerpt(line, 1, 40)[0] == "title: " + "x" * 30 + "..."
    shown, caret = excerpt(line, len(line) + 1, 40)
    assert shown.startswith("...") and shown.endswith("x") and len(caret) == len(shown) + 1


def test_a_line_that_fits_is_shown_whole() -> None:
    line = "x" * 39 + "y"
    assert excerpt(line, 40, 40) == (line, " " * 39 + "^")


@given(st.text(st.characters(exclude_characters="\n\r\x85\u2028\u2029"), max_size=200), st.data())
def test_no_line_is_wider_than_the_terminal_or_writes_to_it(line: str, drawn: st.DataObject) -> None:
    column = drawn.draw(st.integers(1, len(line) + 1))
    shown, caret = excerpt(line, column, 60)
    assert cell_len(shown) <= 60 and len(caret) <= 61
    assert shown.isprintable()


def test_what_a_terminal_would_obey_is_written_as_an_escape() -> None:
    assert printable("\x1b[31m\u202e\udc80\u2028é名") == "\\x1b[31m\\u202e\\udc80\\u2028é名"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"])
def test_lines_end_as_the_parser_counts_them(end: str, tmp_path: pathlib.Path) -> None:
    text = f"one{end}two{end}x: three"
    assert place_in(text, text.index("three")) == (3, 4)
    (tmp_path / "file").write_bytes(text.encode())
    assert lines_of(tmp_path / "file")[2] == "x: three"


def test_what_is_no_regular_file_has_no_lines(tmp_path: pathlib.Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbfone\n\xff")
    for path in (tmp_path / "pipe", tmp_path / "none", tmp_path):
        assert list(lines_of(path)) == []
    assert list(lines_of(tmp_path / "file")) == ["one", "\ufffd"]
