"""Acme's package, installed by pip into a folder of its own, and faults planted into what was installed."""

from __future__ import annotations

import importlib
import pathlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from archgen import registry
from archgen.blueprints import catalogue as blueprints
from archgen.program import apps
from archgen.services import catalogue as services
from tests.planting import Fault, plant

ACME = pathlib.Path(__file__).parent / "acme_archgen"
SPECS = ACME / "specs"
STREAM = "acme_archgen/templates/aws/acme_stream"
RELAY = "acme_archgen/blueprints/acme_decision_relay"

Acme = Callable[..., pathlib.Path]


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder that pip installed the package into, as it does for anybody."""
    target = tmp_path_factory.mktemp("acme") / "site"
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(target)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(ACME)], check=True, capture_output=True, text=True
    )
    return target


@pytest.fixture
def acme(installed: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    """`acme(*faults)`: puts the package, with the faults in it, on the path of this process; returns its folder."""

    def offered(*faults: Fault) -> pathlib.Path:
        folder = plant(installed, tmp_path / "site", *faults) if faults else installed
        monkeypatch.syspath_prepend(str(folder))
        _forget()
        return folder

    yield offered
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    """What is found by walking folders is found once per process."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme_archgen"]:
        del sys.modules[name]
    importlib.invalidate_caches()
    for found in (
        registry._offers,
        services.clouds,
        services.services,
        services.facts,
        services.component_source,
        blueprints.blueprints,
        apps.find_part,
    ):
        found.cache_clear()
