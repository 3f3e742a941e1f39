"""What is generated passes its own proof, formatter, linter, type checker and tests, from the same templates."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest

from archgen.engine import load_project
from archgen.proof import prove
from tests.specs import designed, path

SLICES = (
    "payments-fraud",
    "demand-forecasting",
    "fraud-slice",
    "fraud-slice-existing-network",
    "fraud-slice-kafka",
    "fraud-slice-no-online-features",
)
WHOLE = SLICES[:3]
"""What is proved in every stack and phase. The others differ from the third in some components, not in their stacks."""
STACKS = ("dev", "staging", "prod")
PHASES = ("foundation", "live")
Project = Callable[..., pathlib.Path]


def run(*command: str, cwd: pathlib.Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("case", WHOLE)
def test_every_stack_passes_in_both_phases(project: Project, case: str) -> None:
    loaded = load_project(project(case))
    stacks = tuple(sorted(loaded.stacks))
    assert stacks == tuple(sorted(designed(case).stacks))
    proofs = list(prove(loaded, stacks, PHASES))
    assert {(proof.stack, proof.phase) for proof in proofs} == {(s, p) for s in stacks for p in PHASES}
    assert [str(finding) for proof in proofs for finding in proof.findings] == []
    live = next(proof for proof in proofs if (proof.stack, proof.phase) == ("prod", "live"))
    assert sum(live.counts.values()) > 150


@pytest.mark.parametrize("case", SLICES[3:])
def test_production_passes_in_both_phases_and_development_once_it_is_live(project: Project, case: str) -> None:
    loaded = load_project(project(case))
    assert set(loaded.stacks) == set(designed(case).stacks)
    proofs = [*prove(loaded, ["prod"], PHASES), *prove(loaded, ["dev"], ["live"])]
    assert [(proof.stack, proof.phase) for proof in proofs] == [
        ("prod", "foundation"),
        ("prod", "live"),
        ("dev", "live"),
    ]
    assert [str(finding) for proof in proofs for finding in proof.findings] == []
    assert sum(proofs[1].counts.values()) > 150


@pytest.mark.parametrize("case", SLICES)
def test_what_is_emitted_is_clean(project: Project, case: str) -> None:
    folder = project(case)
    for command in (("ruff", "check", "."), ("ruff", "format", "--check", ".")):
        done = run(sys.executable, "-m", *command, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr
    types = run(sys.executable, "-m", "ty", "check", "--python", sys.prefix, "infra", cwd=folder)
    assert types.returncode == 0, types.stdout


def test_its_own_tests_pass(project: Project) -> None:
    done = run(
        sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "infra/tests", cwd=project("fraud-slice")
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_generation_imports_no_provider_sdk(tmp_path: pathlib.Path) -> None:
    code = (
        "import sys\nfrom archgen.cli import main\n"
        f"try:\n    main(['generate', {str(path('fraud-slice'))!r}, '-o', {str(tmp_path / 'out')!r}])\n"
        "except SystemExit as done:\n    assert done.code == 0\n"
        "assert not {m for m in sys.modules if m.split('.')[0].startswith('pulumi')}\n"
    )
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_two_processes_give_the_same_bytes(tmp_path: pathlib.Path) -> None:
    for seed in ("0", "1", "4242"):
        command = (
            sys.executable,
            "-m",
            "archgen.cli",
            "generate",
            str(path("fraud-slice")),
            "-o",
            str(tmp_path / seed),
        )
        done = run(*command, cwd=tmp_path, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
    trees = [
        {p.relative_to(tmp_path / seed): p.read_bytes() for p in sorted((tmp_path / seed).rglob("*")) if p.is_file()}
        for seed in ("0", "1", "4242")
    ]
    assert trees[0] == trees[1] == trees[2]


def test_every_resource_lies_under_a_component_of_the_design(project: Project) -> None:
    for proof in prove(load_project(project("fraud-slice")), ["prod"], ["live"]):
        roots = {resource.component for resource in proof.resources}
        assert roots == set(designed("fraud-slice").bindings)


def test_components_are_copied_byte_for_byte(project: Project) -> None:
    templates = path("fraud-slice").parents[2] / "templates" / "aws"
    components = project("fraud-slice") / "infra" / "components"
    copied = [p for p in sorted(components.rglob("*.py")) if p.name != "__init__.py"]
    assert len(copied) > 15
    for file in copied:
        assert file.read_bytes() == (templates / file.relative_to(components)).read_bytes()


def test_main_reads_as_the_architecture(project: Project) -> None:
    """No loop, branch or literal policy; each component of the design is made once, in dependency order."""
    import ast

    tree = ast.parse((project("fraud-slice") / "infra" / "__main__.py").read_text())
    branching = (ast.If, ast.For, ast.While, ast.IfExp, ast.Try, ast.comprehension, ast.FunctionDef, ast.Dict)
    assert not [node for node in ast.walk(tree) if isinstance(node, branching)]
    made = [
        str(node.value.args[0].value)
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and node.value.args
        and isinstance(node.value.args[0], ast.Constant)
    ]
    assert set(designed("fraud-slice").bindings) <= set(made)


def test_no_stack_file_holds_a_value_that_only_the_client_knows(project: Project) -> None:
    folder = project("fraud-slice")
    known = json.loads((folder / ".archgen" / "settings.json").read_text())["settings"]
    assert any(setting["secret"] for setting in known.values())
    for stack in STACKS:
        text = (folder / "infra" / f"Pulumi.{stack}.yaml").read_text()
        assert not [key for key in known if f":{key}:" in text]
