from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archgen.engine import load_project
from archgen.errors import WrongUse
from archgen.proof.coverage import cloud_of_program, load_coverage
from tests.proof.recordings import evidence, resource

PROJECT = Path(__file__).parent.parent / "engine" / "project"


def copied(folder: Path, coverage: str | None) -> Path:
    shutil.copytree(PROJECT, folder)
    file = folder / "docs" / "coverage.json"
    file.unlink()
    if coverage is not None:
        file.write_text(coverage, encoding="utf-8")
    return folder


def test_a_project_without_coverage_is_proved_without_it(tmp_path: Path) -> None:
    assert load_coverage(load_project(copied(tmp_path / "p", None))) is None


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        ("{", "not readable as JSON"),
        ("[]", "no object"),
        ('{"components": [{"service": "x"}]}', "lacks id"),
        ('{"components": {}}', "components is no list"),
        ('{"design": {"mode": "batch"}}', "the design .* lacks frameworks, labels, p99_ms"),
        ('{"flows": [{"id": "f", "source": "a", "target": "b", "opener": "a", "other": "b", "grant": {}}]}', None),
        ('{"flows": [{"id": "f", "source": "a", "target": "b", "opener": "a"}]}', "lacks other"),
        (
            '{"flows": [{"id": "f", "source": "", "target": "b", "opener": "a", "other": "", "grant": {"owner": ""}}]}',
            "lacks name, types",
        ),
    ],
)
def test_a_malformed_coverage_is_refused_with_the_reason(tmp_path: Path, coverage: str, said: str | None) -> None:
    project = load_project(copied(tmp_path / "p", coverage))
    if said is None:
        assert load_coverage(project) is not None
    else:
        with pytest.raises(WrongUse, match=said):
            load_coverage(project)


def test_the_cloud_is_the_coverages_or_the_one_of_most_resources() -> None:
    graph = evidence(*(resource(str(n), kind, "c") for n, kind in enumerate(["gcp:a:B", "aws:a:B", "gcp:a:B"]))).up
    assert cloud_of_program({"cloud": "azure"}, graph) == "azure"
    assert cloud_of_program(None, graph) == "gcp"
