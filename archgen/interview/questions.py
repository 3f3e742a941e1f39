"""What `archgen init` asks on a terminal, in order. Which question follows depends on what was answered before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archgen.interview.draft import CLOUD, MODE, REGION, TASK, regions_of
from archgen.interview.starts import Start, modes, start, tasks, usual_mode
from archgen.services.catalogue import clouds
from archgen.spec.examples import examples_of, inline
from archgen.spec.kinds import words_of
from archgen.spec.paths import Loc, field_at

Said = Mapping[Loc, Any]
"""What was answered; None: asked, and left out."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `default` is what an empty answer means: "" leaves the field out, None has to be answered.

    `choices` are words with their meanings, shown with the question.
    """

    loc: Loc
    text: str
    default: str | None
    choices: Mapping[str, str] | None = None

    @property
    def help(self) -> str:
        """What the field means, the words that it can be, and examples."""
        field = field_at(self.loc)
        if field is None:
            return self.text
        words = words_of(field.annotation)
        shown = [inline(example).strip("[]") for example in examples_of(field)[:3]]
        return f"{field.description} " + (
            f"Words: {', '.join(words)}." if words else f"For example {', '.join(shown)}."
        )


def questions(said: Said, given: frozenset[Loc]) -> Iterator[Question]:
    """The questions as far as the answers so far tell them, answered ones too; `given` was answered by options."""
    yield Question(loc=TASK, text="What is the model to do?", default=None, choices=tasks())
    if TASK not in said:
        return
    task = said[TASK]
    yield Question(loc=MODE, text="Does somebody wait for each answer?", default=usual_mode(task), choices=modes())
    if MODE not in said:
        return
    begun = start(task, said[MODE])
    yield from _purpose(said, begun, given)
    yield from _place(said)
    yield from _volumes(said, begun, given)
    for name, ask in (("sources", _source), ("consumers", _consumer)):
        if not any(loc[0] == name for loc in given):
            yield from _items(said, begun, name, ask)
    yield _question(("governance", "frameworks"), "Which regulations and standards have to be met?", "")
    yield _question(("governance", "residency"), "Where may the data be kept (eu, de, us, ...)?", "")
    yield _question(("platform", "network", "mode"), "Make a network, or use the one that is there?", "create")
    yield _question(("platform", "network", "connect"), "How is your own network reached?", "none")
    yield _question(("budget", "monthly"), "What may a month cost?", "")


def _question(loc: Loc, text: str, default: str | None) -> Question:
    """A question whose few words are shown with it."""
    field = field_at(loc)
    words = words_of(field.annotation) if field else ()
    return Question(loc=loc, text=f"{text} ({' | '.join(words)})" if words else text, default=default)


def _example(start: Start, loc: Loc) -> str | None:
    """What the start says at `loc`, as a person would type it."""
    value: Any = start.values
    for part in loc:
        held = part in value if isinstance(part, str) else part < len(value)
        if not held:
            return None
        value = value[part]
    return " ".join(value) if isinstance(value, list) else str(value)


def _purpose(said: Said, begun: Start, given: frozenset[Loc]) -> Iterator[Question]:
    yield _question(("name",), "What is it called, in one short name?", said[TASK])
    statement: Loc = ("objective", "statement")
    yield _question(statement, "What does the business want, in one sentence?", _example(begun, statement))
    metric: Loc = ("objective", "kpi", "metric")
    if any(loc[:2] == metric[:2] for loc in given):
        return
    yield _question(metric, "Which figure of the business shows success?", _example(begun, metric))
    same = said.get(metric) == _example(begun, metric)
    for name, text, left_out in (
        ("baseline", "Where does it stand today?", ""),
        ("target", "Where is it to be, or by how much is it to change?", None),
    ):
        loc: Loc = ("objective", "kpi", name)
        yield _question(loc, text, (_example(begun, loc) or left_out) if same else left_out)


def _place(said: Said) -> Iterator[Question]:
    titles = {id: cloud.title for id, cloud in clouds().items()} | {"recommend": "have one recommended"}
    yield Question(loc=CLOUD, text="On which cloud?", default="recommend", choices=titles)
    if known := regions_of(said.get(CLOUD) or ""):
        yield Question(loc=REGION, text="In which region?", default=known[0])


def _volumes(said: Said, begun: Start, given: frozenset[Loc]) -> Iterator[Question]:
    asked: tuple[tuple[str, str], ...]
    if said[MODE] == "batch":
        within = "batch"
        asked = (
            ("rows", "How many rows does a run score?"),
            ("starts", "When may it start (HH:MM)?"),
            ("done_by", "By when has it to be done (HH:MM)?"),
            ("time_zone", "In which time zone?"),
        )
    else:
        yield _from_start(begun, ("workload", "traffic", "peak"), "How many requests at the busiest moment?")
        if any(loc[:2] == ("workload", "latency") for loc in given):
            return
        within = "latency"
        texts = {"p99": "How long may a caller wait?", "first_token_p95": "How long until an answer begins?"}
        asked = tuple((name, texts[name]) for name in begun.values["workload"]["latency"])
    for name, text in asked:
        yield _from_start(begun, ("workload", within, name), text)


def _from_start(begun: Start, loc: Loc, text: str) -> Question:
    return _question(loc, text, _example(begun, loc))


def _items(said: Said, begun: Start, name: str, ask: Any) -> Iterator[Question]:
    """Item after item, until none is named."""
    one = name.removesuffix("s")
    index = 0
    while True:
        loc: Loc = (name, index)
        text = f"A {one}: what is it called?" if index == 0 else f"A further {one}? (its name; Enter: no more)"
        yield _question((*loc, "id"), text, (_example(begun, (*loc, "id")) or "") if index == 0 else "")
        if said.get((*loc, "id")) is None:
            return
        yield from ask(said, begun, loc)
        index += 1


def _source(said: Said, begun: Start, loc: Loc) -> Iterator[Question]:
    """`loc` is the source's; how much it hands over is asked as its delivery has a use for it."""
    first = loc[-1] == 0
    yield _question((*loc, "system"), "Which system is it?", _example(begun, (*loc, "system")) if first else None)
    yield _question((*loc, "delivery"), "How does it deliver?", _example(begun, (*loc, "delivery")) if first else None)
    delivery = said.get((*loc, "delivery"))
    if delivery == "stream":
        peak = said.get(("workload", "traffic", "peak"))
        feeding = [key for key, value in said.items() if key[-1] == "feeds" and value and key[:2] != loc]
        if peak is not None and not feeding:
            text = "Is this stream the requests themselves? (Enter: no)"
            yield _question((*loc, "feeds"), text, (_example(begun, (*loc, "feeds")) or "") if first else "")
        load = said.get((*loc, "feeds")) is not None
        yield _question((*loc, "rate"), "How many records at the busiest moment?", str(peak) if load else None)
    elif delivery == "cdc":
        yield _question((*loc, "changes"), "How many changed rows at the busiest moment?", None)
    elif delivery is not None:
        text = "How much data is that?" if delivery == "on-demand" else "How much data is one delivery?"
        yield _question((*loc, "size"), text, (_example(begun, (*loc, "size")) or "") if first else "")
    yield _question((*loc, "data"), "Which classes of data?", _example(begun, (*loc, "data")) if first else None)


def _consumer(said: Said, begun: Start, loc: Loc) -> Iterator[Question]:
    first = loc[-1] == 0
    yield _question((*loc, "system"), "Which system is it?", _example(begun, (*loc, "system")) if first else None)
    yield _question((*loc, "pattern"), "How does it get them?", _example(begun, (*loc, "pattern")) if first else None)
