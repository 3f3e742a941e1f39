"""A comparison for a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from archgen.comparison.changes import Change, Comparison
from archgen.errors import Problem

WIDTH = 80


def comparison_text(found: Comparison) -> str:
    """Data that is lost first, then what differs in decisions, topology, sizing and program."""
    if not found.changed:
        return "Nothing changes."
    lines = [*_warnings(found), *_stopped("OLD", found.old_problems), *_stopped("NEW", found.new_problems)]
    lines += _section("Decisions", found.decisions)
    lines += _section("Topology: components", found.components)
    lines += _section("Topology: flows", found.flows)
    lines += _section("Sizing", found.sizes)
    lines += _section("Program: arguments", found.arguments)
    lines += _section("Program: settings", found.settings)
    lines += _files(found.files)
    return "\n".join(lines).strip("\n")


def _warnings(found: Comparison) -> Iterator[str]:
    for change in found.made_anew:
        yield from _wrapped(
            f"ALL IS MADE ANEW: {change.name} {change.before} -> {change.after}. What the old platform holds stays"
            " there until it is destroyed; nothing moves by itself."
        )
    for change in found.losing:
        what = f"becomes {change.after}" if change.after else "leaves the program"
        yield from _wrapped(
            f"DESTROYED: {change.name} ({change.before}) {what}; what it holds goes with it. `archgen synth` of the old"
            " program lists what holds data."
        )
    if found.made_anew or found.losing:
        yield ""


def _stopped(side: str, problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems:
        yield from _wrapped(f"{side} is not built: {problem.message}" + (f" ({problem.hint})" if problem.hint else ""))
    if problems:
        yield ""


def _section(title: str, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield title
    yield "-" * len(title)
    for change in changes:
        yield from _change(change)
    yield ""


def _change(change: Change) -> Iterator[str]:
    if change.before is None:
        yield from _wrapped(f"+ {change.name}: {change.after}")
    elif change.after is None:
        yield from _wrapped(f"- {change.name}: {change.before}")
    else:
        yield from _wrapped(f"~ {change.name}: {change.before} -> {change.after}")
    if change.why:
        yield from _wrapped(f"because {change.why}", "    ")


def _files(changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        added, removed = (sum(getattr(c, end) is None for c in changes) for end in ("before", "after"))
        yield f"Program: {len(changes) - added - removed} files change, {added} are new, {removed} go."


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
