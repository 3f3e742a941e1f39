"""What differs between two sides, as plain rows: a name with its text before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.comparison.side import Side
from archgen.errors import Problem


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that differs. `before` is None for what is new, `after` for what is gone; `why` says what decided."""

    name: str
    before: str | None
    after: str | None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Everything that differs between two specs.

    `made_anew` are the reasons why all resources of the old program would be replaced; `losing` the components of the
    old one that would be destroyed with whatever they hold. `files` are those of the program and of its code.
    """

    made_anew: tuple[Change, ...]
    losing: tuple[Change, ...]
    decisions: tuple[Change, ...]
    components: tuple[Change, ...]
    flows: tuple[Change, ...]
    sizes: tuple[Change, ...]
    arguments: tuple[Change, ...]
    settings: tuple[Change, ...]
    files: tuple[Change, ...]
    old_problems: tuple[Problem, ...]
    new_problems: tuple[Problem, ...]

    @property
    def changed(self) -> bool:
        """Whether anything differs."""
        rows = (self.made_anew, self.decisions, self.components, self.flows, self.sizes, self.arguments, self.settings)
        return any((*rows, self.files)) or self.old_problems != self.new_problems


def compare(old: Side, new: Side) -> Comparison:
    """What becomes different from `old` to `new`. Where one of them is not built, only what both reach is compared."""
    both = bool(old.arguments) and bool(new.arguments)
    components = _changes(_bound(old, both), _bound(new, both)) if old.components and new.components else ()
    return Comparison(
        made_anew=_changes(old.identity, new.identity),
        losing=tuple(change for change in components if both and change.before and change.name in old.arguments),
        decisions=_decisions(old, new),
        components=components,
        flows=_changes(old.flows, new.flows) if old.flows and new.flows else (),
        sizes=_sizes(old, new),
        arguments=_changes(_flat(old), _flat(new)) if both else (),
        settings=_changes(old.settings, new.settings) if both else (),
        files=_changes(old.files, new.files) if both else (),
        old_problems=old.problems,
        new_problems=new.problems,
    )


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(
        Change(name=name, before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    )


def _decisions(old: Side, new: Side) -> tuple[Change, ...]:
    """Decisions whose choice differs, with the values of the spec that the new choice rests on."""
    found = []
    for id in dict.fromkeys([*old.decisions, *new.decisions]):
        before, after = old.decisions.get(id), new.decisions.get(id)
        chosen, choice = before.choice if before else None, after.choice if after else None
        if chosen != choice:
            why = ", ".join(f"{path} = {value}" for path, value in after.because) if after else ""
            found.append(Change(name=id, before=chosen, after=choice, why=why))
    return tuple(found)


def _sizes(old: Side, new: Side) -> tuple[Change, ...]:
    """Rows that both have in the same stacks; what comes and goes with its component is said there."""
    if bool(old.arguments) != bool(new.arguments):
        return ()
    return tuple(
        Change(name=" ".join(part for part in row if part), before=old.sizes.get(row), after=new.sizes.get(row))
        for row in dict.fromkeys([*old.sizes, *new.sizes])
        if old.sizes.get(row) != new.sizes.get(row)
    )


def _bound(side: Side, services: bool) -> Mapping[str, str]:
    """Component -> its role, and the service that fills it."""
    named = side.services if services else {}
    return {id: f"{role} on {named[id]}" if id in named else role for id, role in side.components.items()}


def _flat(side: Side) -> Mapping[str, str]:
    """Arguments by `component.argument`."""
    return {f"{id}.{name}": text for id, arguments in side.arguments.items() for name, text in arguments.items()}
