"""Which ids of problems the code can give, read from its text: so that none is renamed or added unseen."""

from __future__ import annotations

import ast
import pathlib
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

PACKAGE = pathlib.Path(__file__).parents[2] / "archgen"
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# They take the id by position; everything else names it.
_BY_POSITION = frozenset({"refusal", "fault", "_problem", "_add", "_Said", "_wrong", "_in_the_way", "_no_mapping"})
# What these say are findings of a proof or of a conformance run, whose ids are those of rules.
_FINDINGS = ("testing/", "proof/rules/", "proof/requirements/", "engine/monitor.py", "engine/inspection.py")


def ids() -> tuple[frozenset[str], frozenset[str]]:
    """The ids that stand in the code, and the patterns (`unknown-*`) of those that are put together there."""
    found = set().union(*(_ids_in(path) for path in _modules()))
    return frozenset(id for id in found if "*" not in id), frozenset(id for id in found if "*" in id)


def put_together(id: str, patterns: frozenset[str]) -> bool:
    """Whether `id` is one that the code puts together."""
    return any(fnmatchcase(id, pattern) for pattern in patterns)


def _modules() -> Iterator[pathlib.Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "_data" not in path.parts and not path.relative_to(PACKAGE).as_posix().startswith(_FINDINGS):
            yield path


def _ids_in(path: pathlib.Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {id for node in ast.walk(tree) if isinstance(node, ast.Call) for id in _ids_of(node)}


def _ids_of(call: ast.Call) -> Iterator[str]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    stops = isinstance(result := named.get("result"), ast.Constant) and result.value == "stop"
    if "id" in named and ("message" in named or stops):
        yield from _said(named["id"])
    elif called in _BY_POSITION and "id" not in named:
        found = [id for argument in call.args for id in _said(argument)]
        yield from found if called == "_in_the_way" else found[:1]


def _said(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)
        yield from [text] if KEBAB.fullmatch(text.replace("*", "x")) else []
    elif isinstance(argument, ast.Constant | ast.Starred):
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEBAB.fullmatch(node.value):
                yield node.value
