"""Wheel, sdist and checkout find the same blueprints and templates; an installed archgen needs no checkout."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tarfile
import zipfile

import pytest

from archgen import registry
from tests.specs import ROOT, path

DATA = "archgen/_data/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("dist")
    code = (
        "import os, sys\nfrom hatchling import build\n"
        "print(build.build_wheel(sys.argv[1]))\nprint(build.build_sdist(sys.argv[1]))\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, capture_output=True)
    return folder


def wheel_of(built: pathlib.Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(next(built.glob("*.whl")))


def wanted() -> set[str]:
    kinds = ("blueprints", "templates")
    found = {p.relative_to(ROOT).as_posix() for kind in kinds for p in (ROOT / kind).rglob("*") if p.is_file()}
    ignored = ("__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis")
    return {name for name in found if not any(part in ignored for part in name.split("/"))}


def test_a_wheel_holds_every_blueprint_and_template(built: pathlib.Path) -> None:
    inside = {name.removeprefix(DATA) for name in wheel_of(built).namelist() if name.startswith(DATA)}
    assert wanted() <= inside


def test_a_wheel_holds_the_data_of_the_package(built: pathlib.Path) -> None:
    inside = set(wheel_of(built).namelist())
    data = (p for p in (ROOT / "archgen").rglob("*") if p.suffix in (".yaml", ".json", ".ttf", ".otf"))
    assert {p.relative_to(ROOT).as_posix() for p in data} <= inside


def test_an_sdist_holds_them_too(built: pathlib.Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert wanted() <= inside


def test_an_installed_archgen_generates_outside_the_checkout(built: pathlib.Path, tmp_path: pathlib.Path) -> None:
    site = tmp_path / "site"
    wheel_of(built).extractall(site)
    code = (
        "import archgen, sys\nassert archgen.__file__.startswith(sys.argv[1]), archgen.__file__\n"
        "from archgen.cli import main\nmain(['generate', sys.argv[2], '-o', sys.argv[3]])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(site), str(path("fraud-slice")), str(tmp_path / "out")],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "out" / "infra" / "__main__.py").is_file()


def test_folders_are_found_beside_the_package_in_a_checkout() -> None:
    assert registry.folders("templates")[0] == ROOT / "templates"
    assert registry.folders("blueprints")[0] == ROOT / "blueprints"
