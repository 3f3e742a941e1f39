"""What a first spec starts from: `starts.yaml` for each task and mode, `start.yaml` for each blueprint."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from archgen import registry
from archgen.blueprints import blueprints
from archgen.errors import Problem, WrongUse
from archgen.spec.written import shown


@dataclass(frozen=True, kw_only=True)
class Start:
    """A requirement to start from, in the plain values of a spec file.

    `leave_out` are paths of optional fields that mean nothing here; `another` has a further item of each list.
    """

    values: Mapping[str, Any]
    leave_out: frozenset[str]
    another: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The task and the mode that a blueprint is begun with."""

    blueprint: str
    title: str
    task: str
    mode: str


def tasks() -> Mapping[str, str]:
    """Every task with what it does, in the words of a person."""
    return {task: facts["title"] for task, facts in _starts()["tasks"].items()}


def modes() -> Mapping[str, str]:
    """Every mode with what it means."""
    return {mode: facts["title"] for mode, facts in _starts()["modes"].items()}


def usual_mode(task: str) -> str:
    """The mode in which a task is asked most often."""
    return _starts()["tasks"][task]["mode"]


def start(task: str, mode: str) -> Start:
    """The start of a task in a mode; raises `KeyError` for words that the spec does not have."""
    found, facts = _starts()["tasks"][task], _starts()["modes"][mode]
    usual = mode == found["mode"]
    own = found.get("own_mode", {}) if usual else {}
    return Start(
        values=laid_over(laid_over(facts["spec"], found["spec"]), own),
        leave_out=frozenset([*facts["leave_out"], *(found.get("leave_out", ()) if usual else ())]),
        another=facts["another"],
    )


def beginning(blueprint: str) -> Beginning:
    """What a blueprint is begun with. Raises `WrongUse` for an unknown one, or one whose folder has no `start.yaml`."""
    known = {one.id: one.folder / "start.yaml" for one in blueprints()}
    able = {id: path for id, path in known.items() if path.is_file()}
    if blueprint not in able:
        wrong = "has no start.yaml to begin from" if blueprint in known else "is no blueprint"
        message = f"{shown(blueprint)} {wrong}"
        raise WrongUse(Problem(id="unknown-blueprint", message=message, expected=", ".join(able)))
    return _beginning(blueprint, able[blueprint])


def _beginning(blueprint: str, path: pathlib.Path) -> Beginning:
    facts = registry.facts_in(path)
    for field, words in (("task", tasks()), ("mode", modes())):
        if facts.get(field) not in words:
            raise registry.fault(path, "facts", f"{field} '{facts.get(field)}'", expected=f"one of {', '.join(words)}")
    return Beginning(blueprint=blueprint, title=facts["title"], task=facts["task"], mode=facts["mode"])


@cache
def _starts() -> Mapping[str, Any]:
    return registry.data_of(pathlib.Path(__file__).with_name("starts.yaml"))


def laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two mappings laid over each other; lists and plain values of the upper one replace."""
    merged = dict(below)
    for key, value in above.items():
        held = merged.get(key)
        merged[key] = laid_over(held, value) if isinstance(value, Mapping) and isinstance(held, Mapping) else value
    return merged
