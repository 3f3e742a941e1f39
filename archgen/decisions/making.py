"""Asking every question of `archgen.decisions.questions`, each after those that it requires."""

from __future__ import annotations

import graphlib
import importlib
import pkgutil
from functools import cache

import archgen.decisions.questions as folder
from archgen.decisions.decision import Decision, Decisions
from archgen.decisions.question import CHAPTERS, Case, Question
from archgen.knowledge import Assumptions
from archgen.spec import Spec


@cache
def questions() -> tuple[Question, ...]:
    """Every question, in the order of asking; among independent ones by id."""
    found: dict[str, Question] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        loaded = importlib.import_module(f"{folder.__name__}.{module.name}")
        for item in vars(loaded).values():
            if isinstance(item, type) and issubclass(item, Question) and item.__module__ == loaded.__name__:
                found[item.id] = item()
    graph = graphlib.TopologicalSorter({id: found[id].requires for id in sorted(found)})
    graph.prepare()
    order: list[Question] = []
    while graph.is_active():
        ready = sorted(graph.get_ready())
        order += [found[id] for id in ready]
        graph.done(*ready)
    return tuple(order)


def decide(spec: Spec, assumptions: Assumptions) -> Decisions:
    """All decisions on a spec, by id: asked in the order of what they require, told chapter by chapter."""
    made: dict[str, Decision] = {}
    for question in questions():
        decision = question.decide(Case(spec=spec, assumptions=assumptions, made=made))
        if decision is not None:
            made[question.id] = decision
    chapters = {question.id: CHAPTERS.index(question.chapter) for question in questions()}
    return dict(sorted(made.items(), key=lambda item: chapters[item[0]]))
