"""A Pulumi project on disk: what it declares, its stack files, and the samples that its generator told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node

from archgen.errors import Problem, WrongUse

PROJECT_FILE = "Pulumi.yaml"
SETTINGS_FILE = Path(".archgen") / "settings.json"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting that `Pulumi.yaml` declares.

    `key` is complete (`fraud:modelPackageArn`); `default` is None where there is none. `live` tells a setting that is
    left empty for the first deployment. `sample` is the typed value that stands for what only the reader knows; `told`
    whether the generator named the setting as one that the reader fills.
    """

    key: str
    type: str
    default: Any
    secret: bool
    description: str
    items: str | None
    live: bool
    sample: Any
    told: bool
    line: int | None


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """`Pulumi.<stack>.yaml`: its settings by complete key, and the line of each."""

    stack: str
    file: str
    values: Mapping[str, Any]
    lines: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi program in Python. `root` holds `Pulumi.yaml`, `program` holds `__main__.py`.

    `fixed` are settings of other namespaces that the project file itself sets (`aws:region`). `has_samples` tells
    whether a generator left samples: then a setting without value, default and sample was forgotten, not left open.
    """

    root: Path
    name: str
    program: Path
    settings: tuple[Setting, ...]
    fixed: Mapping[str, Any]
    stacks: Mapping[str, StackFile] = field(default_factory=dict)
    has_samples: bool = False


def load_project(path: Path | str) -> Project:
    """Read the project at `path`: the folder with `Pulumi.yaml`, or the one above its `infra` folder.

    Raises `WrongUse` when there is no Python project, or when one of its YAML or JSON files cannot be read.
    """
    root = _root(Path(path))
    content, lines = _read_yaml(root / PROJECT_FILE)
    name = content.get("name")
    if not isinstance(name, str) or not name:
        raise _wrong(root / PROJECT_FILE, "the project has no name", expected="name: <project>")
    runtime = content.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        raise _wrong(root / PROJECT_FILE, f"the runtime is {language!r}", expected="runtime: python")
    declared = content.get("config") or {}
    if not isinstance(declared, dict):
        raise _wrong(root / PROJECT_FILE, "config is not a mapping", expected="config: {<key>: {type: ...}}")
    told = _samples(root)
    return Project(
        root=root,
        name=name,
        program=(root / str(content.get("main", "."))).resolve(),
        settings=tuple(
            _setting(name, key, entry, told, lines.get(key)) for key, entry in declared.items() if _declares(name, key)
        ),
        fixed={key: _fixed(entry) for key, entry in declared.items() if not _declares(name, key)},
        stacks={file.stack: file for file in _stack_files(root, name)},
        has_samples=told is not None,
    )


def complete_key(project: str, key: str) -> str:
    """A setting's key with its namespace, which is the project's where none is written."""
    return key if ":" in key else f"{project}:{key}"


def _declares(project: str, key: str) -> bool:
    return complete_key(project, key).startswith(f"{project}:")


def _fixed(entry: Any) -> Any:
    return entry.get("value", entry.get("default")) if isinstance(entry, dict) else entry


def _root(path: Path) -> Path:
    for candidate in (path, path / "infra"):
        if (candidate / PROJECT_FILE).is_file():
            return candidate.resolve()
    raise WrongUse(
        Problem(
            id="no-project",
            message=f"there is no {PROJECT_FILE}",
            expected="a folder that was generated, or a Pulumi project",
            hint="give the folder that `archgen generate -o` wrote",
            file=str(path),
        )
    )


def _setting(project: str, key: str, entry: Any, told: Mapping[str, Any] | None, line: int | None) -> Setting:
    full = complete_key(project, key)
    declared = entry if isinstance(entry, dict) else {"type": _type_of(entry), "default": entry}
    kind = str(declared.get("type", "string"))
    items = declared.get("items")
    item = str(items.get("type", "string")) if isinstance(items, dict) else None
    known = told or {}
    sample = known.get(full, known.get(key))
    sample = sample if isinstance(sample, dict) else None
    given = (sample or {}).get("sample")
    default = declared.get("value", declared.get("default"))
    return Setting(
        key=full,
        type=kind,
        default=default,
        secret=bool(declared.get("secret") or (sample or {}).get("secret")),
        description=str(declared.get("description", "")),
        items=item,
        live=default == "" or (sample or {}).get("phase") == "live",
        sample=_made_sample(full, kind, item) if given is None else given,
        told=sample is not None,
        line=line,
    )


def _type_of(value: Any) -> str:
    names: dict[type, str] = {bool: "boolean", int: "integer", list: "array", dict: "object"}
    return names.get(type(value), "string")


def _made_sample(key: str, kind: str, item: str | None) -> Any:
    match kind:
        case "integer":
            return 1
        case "boolean":
            return True
        case "array":
            return [_made_sample(key, item or "string", None)]
        case "object":
            return {}
        case _:
            return f"sample-{key.partition(':')[2]}"


def _samples(root: Path) -> Mapping[str, Any] | None:
    file = root.parent / SETTINGS_FILE
    if not file.is_file():
        return None
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _wrong(file, f"not readable as JSON: {error}") from error
    settings = content.get("settings") if isinstance(content, dict) else None
    if not isinstance(settings, dict):
        raise _wrong(file, "it has no settings", expected='{"settings": {<key>: {"sample": ...}}}')
    return settings


def _stack_files(root: Path, project: str) -> list[StackFile]:
    found = []
    for file in sorted(root.glob("Pulumi.*.yaml")):
        content, lines = _read_yaml(file)
        config = content.get("config") or {}
        if not isinstance(config, dict):
            raise _wrong(file, "config is not a mapping", expected="config: {<namespace>:<key>: <value>}")
        found.append(
            StackFile(
                stack=file.name.removeprefix("Pulumi.").removesuffix(".yaml"),
                file=file.name,
                values={complete_key(project, key): value for key, value in config.items()},
                lines={complete_key(project, key): line for key, line in lines.items()},
            )
        )
    return found


def _read_yaml(file: Path) -> tuple[dict[str, Any], dict[str, int]]:
    """The file's content and the line of each key of its `config`."""
    try:
        text = file.read_text(encoding="utf-8")
        content = YAML(typ="safe", pure=True).load(text)
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _wrong(file, f"not readable as YAML: {error.problem}", line=mark.line + 1 if mark else None) from error
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong(file, f"not readable as YAML: {error}") from error
    if content is not None and not isinstance(content, dict):
        raise _wrong(file, "the file is not a mapping", expected="key: value")
    config = _entry(node, "config")
    entries = config.value if isinstance(config, MappingNode) else []
    return content or {}, {str(key.value): key.start_mark.line + 1 for key, _ in entries}


def _entry(node: Node | None, key: str) -> Node | None:
    entries = node.value if isinstance(node, MappingNode) else []
    return next((value for name, value in entries if name.value == key), None)


def _wrong(file: Path, message: str, *, expected: str | None = None, line: int | None = None) -> WrongUse:
    return WrongUse(Problem(id="unreadable-project", message=message, expected=expected, file=str(file), line=line))
