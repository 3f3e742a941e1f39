"""What a mutation is: a fault, and for each cloud where it makes sense the way in which it is planted there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

CLOUDS = ("aws", "gcp", "azure")
FOUNDATION = "infra/components/foundation/component.py"
MADE = "        self.register_outputs("
"""The end of a component's constructor, where code can be planted that sees all of it."""

Inputs = dict[str, Any]
Edit = Callable[[Inputs], None]


@dataclass(frozen=True, kw_only=True)
class Text:
    """A fault in the text of the emitted program, which is then run: in `file` the text `old` becomes `new`.

    `rule` finds it, in the file `found_in` (None where the finding points at no file). `stops` tells that the program
    does not run to its end with it, so that it is planted alone; others are planted together, each told by its line.
    """

    rule: str
    old: str
    new: str
    file: str = FOUNDATION
    found_in: str | None = ""
    stops: bool = False

    @property
    def place(self) -> str | None:
        """The file that the finding has to point at, as findings name it."""
        return self.file.removeprefix("infra/") if self.found_in == "" else self.found_in


@dataclass(frozen=True, kw_only=True)
class Change:
    """A fault in what the program registers: in the first resource of `type` (of that name, if one is told) the inputs
    are edited, its URN is `renamed`, its deletion is `unprotected`, what it was given no longer comes from the others
    that it came from (`unrelated`), or it is `removed`. `rule` finds it, at that resource unless `elsewhere`.
    """

    rule: str
    type: str
    name: str | None = None
    edit: Edit | None = None
    renamed: str | None = None
    removed: bool = False
    unprotected: bool = False
    unrelated: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class NotHere:
    """The fault makes no sense on this cloud, and why."""

    why: str


Plant = Text | Change | NotHere


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One fault, in words, and how it is planted on each cloud."""

    id: str
    fault: str
    aws: Plant
    gcp: Plant
    azure: Plant

    def on(self, cloud: str) -> Plant:
        """How it is planted on a cloud, or why it is not."""
        return {"aws": self.aws, "gcp": self.gcp, "azure": self.azure}[cloud]


def inserted(code: str, rule: str, *, stops: bool = False, found_in: str | None = "") -> Text:
    """Lines planted at the end of the foundation's constructor."""
    lines = "".join(f"        {line}\n" for line in code.splitlines())
    return Text(rule=rule, old=MADE, new=f"{lines}{MADE}", stops=stops, found_in=found_in)


def put(path: str, value: Any) -> Edit:
    """An edit that sets the value at a path (`rules.0.key`) of the inputs."""

    def edit(inputs: Inputs) -> None:
        target: Any = inputs
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            target = target[part]
        target[last] = value

    return edit


def in_text(key: str, change: Callable[[Any], None]) -> Edit:
    """An edit of the JSON document that the input `key` holds as text."""

    def edit(inputs: Inputs) -> None:
        document = json.loads(inputs[key])
        change(document)
        inputs[key] = json.dumps(document)

    return edit


def statement(key: str, **parts: Any) -> Edit:
    """An edit that adds a statement to the policy that the input `key` holds."""
    return in_text(key, lambda policy: policy["Statement"].append({"Effect": "Allow", **parts}))


def one(cloud: str, id: str, fault: str, plant: Plant, why: Mapping[str, str] | str) -> Mutation:
    """A mutation of one cloud alone, with the reason for the two others."""
    reasons = {each: why if isinstance(why, str) else why[each] for each in CLOUDS if each != cloud}
    plants: dict[str, Plant] = {each: NotHere(reason) for each, reason in reasons.items()} | {cloud: plant}
    return Mutation(id=id, fault=fault, **plants)
