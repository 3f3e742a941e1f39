"""Builds the zip that Managed Service for Apache Flink runs: `mvn package`, then `python package.py`.

    main.py                         the entry point      (run option `python`)
    dep/                            the packages beside it, and those that they need      (run option `pyFiles`)
    lib/pyflink-dependencies.jar    the connectors      (run option `jarfile`)

The options belong to the property group `kinesis.analytics.flink.run.options`. The same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent
JAR = "lib/pyflink-dependencies.jar"
# The runtime FLINK-1_20 runs Python 3.11 on Linux x86-64, whatever this machine is.
TARGET = ("--python-version", "3.11", "--platform", "manylinux2014_x86_64", "--only-binary", ":all:")
_EPOCH = (1980, 1, 1, 0, 0, 0)


class PackageError(Exception):
    """The package cannot be built; the message says what is missing."""


def install_dependencies(requirements: Path, target: Path) -> None:
    """Fetch the Python packages for the runtime's platform.

    Raises:
        PackageError: pip failed.
    """
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target", str(target), *TARGET]
    if subprocess.run([*command, "--requirement", str(requirements)], check=False).returncode:
        raise PackageError(f"pip could not install {requirements.name}")


def build_package(root: Path, jar: Path, dependencies: Path, output: Path) -> None:
    """Write the zip.

    Args:
        root: folder of main.py and of the job's own packages, each of which goes in.
        jar: the shaded connectors.
        dependencies: folder of installed Python packages.

    Raises:
        PackageError: the jar is missing.
    """
    if not jar.is_file():
        raise PackageError(f"{jar} is missing: run `mvn package` first")
    entries = {"main.py": root / "main.py", JAR: jar}
    entries |= {f"dep/{name}": path for name, path in _files(dependencies)}
    for initial in sorted(root.glob("*/__init__.py")):
        package = initial.parent
        entries |= {f"dep/{package.name}/{name}": path for name, path in _files(package)}
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted(entries.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix(), path


def main() -> int:
    """Command line; 1 when something is missing."""
    parser = argparse.ArgumentParser(description="Build the package of the velocity-features job.")
    parser.add_argument("--jar", type=Path, default=ROOT / "target" / "pyflink-dependencies.jar")
    parser.add_argument("--output", type=Path, default=ROOT / "velocity-features.zip")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        try:
            install_dependencies(ROOT / "requirements.txt", Path(folder))
            build_package(ROOT, arguments.jar, Path(folder), arguments.output)
        except PackageError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
