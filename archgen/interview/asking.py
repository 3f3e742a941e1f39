"""The interview: question after question, with a way back, out and to an explanation; each answer judged at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from archgen.errors import Problem, WrongUse
from archgen.interview.answers import Answers, value_of
from archgen.interview.draft import objections
from archgen.interview.questions import Question, questions
from archgen.spec.paths import Loc

BACK, QUIT, HELP = "<", "q", "?"
INTRODUCTION = f"Enter takes what stands in brackets; {BACK} goes back, {HELP} explains, {QUIT} ends without writing."

Judge = Callable[[Answers], Iterable[Problem]]


def interview(given: Answers, ask: Callable[[str], str], say: Callable[[str], None], judge: Judge) -> Answers:
    """All answers: the `given` ones, and what `ask` returns for the others.

    `ask` shows a prompt and returns a line; `say` shows a line; `judge` says what is wrong with the whole, and the last
    question is then asked again. Raises `WrongUse` when the person quits, or when the given answers leave nothing to
    ask and are refused.
    """
    said: dict[Loc, Any] = dict(given)
    asked: list[Loc] = []
    say(INTRODUCTION)
    while True:
        question = next((one for one in questions(said, frozenset(given)) if one.loc not in said), None)
        if question is None:
            if not (wrong := tuple(judge(_stated(said)))):
                return _stated(said)
            if not asked:
                raise WrongUse(*wrong)
            _object(wrong, say)
            del said[asked.pop()]
            continue
        for word, meaning in (question.choices or {}).items():
            say(f"  {word:20} {meaning}")
        reply = ask(f"{question.text}{_bracketed(question)}: ").strip()
        if reply == QUIT:
            raise WrongUse(Problem(id="quit", message="ended by the person who was asked; nothing was written"))
        if reply == HELP:
            say(question.help)
        elif reply == BACK:
            if asked:
                del said[asked.pop()]
            else:
                say("this is the first question")
        elif _taken(question, reply, said, say):
            asked.append(question.loc)


def _taken(question: Question, reply: str, said: dict[Loc, Any], say: Callable[[str], None]) -> bool:
    """Whether the reply, or the default, was noted; what is wrong with it has been said otherwise."""
    text = reply or question.default
    if text is None:
        say(f"an answer is needed; {HELP} explains")
        return False
    value = value_of(text, question.loc) if text else None
    if value is not None and (wrong := objections({**_stated(said), question.loc: value})):
        _object(wrong, say)
        return False
    said[question.loc] = value
    return True


def _stated(said: Answers) -> Answers:
    return {loc: value for loc, value in said.items() if value is not None}


def _object(problems: Iterable[Problem], say: Callable[[str], None]) -> None:
    for problem in problems:
        say(str(problem))


def _bracketed(question: Question) -> str:
    if question.default is None:
        return ""
    return f" [{question.default}]" if question.default else " [none]"
