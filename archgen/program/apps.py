"""The code that a service runs: shared parts and the service's own edges, assembled into one folder that stands alone.

A service names parts in its `service.yaml` (`app: {parts: [...]}`); what those need is followed. A part is looked for
in `templates/<cloud>/parts/` first, then in `templates/parts/`, whose README says what a part is.
"""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from archgen import registry
from archgen.errors import Problem, TemplateError
from archgen.services.catalogue import facts, folder

_REQUIREMENTS, _TEST_REQUIREMENTS = "requirements.txt", "requirements-dev.txt"
# What the generated workflow of every project runs in each app.
_TEST_TOOLS = ("pytest>=8,<10", "ruff>=0.17,<0.18")
# pip compiles the templates on install, and whoever tests an app where it lies leaves caches behind.
_CACHES = frozenset({"__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"})
_NAME = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")
_KEYS = frozenset({"title", "requirements", "test_requirements", "parts"})


@dataclass(frozen=True, kw_only=True)
class Part:
    """A package of its own with its tests. `cloud` is None for a part of every cloud."""

    id: str
    cloud: str | None
    folder: pathlib.Path
    title: str
    requirements: tuple[str, ...]
    test_requirements: tuple[str, ...]
    parts: tuple[str, ...]


def has_app(cloud: str, service: str) -> bool:
    """Whether a service has code to run."""
    return (folder(cloud, service) / "app").is_dir() or bool(_named_parts(cloud, service))


def app_parts(cloud: str, service: str) -> tuple[Part, ...]:
    """The parts of a service's app, each after those that it needs.

    Raises:
        TemplateError: a part is missing, not whole, in a circle, or for every cloud and in need of a part of one.
    """
    found: dict[str, Part] = {}
    place = str(folder(cloud, service) / "service.yaml")
    for name in _named_parts(cloud, service):
        _follow(cloud, name, place, (), found)
    return tuple(found.values())


def app_files(cloud: str, service: str) -> Mapping[str, bytes]:
    """Path -> bytes of a service's app; empty for a service without one.

    It holds the parts' packages and tests, the service's own `app/`, the requirements of all, and what `templates/app/`
    has for every app, unless the service has a file of its own for it.

    Raises:
        TemplateError: see `app_parts`; two give one file, or two requirements on one package differ.
    """
    if not has_app(cloud, service):
        return {}
    parts = app_parts(cloud, service)
    own = folder(cloud, service) / "app"
    origins: dict[str, pathlib.Path] = {}
    for target, path in (*(pair for part in parts for pair in _of_part(part)), *_of_service(own)):
        if (other := origins.setdefault(target, path)) != path:
            raise _wrong("app-file-twice", path, f"'{target}' of the app comes from {other} too", "a name of its own")
    files = {target: path.read_bytes() for target, path in (dict(_common()) | origins).items()}
    needed = [(r, p.folder / "part.yaml") for p in parts for r in p.requirements] + _listed(own / _REQUIREMENTS)
    tested = [(r, p.folder / "part.yaml") for p in parts for r in p.test_requirements]
    tested += _listed(own / _TEST_REQUIREMENTS) + [(tool, pathlib.Path(__file__)) for tool in _TEST_TOOLS]
    _agree(needed + tested)
    files[_REQUIREMENTS] = _lines(requirement for requirement, _ in needed)
    files[_TEST_REQUIREMENTS] = f"-r {_REQUIREMENTS}\n".encode() + _lines(requirement for requirement, _ in tested)
    return dict(sorted(files.items()))


def files_below(place: pathlib.Path) -> Iterator[pathlib.Path]:
    """Every file below a folder, sorted, without caches."""
    return (
        path for path in sorted(place.rglob("*")) if path.is_file() and not _CACHES & set(path.relative_to(place).parts)
    )


@cache
def find_part(cloud: str, name: str) -> Part:
    """A part as its cloud has it, or as all have it.

    Raises:
        FileNotFoundError: there is none.
        TemplateError: its `part.yaml` or its package is not what it should be.
    """
    try:
        place, owner = registry.find("templates", f"{cloud}/parts/{name}/part.yaml"), cloud
    except FileNotFoundError:
        place, owner = registry.find("templates", f"parts/{name}/part.yaml"), None
    said = registry.data_of(place) or {}
    if unknown := sorted(set(said) - _KEYS):
        raise _wrong("part-keys", place, f"unknown {', '.join(unknown)}", f"some of {', '.join(sorted(_KEYS))}")
    if not said.get("title"):
        raise _wrong("part-title", place, "no title", "one line that says what the part gives")
    if not (place.parent / name / "__init__.py").is_file():
        raise _wrong("part-package", place, "no package of the part's own name", f"{name}/__init__.py beside it")
    return Part(
        id=name,
        cloud=owner,
        folder=place.parent,
        title=said["title"],
        requirements=tuple(said.get("requirements") or ()),
        test_requirements=tuple(said.get("test_requirements") or ()),
        parts=tuple(said.get("parts") or ()),
    )


def _named_parts(cloud: str, service: str) -> tuple[str, ...]:
    return tuple((facts(cloud, service).get("app") or {}).get("parts") or ())


def _follow(cloud: str, name: str, asked_by: str, trail: tuple[str, ...], found: dict[str, Part]) -> None:
    if name in found:
        return
    if name in trail:
        raise _wrong("part-circle", asked_by, f"parts need one another: {' -> '.join((*trail, name))}", "no circle")
    try:
        part = find_part(cloud, name)
    except FileNotFoundError:
        where = f"templates/{cloud}/parts/{name} or templates/parts/{name}"
        raise _wrong("unknown-part", asked_by, f"there is no part '{name}'", where) from None
    for needed in part.parts:
        _follow(cloud, needed, str(part.folder / "part.yaml"), (*trail, name), found)
        if part.cloud is None and found[needed].cloud is not None:
            message = f"'{name}' is for every cloud and needs '{needed}' of {found[needed].cloud}"
            raise _wrong("part-direction", part.folder / "part.yaml", message, "edges need the core, never the reverse")
    found[name] = part


def _common() -> Iterator[tuple[str, pathlib.Path]]:
    place = registry.find("templates", "app")
    for path in files_below(place):
        target = path.relative_to(place).as_posix().removesuffix(".txt")
        yield f".{target}" if target == "dockerignore" else target, path


def _of_part(part: Part) -> Iterator[tuple[str, pathlib.Path]]:
    for path in files_below(part.folder):
        relative = path.relative_to(part.folder)
        if relative.parts[0] in (part.id, "tests"):
            yield relative.as_posix(), path


def _of_service(own: pathlib.Path) -> Iterator[tuple[str, pathlib.Path]]:
    for path in files_below(own):
        relative = path.relative_to(own).as_posix()
        if relative not in (_REQUIREMENTS, _TEST_REQUIREMENTS):
            yield relative, path


def _listed(path: pathlib.Path) -> list[tuple[str, pathlib.Path]]:
    if not path.is_file():
        return []
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [(line, path) for line in lines if line and line != f"-r {_REQUIREMENTS}"]


def _agree(requirements: Iterable[tuple[str, pathlib.Path]]) -> None:
    """Raises `TemplateError` where one package is required in two ways: pip would take either or neither."""
    seen: dict[str, tuple[str, pathlib.Path]] = {}
    for requirement, path in requirements:
        match = _NAME.match(requirement)
        if match is None:
            raise _wrong("requirement", path, f"'{requirement}' names no package", "a requirement as pip reads it")
        known, other = seen.setdefault(re.sub(r"[._-]+", "-", match[0]).lower(), (requirement, path))
        if known != requirement:
            raise _wrong("requirement-twice", path, f"'{requirement}' against '{known}' of {other}", "the same in both")


def _lines(requirements: Iterable[str]) -> bytes:
    return "".join(f"{requirement}\n" for requirement in sorted(set(requirements))).encode()


def _wrong(id: str, place: pathlib.Path | str, message: str, expected: str) -> TemplateError:
    return TemplateError(Problem(id=id, file=str(place), message=message, expected=expected))
