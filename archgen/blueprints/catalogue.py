"""The blueprints: each says whether it suits a spec, and which topology the spec then gets."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from archgen import registry
from archgen.decisions import Decisions
from archgen.knowledge import Assumptions
from archgen.services import Fit
from archgen.spec import Spec
from archgen.topology import Topology


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """One folder of `blueprints/`. `title` is the first line of its README.

    `suits(spec, decisions)` says how well it meets a spec; `topology(spec, decisions, assumptions)` is what it builds.
    """

    id: str
    title: str
    folder: pathlib.Path
    suits: Callable[[Spec, Decisions], Fit]
    topology: Callable[[Spec, Decisions, Assumptions], Topology]


@cache
def blueprints() -> tuple[Blueprint, ...]:
    """Every blueprint, by id.

    Raises `TemplateError` for one that cannot be loaded, lacks a function or its README, or has an id twice.
    """
    found = []
    for path in registry.files("blueprints", "*/blueprint.py"):
        module = registry.load(path)
        if missing := [name for name in ("suits", "topology") if not callable(getattr(module, name, None))]:
            raise registry.fault(path, "no-blueprint", f"it has no function {' and '.join(missing)}")
        found.append(
            Blueprint(
                id=path.parent.name,
                title=_title(path.parent / "README.md"),
                folder=path.parent,
                suits=module.suits,
                topology=module.topology,
            )
        )
    return tuple(sorted(found, key=lambda blueprint: blueprint.id))


def choose(spec: Spec, decisions: Decisions) -> tuple[Blueprint | None, tuple[tuple[Blueprint, Fit], ...]]:
    """The blueprint that suits a spec best, or None; and every other one with its fit."""
    fits = [(blueprint, blueprint.suits(spec, decisions)) for blueprint in blueprints()]
    able = sorted((pair for pair in fits if not pair[1].violated), key=lambda pair: (-pair[1].score, pair[0].id))
    chosen = able[0][0] if able else None
    return chosen, tuple(pair for pair in fits if pair[0] is not chosen)


def _title(readme: pathlib.Path) -> str:
    first = readme.read_text(encoding="utf-8").partition("\n")[0] if readme.is_file() else ""
    if not first.strip("# "):
        raise registry.fault(readme, "no-title", "no title", expected="a README.md whose first line says what it is")
    return first.strip("# ")
