"""How an app is put together, on templates made for the purpose."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator

import pytest

from archgen import registry
from archgen.errors import TemplateError
from archgen.program.apps import app_files, app_parts, find_part, has_app
from archgen.services import catalogue

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a file of the only templates folder; `service` and `part` say what lies there."""

    def put(path: str, content: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")

    monkeypatch.setattr(registry, "folders", lambda kind: (tmp_path,))
    put("app/pyproject.toml.txt", "[tool.ruff]\n")
    put("app/dockerignore", "tests\n")
    caches = (catalogue.facts.cache_clear, find_part.cache_clear)
    for clear in caches:
        clear()
    yield put
    for clear in caches:
        clear()


def part(write: Write, place: str, yaml: str = "") -> None:
    name = place.rpartition("/")[2]
    write(f"{place}/part.yaml", f"title: {name}\n{yaml}")
    write(f"{place}/{name}/__init__.py", f'"""{place}"""\n')
    write(f"{place}/tests/test_{name}.py", "")


def service(write: Write, *parts: str) -> None:
    write("nimbus/scoring/service.yaml", f"title: Scoring\nicon: none\napp: {{parts: [{', '.join(parts)}]}}\n")
    write("nimbus/scoring/app/scoring/__main__.py", "")


def refused(id: str) -> str:
    with pytest.raises(TemplateError) as caught:
        app_files("nimbus", "scoring")
    assert [problem.id for problem in caught.value.problems] == [id]
    return str(caught.value)


def test_needs_are_followed_and_come_first(write: Write) -> None:
    part(write, "parts/core", "parts: [streams, events]\n")
    part(write, "parts/streams", "parts: [events]\n")
    part(write, "parts/events")
    part(write, "parts/unused")
    service(write, "core")
    assert [found.id for found in app_parts("nimbus", "scoring")] == ["events", "streams", "core"]


def test_packages_tests_and_own_files_lie_in_one_folder(write: Write) -> None:
    part(write, "parts/core")
    write("parts/core/core/policy.json", "{}")
    write("parts/core/core/__pycache__/x.pyc", "")
    service(write, "core")
    assert sorted(app_files("nimbus", "scoring")) == [
        ".dockerignore",
        "core/__init__.py",
        "core/policy.json",
        "pyproject.toml",
        "requirements-dev.txt",
        "requirements.txt",
        "scoring/__main__.py",
        "tests/test_core.py",
    ]


def test_a_clouds_own_part_is_found_before_that_of_every_cloud(write: Write) -> None:
    part(write, "parts/streams")
    part(write, "nimbus/parts/streams")
    service(write, "streams")
    assert app_files("nimbus", "scoring")["streams/__init__.py"] == b'"""nimbus/parts/streams"""\n'


def test_requirements_are_those_of_all_sorted_and_once(write: Write) -> None:
    part(write, "parts/core", 'requirements: ["valkey>=6.1,<7", "aiohttp>=3"]\ntest_requirements: ["hypothesis>=6"]\n')
    part(write, "nimbus/parts/tokens", 'requirements: ["valkey>=6.1,<7"]\n')
    service(write, "tokens", "core")
    write("nimbus/scoring/app/requirements.txt", "# why\nboto3>=1  # because\n\n")
    write("nimbus/scoring/app/requirements-dev.txt", "-r requirements.txt\npyspark>=3\n")
    files = app_files("nimbus", "scoring")
    assert files["requirements.txt"].decode().splitlines() == ["aiohttp>=3", "boto3>=1", "valkey>=6.1,<7"]
    first, *others = files["requirements-dev.txt"].decode().splitlines()
    assert first == "-r requirements.txt"
    assert others == sorted(others)
    assert {"hypothesis>=6", "pyspark>=3"} < set(others)


@pytest.mark.parametrize("other", ["Valkey>=7", "valkey[libvalkey]>=6.1,<7", "valkey"])
def test_two_wishes_for_one_package_are_refused_and_both_named(write: Write, other: str) -> None:
    part(write, "parts/core", 'requirements: ["valkey>=6.1,<7"]\n')
    part(write, "parts/tokens", f'requirements: ["{other}"]\n')
    service(write, "core", "tokens")
    said = refused("requirement-twice")
    assert f"'{other}'" in said and "'valkey>=6.1,<7'" in said and "core" in said and "tokens" in said


def test_a_service_may_replace_what_every_app_has(write: Write) -> None:
    service(write)
    write("nimbus/scoring/app/pyproject.toml", "[tool.other]\n")
    assert app_files("nimbus", "scoring")["pyproject.toml"] == b"[tool.other]\n"


@pytest.mark.parametrize("path", ["tests/test_core.py", "core/__init__.py"])
def test_a_file_from_two_places_is_refused(write: Write, path: str) -> None:
    part(write, "parts/core")
    service(write, "core")
    write(f"nimbus/scoring/app/{path}", "")
    said = refused("app-file-twice")
    assert f"'{path}'" in said and "parts/core" in said


def test_an_unknown_part_is_refused_where_it_is_asked_for(write: Write) -> None:
    part(write, "parts/core", "parts: [streems]\n")
    service(write, "core")
    said = refused("unknown-part")
    assert "streems" in said and "core/part.yaml" in said


def test_a_circle_is_refused_in_full(write: Write) -> None:
    part(write, "parts/core", "parts: [streams]\n")
    part(write, "parts/streams", "parts: [core]\n")
    service(write, "core")
    assert "core -> streams -> core" in refused("part-circle")


def test_the_core_needs_no_edge(write: Write) -> None:
    part(write, "parts/core", "parts: [tokens]\n")
    part(write, "nimbus/parts/tokens")
    service(write, "core")
    assert "never the reverse" in refused("part-direction")


@pytest.mark.parametrize(
    ("yaml", "id"), [("titel: x\n", "part-keys"), ("", "part-title"), ("title: x\n", "part-package")]
)
def test_half_a_part_is_refused(write: Write, yaml: str, id: str) -> None:
    write("parts/core/part.yaml", yaml)
    service(write, "core")
    refused(id)


def test_a_service_without_code_has_no_app(write: Write) -> None:
    write("nimbus/stream/service.yaml", "title: Stream\nicon: none\n")
    assert not has_app("nimbus", "stream")
    assert app_files("nimbus", "stream") == {}
