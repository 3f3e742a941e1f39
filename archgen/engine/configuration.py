"""The settings that one run sees, and what is wrong with them before anything runs."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

from archgen.engine.project import PROJECT_FILE, Project, Setting, StackFile
from archgen.engine.recording import Phase
from archgen.errors import Problem, WrongUse

PHASES: tuple[str, ...] = get_args(Phase)
KNOWN_TYPES = ("string", "integer", "boolean", "array", "object")


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a run of one stack in one phase is configured with.

    `values` are typed, by complete key; a secret's value is its canary (`[[secret:<key>]]`), so that a secret in clear
    is recognised wherever it surfaces. `to_fill` are the settings, as the project file declares them, that got a sample
    since only the reader knows them.
    """

    stack: str
    phase: str
    values: Mapping[str, Any]
    secrets: frozenset[str]
    to_fill: tuple[str, ...]

    @property
    def encoded(self) -> dict[str, str]:
        """The values as the Pulumi engine hands them to a program: strings, anything else as JSON."""
        return {key: each if isinstance(each, str) else json.dumps(each) for key, each in self.values.items()}


def canary(key: str) -> str:
    """The value that stands for the secret setting `key`."""
    return f"[[secret:{key}]]"


def configuration_of(project: Project, stack: str, phase: str) -> Configuration:
    """The configuration of one run.

    Foundation leaves every setting that waits for live (declared with `default: ""`) at its default, also where the
    stack file already has a value: the first deployment has to work without it. Live gives each of them its value or
    sample. Raises `WrongUse` for an unknown stack or phase.
    """
    file = stack_file(project, stack)
    if phase not in PHASES:
        raise WrongUse(
            Problem(id="unknown-phase", message=f"there is no phase {phase!r}", expected=" or ".join(PHASES))
        )
    values: dict[str, Any] = {key: value for key, value in project.fixed.items() if value is not None}
    secrets: set[str] = set()
    to_fill: list[str] = []
    for key, value in file.values.items():
        sealed = is_sealed(value)
        if value is not None:
            values[key] = canary(key) if sealed else value
        if sealed:
            secrets.add(key)
    for setting in project.settings:
        if setting.secret:
            secrets.add(setting.key)
        given = file.values.get(setting.key)
        if setting.live and phase == "foundation":
            values[setting.key] = "" if setting.default is None else setting.default
        elif given is not None:
            values[setting.key] = canary(setting.key) if setting.secret else values[setting.key]
        elif setting.default is None or setting.live:
            values[setting.key] = canary(setting.key) if setting.secret else setting.sample
            to_fill.append(setting.key.removeprefix(f"{project.name}:"))
        else:
            values[setting.key] = setting.default
    return Configuration(
        stack=stack,
        phase=phase,
        values=dict(sorted(values.items())),
        secrets=frozenset(secrets),
        to_fill=tuple(sorted(to_fill)),
    )


def settings_to_fill(project: Project, stack: str, phase: str) -> tuple[str, ...]:
    """The settings, as declared, that the reader has to fill before this stack is deployed in this phase."""
    return configuration_of(project, stack, phase).to_fill


def stack_file(project: Project, stack: str) -> StackFile:
    """The stack's file. Raises `WrongUse` naming the stacks that there are."""
    if stack not in project.stacks:
        raise WrongUse(
            Problem(
                id="unknown-stack",
                message=f"there is no stack {stack!r}",
                expected=" or ".join(sorted(project.stacks)) or f"a file Pulumi.<stack>.yaml beside {PROJECT_FILE}",
                file=str(project.root),
            )
        )
    return project.stacks[stack]


def is_sealed(value: Any) -> bool:
    """Whether a stack file's value is ciphertext (`secure: ...`)."""
    return isinstance(value, dict) and set(value) == {"secure"}


def configuration_problems(project: Project, stack: str) -> tuple[Problem, ...]:
    """What can be said about a stack without running anything: declarations, values, and code that does not compile.

    The rules for values are the ones of the Pulumi command line: an integer may be written as a string of digits, a
    boolean as `"true"`; every declared setting needs a value or a default, every value of the project's own namespace
    a declaration (only where the project declares any).
    """
    file = stack_file(project, stack)
    return (
        *_declaration_problems(project.settings),
        *_value_problems(project, file),
        *_undeclared(project, file),
        *_compile_problems(project),
    )


def _declaration_problems(settings: Iterable[Setting]) -> Iterator[Problem]:
    for setting in settings:
        problem = _problems_at(setting.key, PROJECT_FILE, setting.line)
        if setting.type not in KNOWN_TYPES:
            yield problem(
                id="unknown-type",
                message=f"type {setting.type!r}",
                expected=" or ".join(KNOWN_TYPES),
            )
        elif setting.default not in (None, "") and not _fits(setting.default, setting.type, setting.items):
            yield problem(
                id="mistyped-default",
                message=f"the default is {setting.default!r}",
                expected=_expected(setting),
            )


def _value_problems(project: Project, file: StackFile) -> Iterator[Problem]:
    for setting in project.settings:
        value = file.values.get(setting.key)
        problem = _problems_at(setting.key, file.file, file.lines.get(setting.key))
        if value is None:
            if setting.default is None and project.has_samples and not setting.told:
                yield Problem(
                    id="missing-value",
                    message=f"stack {file.stack!r} has no value, and there is no default",
                    expected=_expected(setting),
                    hint=f"set it in {file.file}",
                    path=setting.key,
                    file=PROJECT_FILE,
                    line=setting.line,
                )
        elif is_sealed(value):
            continue
        elif setting.secret:
            yield problem(
                id="secret-in-stack-file",
                message="the value of a secret stands in clear",
                expected="secure: <ciphertext>",
                hint=f"pulumi config set --secret {setting.key}",
            )
        elif setting.type in KNOWN_TYPES and not _fits(value, setting.type, setting.items):
            yield problem(
                id="mistyped-value",
                message=f"the value is {value!r}",
                expected=_expected(setting),
            )


def _problems_at(path: str, file: str, line: int | None) -> Callable[..., Problem]:
    return partial(Problem, path=path, file=file, line=line)


def _undeclared(project: Project, file: StackFile) -> Iterator[Problem]:
    declared = {setting.key for setting in project.settings}
    for key in file.values:
        if declared and key.startswith(f"{project.name}:") and key not in declared:
            yield Problem(
                id="undeclared-setting",
                message=f"{PROJECT_FILE} does not declare this setting",
                hint="declare it with its type, or remove it",
                file=file.file,
                line=file.lines.get(key),
                path=key,
            )


def _expected(setting: Setting) -> str:
    return f"{setting.type} of {setting.items}" if setting.items else setting.type


def _fits(value: Any, kind: str, items: str | None) -> bool:
    match kind:
        case "integer":
            return _is_integer(value)
        case "boolean":
            return isinstance(value, bool) or value in ("true", "false")
        case "array":
            return isinstance(value, list) and all(_fits(each, items or "string", None) for each in value)
        case "object":
            return isinstance(value, dict)
        case _:
            return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    if isinstance(value, str):
        return value.removeprefix("-").isdecimal()
    return isinstance(value, int) and not isinstance(value, bool)


def _compile_problems(project: Project) -> Iterator[Problem]:
    for file in python_files(project):
        name = file.relative_to(project.root).as_posix() if file.is_relative_to(project.root) else file.as_posix()
        try:
            ast.parse(file.read_bytes(), filename=name)
        except SyntaxError as error:
            yield Problem(id="does-not-compile", message=str(error.msg), file=name, line=error.lineno)
        except ValueError as error:
            yield Problem(id="does-not-compile", message=str(error), file=name)


def python_files(project: Project) -> list[Path]:
    """The project's own Python files, sorted: not its virtual environment, nor anything hidden."""
    return sorted(
        file
        for file in project.program.rglob("*.py")
        if not any(part.startswith(".") or part in ("venv", "__pycache__") for part in _parts(project, file))
    )


def _parts(project: Project, file: Path) -> tuple[str, ...]:
    return file.relative_to(project.program).parts
