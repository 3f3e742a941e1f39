from __future__ import annotations

import ast
import importlib.util
import pathlib
import shutil

import pytest

from archgen.pictures.diagrams_program import diagrams_program
from archgen.pictures.drawing import Drawn
from archgen.pictures.scene import Scene


@pytest.fixture
def program(sheets: dict[str, Drawn], tmp_path: pathlib.Path) -> pathlib.Path:
    view = sheets["logical"]
    assert isinstance(view.shown, Scene)
    path = tmp_path / "diagram.py"
    path.write_bytes(diagrams_program(view.shown, view.style, "payments-fraud"))
    return path


def test_it_imports_clean_and_draws_nothing_on_import(program: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("graphviz")
    monkeypatch.chdir(program.parent)
    spec = importlib.util.spec_from_file_location("emitted_diagram", program)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert callable(module.draw)
    assert [path.name for path in program.parent.iterdir() if path.suffix == ".png"] == []


def test_every_node_and_flow_is_in_it(program: pathlib.Path, sheets: dict[str, Drawn]) -> None:
    shown = sheets["logical"].shown
    assert isinstance(shown, Scene)
    tree = ast.parse(program.read_text(encoding="utf-8"))
    made = {
        keyword.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "nodeid" and isinstance(keyword.value, ast.Constant)
    }
    assert made == {node.id for node in shown.nodes}
    edges = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Edge"]
    assert len(edges) == len(shown.links)


@pytest.mark.skipif(shutil.which("dot") is None, reason="rendering needs Graphviz")
def test_it_renders(program: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(program.parent)
    spec = importlib.util.spec_from_file_location("emitted_diagram", program)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.draw()
    assert (program.parent / "diagram.png").stat().st_size > 10_000
