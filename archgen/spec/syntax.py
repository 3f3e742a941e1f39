"""What the YAML parser says of a file that it cannot read -> a problem in the words of a person who wrote it.

The parser reports where it gave up, which is seldom where the mistake is: an open quote is noticed at the end of the
file, a missing colon on the line after.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import ScalarEvent

from archgen.errors import Problem

_UNKNOWN_HINT = "check the indentation and the quotes on this line and the one before"


@dataclass(frozen=True)
class _Said:
    message: str
    hint: str
    mark: Any


def syntax_problem(error: MarkedYAMLError, latest: Any, text: str, file: str) -> Problem:
    """The problem of a file that is no YAML; `latest` is the last event that could be read of it, None if none."""
    said = _quote(error, latest) or _said(error, text)
    line, column = (said.mark.line + 1, said.mark.column + 1) if said.mark else (None, None)
    message = f"the file is no YAML: {said.message}"
    return Problem(id="yaml-syntax", message=message, hint=said.hint, file=file, line=line, column=column)


def _quote(error: MarkedYAMLError, latest: Any) -> _Said | None:
    """A quote that is left open ends at the next one, lines below, and what follows makes no sense."""
    if "found unexpected end of stream" in str(error.problem) and error.context_mark:
        return _Said("the quote that opens here is never closed", "close it on the same line", error.context_mark)
    if not isinstance(latest, ScalarEvent) or latest.style not in ("'", '"'):
        return None
    if latest.end_mark.line > latest.start_mark.line:
        message = f"the quote that opens here ends only on line {latest.end_mark.line + 1}, and text follows it there"
        return _Said(message, "close it on the same line", latest.start_mark)
    if error.problem_mark and error.problem_mark.line == latest.end_mark.line:
        kept = "write '' for a quote inside '...'" if latest.style == "'" else 'write \\" for a quote inside "..."'
        return _Said("text follows a closing quote", f"{kept}, or put the whole text in quotes", error.problem_mark)
    return None


def _said(error: MarkedYAMLError, text: str) -> _Said:
    problem, mark, began = str(error.problem), error.problem_mark or error.context_mark, error.context_mark
    if r"'\t'" in problem:
        return _Said("a tab stands here, which YAML takes for no space", "write spaces", mark)
    if "could not find expected ':'" in problem and began:
        hint = "write a colon and a space between a field and its value, as in `mode: online`"
        return _Said("this line has no `: ` after the name of a field", hint, began)
    if problem == "mapping values are not allowed here" and mark:
        return _second_colon(mark, text)
    if "<block end>" in problem and began and mark:
        message = "this line is indented unlike those that it stands among"
        return _Said(message, _indentations(mark, began, text), mark)
    if began and "while parsing a flow" in str(error.context):
        opening, closing = ("{", "}") if "mapping" in str(error.context) else ("[", "]")
        message = f"`,` or `{closing}` is missing before this"
        where = f"line {began.line + 1}, column {began.column + 1}"
        return _Said(message, f"close the `{opening}` of {where}, or put a comma between its parts", mark)
    said = ", ".join(part.strip() for part in (error.context, error.problem) if part)
    return _Said(said, _UNKNOWN_HINT, mark)


def _indentations(mark: Any, began: Any, text: str) -> str:
    """The columns that the line can begin in: that of the line before, or that of the mapping which it would end."""
    before = [line for line in text.splitlines()[: mark.line] if line.strip()]
    last = len(before[-1]) - len(before[-1].lstrip(" ")) if before else began.column
    if last == began.column:
        return f"begin it in column {last + 1}, like the line before"
    return f"begin it in column {last + 1}, like the line before, or in column {began.column + 1}, like line " + str(
        began.line + 1
    )


def _second_colon(mark: Any, text: str) -> _Said:
    """Either the value holds `: `, or the line before has a value already and this one is indented below it."""
    lines = text.splitlines()
    if ":" in lines[mark.line][: mark.column].lstrip("- "):
        return _Said("this line has a second `: `", "put the value in quotes", mark)
    above = [number for number, line in enumerate(lines[: mark.line], start=1) if line.strip(" ") and line[0] != "#"]
    message = "this line is indented as if it belonged to the value of the line before"
    hint = f"indent it and line {above[-1]} alike, or take the value off line {above[-1]}" if above else _UNKNOWN_HINT
    return _Said(message, hint, mark)
