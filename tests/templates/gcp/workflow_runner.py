"""Runs Workflows source: the steps, calls and expressions that ours use, against functions that stand in for HTTP.

Expressions of Workflows read as Python once fields of a map are attributes; what is not supported raises, so that a
workflow that begins to use something else fails its tests instead of passing them unread.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from ruamel.yaml import YAML

EXPRESSION = re.compile(r"^\$\{(.*)\}$", re.DOTALL)
INDEXED = re.compile(r"^(\w+)\[(\w+)\]$")
STEP_KEYS = {"assign", "call", "args", "result", "switch", "return", "raise", "next", "try", "except", "retry", "steps"}
Http = Callable[[str, Mapping[str, Any]], Any]


class Raised(Exception):
    """A value that the workflow raised and nobody caught."""

    def __init__(self, value: Any) -> None:
        super().__init__(str(value))
        self.value = value


class Map(dict):
    """A map whose fields are attributes too."""

    __getattr__ = dict.__getitem__


class _Returned(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Workflow:
    """One source. `http` answers calls by verb; `slept` collects the seconds of every pause."""

    def __init__(self, source: str, variables: Mapping[str, str], http: Http) -> None:
        self._workflows = YAML(typ="safe", pure=True).load(source)
        self._variables, self._http = variables, http
        self.slept: list[float] = []
        self._now = 1_800_000_000.0

    def run(self, event: Any) -> Any:
        """What `main` returns. Raises `Raised` with what it raised."""
        (parameter,) = self._workflows["main"]["params"]
        return self._call("main", {parameter: event})

    def _call(self, name: str, given: Mapping[str, Any]) -> Any:
        workflow = self._workflows[name]
        assert set(given) == set(workflow.get("params", [])), f"{name} is called with {sorted(given)}"
        scope = {key: _mapped(value) for key, value in given.items()}
        try:
            self._steps(workflow["steps"], scope)
        except _Returned as returned:
            return returned.value
        return None

    def _steps(self, steps: Sequence[Mapping[str, Any]], scope: dict[str, Any]) -> str | None:
        """Runs a sequence; gives the name of a step outside of it to go on with, if one is named."""
        names = [next(iter(step)) for step in steps]
        at = 0
        while at < len(steps):
            onward = self._step(steps[at][names[at]], scope)
            if onward is None:
                at += 1
            elif onward in names:
                at = names.index(onward)
            else:
                return onward
        return None

    def _step(self, step: Mapping[str, Any], scope: dict[str, Any]) -> str | None:
        assert not set(step) - STEP_KEYS, step
        if "try" in step:
            onward = self._try(step, scope)
        elif "switch" in step:
            onward = self._switch(step["switch"], scope)
        else:
            self._simple(step, scope)
            onward = None
        return onward or step.get("next")

    def _simple(self, step: Mapping[str, Any], scope: dict[str, Any]) -> None:
        for assignment in step.get("assign", ()):
            ((target, value),) = assignment.items()
            indexed = INDEXED.match(target)
            if indexed:
                scope[indexed[1]][scope[indexed[2]]] = self._value(value, scope)
            else:
                scope[target] = self._value(value, scope)
        if "call" in step:
            result = self._invoke(step["call"], self._value(step.get("args", {}), scope))
            if "result" in step:
                scope[step["result"]] = _mapped(result)
        if "return" in step:
            raise _Returned(self._value(step["return"], scope))
        if "raise" in step:
            raise Raised(self._value(step["raise"], scope))

    def _switch(self, cases: Sequence[Mapping[str, Any]], scope: dict[str, Any]) -> str | None:
        for case in cases:
            if self._value(case["condition"], scope):
                if "steps" in case:
                    return self._steps(case["steps"], scope) or case.get("next")
                self._simple({key: value for key, value in case.items() if key in ("return", "raise")}, scope)
                return case.get("next")
        return None

    def _try(self, step: Mapping[str, Any], scope: dict[str, Any]) -> str | None:
        try:
            return self._step(step["try"], scope)
        except Raised as raised:
            if "except" not in step:
                raise
            scope[step["except"]["as"]] = _mapped(raised.value)
            return self._steps(step["except"]["steps"], scope)

    def _invoke(self, name: str, given: Mapping[str, Any]) -> Any:
        if name == "sys.sleep":
            self.slept.append(given["seconds"])
            self._now += given["seconds"]
            return None
        if name.startswith("http."):
            assert given["auth"] == {"type": "OAuth2"}, f"{given['url']} is called without a token"
            return {"body": self._http(name.removeprefix("http."), given)}
        return self._call(name, given)

    def _value(self, value: Any, scope: dict[str, Any]) -> Any:
        if isinstance(value, dict):
            return Map({self._value(key, scope): self._value(item, scope) for key, item in value.items()})
        if isinstance(value, list):
            return [self._value(item, scope) for item in value]
        found = EXPRESSION.match(value) if isinstance(value, str) else None
        return eval(found[1], {"__builtins__": {}}, self._names() | scope) if found else value

    def _names(self) -> dict[str, Any]:
        return {
            "default": lambda value, other: other if value is None else value,
            "double": float,
            "false": False,
            "http": SimpleNamespace(default_retry="retry"),
            "json": SimpleNamespace(encode_to_string=json.dumps),
            "keys": lambda value: list(value),
            "len": len,
            "map": SimpleNamespace(get=lambda value, key: value.get(key)),
            "string": str,
            "sys": SimpleNamespace(get_env=self._variables.__getitem__, now=lambda: self._now),
            "text": SimpleNamespace(url_encode=lambda value: quote(value, safe="")),
            "time": SimpleNamespace(format=lambda seconds: f"at {seconds:.0f}"),
        }


def _mapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Map({key: _mapped(item) for key, item in value.items()})
    return [_mapped(item) for item in value] if isinstance(value, list) else value
