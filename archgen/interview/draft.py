"""Answers laid over a start: the values of a first spec, which of them are examples, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archgen.errors import Problem, SpecError, WrongUse
from archgen.interview.answers import Answers, nested
from archgen.interview.starts import Start, laid_over, start, usual_mode
from archgen.services.catalogue import clouds
from archgen.spec.document import read_document
from archgen.spec.examples import inline
from archgen.spec.paths import Loc, dotted
from archgen.spec.reading import validated

TASK: Loc = ("problem", "task")
MODE: Loc = ("workload", "mode")
CLOUD: Loc = ("platform", "cloud")
REGION: Loc = ("platform", "region")
_USUAL_TASK = "classification"
_RECOMMEND = "recommend"
# Said in part, the example's other part would be about something else: a limit on another figure, another source.
_WHOLE: tuple[Loc, ...] = (("sources",), ("consumers",), ("workload", "latency"), ("objective", "kpi"))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A first spec in plain values. `examples` are the dotted paths of values that nobody stated."""

    values: Mapping[str, Any]
    examples: frozenset[str]
    start: Start


def drafted(answers: Answers) -> Draft:
    """The start of the answered task and mode, with the answers over it.

    Raises `WrongUse` for an answer that the spec refuses, by itself or beside another answer.
    """
    if wrong := objections(answers):
        raise WrongUse(*wrong)
    task = answers.get(TASK, _USUAL_TASK)
    begun = start(task, answers.get(MODE, usual_mode(task)))
    values: dict[str, Any] = {"archgen": 1, "name": task, **_without_answered(begun.values, answers)}
    values["platform"] = {"cloud": _RECOMMEND, **_region(answers)}
    said = nested(answers)
    values = laid_over(values, said)
    _agree_on_load(values, answers)
    examples = frozenset(_unstated(values, said))
    return Draft(values=values, examples=examples - {"archgen"}, start=begun)


def objections(answers: Answers) -> tuple[Problem, ...]:
    """What the spec refuses about the answers alone, each problem at its path; what nobody answered is left open."""
    document = read_document(inline(nested(answers)), "answers") if answers else None
    if document is None:
        return ()
    try:
        validated(document)
    except SpecError as error:
        said = {dotted(loc) for loc in answers}
        found = [
            problem
            for problem in error.problems
            if problem.id != "missing-field"
            and all(_within(path, said) for path in (problem.path, *(place.path for place in problem.related)))
        ]
        return tuple(out_of_file(problem) for problem in found) + _unknown_region(answers)
    return _unknown_region(answers)


def regions_of(cloud: str) -> Sequence[str]:
    """The regions that archgen knows of a cloud; none where a cloud is to be recommended."""
    return tuple(clouds()[cloud].regions) if cloud in clouds() else ()


def _unknown_region(answers: Answers) -> tuple[Problem, ...]:
    region, known = answers.get(REGION), regions_of(answers.get(CLOUD, ""))
    if region is None or not known or region in known:
        return ()
    message = f"{answers[CLOUD]} has no region {region!r}"
    return (Problem(id="unknown-region", path=dotted(REGION), message=message, expected=", ".join(known)),)


def _within(path: str, said: set[str]) -> bool:
    return path in said or any(path.startswith((f"{one}.", f"{one}[")) for one in said)


def out_of_file(problem: Problem) -> Problem:
    """Answers stand in no file: only the paths are right."""
    related = tuple(replace(place, line=None, column=None) for place in problem.related)
    return replace(problem, file=None, line=None, column=None, related=related)


def _region(answers: Answers) -> dict[str, str]:
    known = regions_of(answers.get(CLOUD, _RECOMMEND))
    return {"region": known[0]} if known else {}


def _without_answered(values: Mapping[str, Any], answers: Answers) -> dict[str, Any]:
    """The start's values without the parts that an answer replaces as a whole."""
    answered = {whole for whole in _WHOLE if any(loc[: len(whole)] == whole for loc in answers)}
    return _without(values, (), answered)


def _without(values: Mapping[str, Any], at: Loc, dropped: set[Loc]) -> dict[str, Any]:
    return {
        key: _without(value, (*at, key), dropped) if isinstance(value, Mapping) else value
        for key, value in values.items()
        if (*at, key) not in dropped
    }


def _agree_on_load(values: dict[str, Any], answers: Answers) -> None:
    """The stream that is the load has the peak as its rate: whichever of the two was stated is taken for both."""
    feeding = [index for index, item in enumerate(values["sources"]) if item.get("feeds") == "requests"]
    traffic = values["workload"].get("traffic")
    if len(feeding) != 1 or traffic is None:
        return
    at = feeding[0]
    if ("sources", at, "rate") in answers and ("workload", "traffic", "peak") not in answers:
        values["workload"]["traffic"] = {**traffic, "peak": values["sources"][at]["rate"]}
    elif ("sources", at, "id") not in answers:
        values["sources"][at] = {**values["sources"][at], "rate": traffic["peak"]}


def _unstated(values: Mapping[str, Any], said: Mapping[str, Any], at: Loc = ()) -> Iterator[str]:
    """The paths of values that no answer gave; a list is one value."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            inner = said.get(key)
            yield from _unstated(value, inner if isinstance(inner, Mapping) else {}, (*at, key))
        elif key not in said:
            yield dotted((*at, key))
