"""Every app as it is written out: it stands alone, its tests pass there, nothing is in the repository twice."""

from __future__ import annotations

import ast
import hashlib
import os
import pathlib
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator

import pytest

from archgen import registry
from archgen.program.apps import Part, app_files, app_parts, files_below, find_part, has_app

SECONDS = 300
# What a part for every cloud must not know.
PROVIDERS = {"aiobotocore", "aws_msk_iam_sasl_signer", "azure", "boto3", "botocore", "google"}


def apps() -> list[tuple[str, str]]:
    """(cloud, service) of every service with an app."""
    found = [path.parent for path in registry.files("templates", "*/*/service.yaml")]
    return [(path.parent.name, path.name) for path in found if has_app(path.parent.name, path.name)]


def parts() -> list[Part]:
    """Every part, of every cloud and of each."""
    shared = [find_part("every-cloud", path.parent.name) for path in registry.files("templates", "parts/*/part.yaml")]
    own = registry.files("templates", "*/parts/*/part.yaml")
    return shared + [find_part(path.parents[2].name, path.parent.name) for path in own]


@pytest.mark.parametrize(("cloud", "service"), apps())
def test_an_app_stands_alone_and_its_tests_pass(cloud: str, service: str, tmp_path: pathlib.Path) -> None:
    for path, content in app_files(cloud, service).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
        if path.endswith(".py"):
            compile(content, path, "exec")
    # Nothing of this repository may help: neither its folder nor a variable that leads to it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4_000:] + ran.stderr[-2_000:]
    assert " passed" in ran.stdout


@pytest.mark.parametrize(("cloud", "service"), apps())
def test_what_an_app_imports_of_parts_is_what_it_declares(cloud: str, service: str) -> None:
    declared = {part.id for part in app_parts(cloud, service)}
    known = {part.id for part in parts()}
    for path, content in app_files(cloud, service).items():
        if path.endswith(".py"):
            assert imported(content) & known <= declared, path


@pytest.mark.parametrize("part", parts(), ids=lambda part: f"{part.cloud or 'every cloud'}: {part.id}")
def test_edges_import_the_core_and_never_the_reverse(part: Part) -> None:
    below = needed(part)
    known = {other.id for other in parts()}
    for path in files_below(part.folder / part.id):
        if path.suffix == ".py":
            roots = imported(path.read_bytes())
            assert roots & known <= below | {part.id}, path
            assert part.cloud is not None or not roots & PROVIDERS, path


def test_each_thing_is_in_the_repository_once() -> None:
    places: defaultdict[bytes, list[str]] = defaultdict(list)
    for path in code_files():
        content = path.read_bytes()
        if len(content) > 200:
            places[hashlib.sha256(content).digest()].append(str(path))
    assert [twice for twice in places.values() if len(twice) > 1] == []


def test_test_files_of_all_parts_have_names_of_their_own() -> None:
    places: defaultdict[str, set[str]] = defaultdict(set)
    for part in parts():
        for path in files_below(part.folder / "tests"):
            places[path.relative_to(part.folder).as_posix()].add(part.id)
    assert {name: owners for name, owners in places.items() if len(owners) > 1} == {}


def code_files() -> Iterator[pathlib.Path]:
    """Python and JSON of all parts and apps, where they lie."""
    for folder in registry.folders("templates"):
        for path in files_below(folder):
            if path.suffix in (".py", ".json") and {"app", "parts"} & set(path.relative_to(folder).parts):
                yield path


def imported(content: bytes) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(content)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def needed(part: Part) -> set[str]:
    """The parts that a part needs, and what those need."""
    below: set[str] = set()
    for name in part.parts:
        below |= {name} | needed(find_part(part.cloud or "every-cloud", name))
    return below
