"""A view as Mermaid, for readers of a README: a flowchart, or a Gantt chart where the view is over time."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.pictures.scene import Chart, Frame, Node, Scene

_ARROWS = {"request": "==>", "stream": "-->", "batch": "-->", "control": "-.->"}
_PLAIN = frozenset(" -_.,/()×·%→")


def mermaid(shown: Scene | Chart) -> bytes:
    """The text of the diagram."""
    lines = _flowchart(shown) if isinstance(shown, Scene) else _gantt(shown)
    return ("\n".join(lines) + "\n").encode()


def quoted(text: str) -> str:
    """Text inside double quotes: Mermaid takes entities, so nothing in it ends the string or begins markup."""
    return "".join(char if char.isalnum() or char in _PLAIN else f"#{ord(char)};" for char in text)


def _flowchart(scene: Scene) -> Iterator[str]:
    yield "flowchart LR"
    for frame in scene.frames:
        if frame.parent is None:
            yield from _subgraph(scene, frame, "  ")
    yield from (f"  {_node(node)}" for node in scene.nodes if node.frame is None)
    for link in scene.links:
        words = " ".join(part for part in (str(link.step or ""), link.label) if part)
        label = f'|"{quoted(words)}"|' if words else ""
        yield f"  {_id(link.source)} {_ARROWS[link.kind]}{label} {_id(link.target)}"


def _subgraph(scene: Scene, frame: Frame, indent: str) -> Iterator[str]:
    inner = [one for one in scene.frames if one.parent == frame.id]
    body = [line for one in inner for line in _subgraph(scene, one, indent + "  ")]
    body += [f"{indent}  {_node(node)}" for node in scene.nodes if node.frame == frame.id]
    if body:
        yield f'{indent}subgraph frame_{_id(frame.id)}["{quoted(frame.title)}"]'
        yield from body
        yield f"{indent}end"


def _node(node: Node) -> str:
    return f'{_id(node.id)}["{"<br/>".join(quoted(part) for part in (node.title, *node.lines))}"]'


def _id(id: str) -> str:
    """An id that is no keyword: `end` alone would end the subgraph."""
    return "n_" + id.replace("-", "_")


def _gantt(chart: Chart) -> Iterator[str]:
    """Mermaid's Gantt knows dates only: the chart's unit becomes milliseconds, and the axis is left to the texts."""
    yield "gantt"
    yield f"  title {_bare(chart.title)} in {_bare(chart.unit)}"
    yield "  dateFormat x"
    yield "  axisFormat %Q"
    for bar in chart.bars:
        kind = "done, " if bar.kind == "reserve" else ""
        yield f"  {_bare(bar.title)} {_bare(bar.text)} :{kind}{bar.start:.0f}, {bar.end:.0f}"
    for mark in chart.marks:
        yield f"  {_bare(mark.title)} :milestone, {mark.at:.0f}, {mark.at:.0f}"


def _bare(text: str) -> str:
    """Text without the characters that end a title or a task's name."""
    return "".join(char if char not in ":;#,\n" else " " for char in text)
