from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from package import ROOT, PackageError, build_package


def built(tmp_path: Path, name: str = "job.zip") -> Path:
    jar = tmp_path / "connectors.jar"
    jar.write_bytes(b"jar")
    dependencies = tmp_path / "dependencies"
    (dependencies / "valkey" / "__pycache__").mkdir(parents=True, exist_ok=True)
    (dependencies / "valkey" / "__init__.py").write_text("")
    (dependencies / "valkey" / "__pycache__" / "__init__.pyc").write_bytes(b"")
    build_package(ROOT, jar, dependencies, tmp_path / name)
    return tmp_path / name


def test_the_zip_has_what_the_run_options_name(tmp_path: Path) -> None:
    with zipfile.ZipFile(built(tmp_path)) as archive:
        names = set(archive.namelist())
        assert archive.read("lib/pyflink-dependencies.jar") == b"jar"
    assert {"main.py", "dep/velocity/job.py", "dep/valkey/__init__.py"} <= names
    assert "dep/feature_layout/feature_layout.json" in names
    assert not any("__pycache__" in name or "tests" in name for name in names)


def test_every_package_that_the_job_imports_is_in_the_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(built(tmp_path)) as archive:
        names = set(archive.namelist())
    for package in ("velocity", "velocity_core", "feature_layout", "event_contract", "aws_tokens", "service_process"):
        assert f"dep/{package}/__init__.py" in names


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    assert built(tmp_path, "one.zip").read_bytes() == built(tmp_path, "two.zip").read_bytes()


def test_without_the_jar_it_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="mvn package"):
        build_package(ROOT, tmp_path / "absent.jar", tmp_path, tmp_path / "job.zip")
