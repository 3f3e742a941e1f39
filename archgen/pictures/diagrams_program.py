"""The logical view as a program on the `diagrams` package, for people who like to edit diagrams as code.

It needs Graphviz to render and has Graphviz's layout: the other formats are the ones to show.
"""

from __future__ import annotations

import ast
import json
import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from archgen.pictures.icons import icon_path
from archgen.pictures.scene import Frame, Node, Scene
from archgen.pictures.style import Style

_WIDTH = 120
_BLANK = ("diagrams.generic.blank", "Blank")


@dataclass(frozen=True, kw_only=True)
class _Names:
    """Module and class of each node, and what it is called in the program: two modules may share a class name."""

    classes: Mapping[str, tuple[str, str]]

    def called(self, id: str) -> str:
        module, name = self.classes[id]
        shared = {m for m, n in self.classes.values() if n == name}
        return name if len(shared) == 1 else f"{module.split('.')[1].capitalize()}{name}"

    def imports(self) -> Iterator[str]:
        for module in sorted({module for module, _ in self.classes.values()}):
            names = {}
            for id, (own, name) in self.classes.items():
                if own == module:
                    called = self.called(id)
                    names[called] = name if called == name else f"{name} as {called}"
            yield f"from {module} import {', '.join(names[key] for key in sorted(names))}"


def diagrams_program(scene: Scene, style: Style, name: str) -> bytes:
    """The program. `name` is the spec's short name: no free text of a spec becomes Python."""
    names = _Names(classes={node.id: icon_class(node.icon) for node in scene.nodes})
    lines = [
        '"""The logical view as code. Rendering needs Graphviz: python diagram.py writes diagram.png."""',
        "",
        "from diagrams import Cluster, Diagram, Edge",
        *names.imports(),
        "",
        "",
        "def draw() -> None:",
        '    """Write diagram.png into the working directory."""',
        f'    with Diagram({_string(name)}, filename="diagram", show=False, direction="LR"):',
    ]
    for frame in scene.frames:
        if frame.parent is None:
            lines += _cluster(scene, frame, names, " " * 8)
    lines += [_made(node, names, _linked(scene), " " * 8) for node in scene.nodes if node.frame is None]
    for link in scene.links:
        look = style.lines[link.kind]
        label = " ".join(part for part in (str(link.step or ""), link.label) if part)
        dashed = ', style="dashed"' if look.dash else ""
        edge = f"Edge(label={_string(label)}, color={_string(look.colour)}{dashed})"
        lines.append(f"        {variable(link.source)} >> {edge} >> {variable(link.target)}")
    lines += ["", "", 'if __name__ == "__main__":', "    draw()"]
    return ("\n".join(lines) + "\n").encode()


def _linked(scene: Scene) -> frozenset[str]:
    return frozenset(id for link in scene.links for id in (link.source, link.target))


def _cluster(scene: Scene, frame: Frame, names: _Names, indent: str) -> Sequence[str]:
    body = [_made(node, names, _linked(scene), indent + "    ") for node in scene.nodes if node.frame == frame.id]
    for inner in scene.frames:
        if inner.parent == frame.id:
            body += _cluster(scene, inner, names, indent + "    ")
    return [f"{indent}with Cluster({_string(frame.title)}):", *body] if body else []


def _made(node: Node, names: _Names, linked: frozenset[str], indent: str) -> str:
    """One node; it has a name only where an edge needs it. Laid out as a formatter would."""
    label = _string("\n".join((node.title, *node.lines)))
    head = f"{indent}{variable(node.id)} = " if node.id in linked else indent
    head += names.called(node.id)
    arguments = f"{label}, nodeid={_string(node.id)}"
    if len(f"{head}({arguments})") <= _WIDTH:
        return f"{head}({arguments})"
    if len(f"{indent}    {arguments}") <= _WIDTH:
        return f"{head}(\n{indent}    {arguments}\n{indent})"
    return f"{head}(\n{indent}    {label},\n{indent}    nodeid={_string(node.id)},\n{indent})"


def variable(id: str) -> str:
    """The id as a name that is no keyword and hides nothing that the program imports."""
    return f"the_{id.replace('-', '_')}"


@cache
def icon_class(icon: str | None) -> tuple[str, str]:
    """Module and class of the `diagrams` package that draw an icon; its blank node where it has no class."""
    if icon is None:
        return _BLANK
    provider, module, file = icon.split("/")
    source = icon_path(icon).parents[3] / "diagrams" / provider / f"{module}.py"
    return (f"diagrams.{provider}.{module}", _classes(source)[file]) if file in _classes(source) else _BLANK


@cache
def _classes(source: pathlib.Path) -> Mapping[str, str]:
    """File name of an icon -> class, read without importing the package, which needs Graphviz's Python interface."""
    if not source.is_file():
        return {}
    found: dict[str, str] = {}
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                    found.setdefault(str(statement.value.value), node.name)
    return found


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=True)
