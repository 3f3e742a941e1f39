"""Wheel, sdist and checkout find the same blueprints and templates; an installed archgen needs no checkout."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tarfile
import venv
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


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_an_installed_archgen_generates_and_checks_outside_the_checkout(
    built: pathlib.Path, tmp_path: pathlib.Path, pattern: str
) -> None:
    python = environment_with(next(built.glob(pattern)), tmp_path / "venv")
    place = run(python, "-c", "import archgen; print(archgen.__file__)", cwd=tmp_path)
    assert pathlib.Path(place.strip()).is_relative_to(tmp_path / "venv"), (
        "the checkout stands in for what was installed"
    )
    spec = tmp_path / "spec.yaml"
    # One stack in both phases is proved; what is proved of more of them is the same.
    spec.write_text(path("fraud-slice").read_text().replace("[dev, staging, prod]", "[prod]"))
    archgen = python.with_name("archgen")
    run(archgen, "generate", str(spec), "-o", "out", cwd=tmp_path)
    assert (tmp_path / "out" / "diagrams" / "logical.svg").is_file()
    assert "1 passed, 0 failed" in run(archgen, "check", "out", cwd=tmp_path)


def environment_with(distribution: pathlib.Path, place: pathlib.Path) -> pathlib.Path:
    """The Python of a fresh environment with archgen installed; its dependencies are those that run the tests."""
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    site = pathlib.Path(run(python, "-c", "import site; print(site.getsitepackages()[0])", cwd=place).strip())
    # Each SDK is 300 MB. A path file inside the folders that this one names is not read, so that an archgen installed
    # there in editable form stays out of sight.
    (site / "dependencies.pth").write_text("\n".join(path for path in sys.path if path.endswith("-packages")))
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--force-reinstall"]
    run(
        pathlib.Path(sys.executable),
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        *options,
        str(distribution),
        cwd=place,
    )
    return python


def run(program: pathlib.Path, *arguments: str, cwd: pathlib.Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(program), *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_folders_are_found_beside_the_package_in_a_checkout() -> None:
    assert registry.folders("templates")[0] == ROOT / "templates"
    assert registry.folders("blueprints")[0] == ROOT / "blueprints"
