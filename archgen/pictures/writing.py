"""From the drawn views to files: one layout for each view, one writer for each format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from archgen.design import Design
from archgen.errors import Problem, WrongUse
from archgen.pictures.diagrams_program import diagrams_program
from archgen.pictures.drawing import Drawn, drawn
from archgen.pictures.drawio import drawio
from archgen.pictures.mermaid import mermaid
from archgen.pictures.pdf import pdf
from archgen.pictures.png import png
from archgen.pictures.scene import Scene
from archgen.pictures.style import Style
from archgen.pictures.svg import svg
from archgen.program.wiring import Program

_WRITERS: Mapping[str, Callable[[Drawn, Style], bytes]] = {
    "svg": lambda view, style: svg(view.sheet, style),
    "png": lambda view, style: png(svg(view.sheet, style)),
    "drawio": lambda view, style: drawio(view.sheet, style),
    "mmd": lambda view, style: mermaid(view.shown),
    "pdf": lambda view, style: pdf(svg(view.sheet, style), view.sheet.width, view.sheet.height),
}
FORMATS = tuple(_WRITERS)
"""Everything that a picture can be written as; `pdf` needs the extra of that name."""
DEFAULT_FORMATS = ("svg", "png", "drawio", "mmd")
PROGRAM = "diagrams/diagram.py"


def pictures(
    design: Design,
    program: Program,
    *,
    formats: Sequence[str] = DEFAULT_FORMATS,
    views: Iterable[str] | None = None,
    paper: str = "a3",
) -> Mapping[str, bytes]:
    """Path (`diagrams/<view>.<format>`) -> bytes, with the logical view as a program beside them.

    `views` limits them to those named; left out, all that apply. `paper` is `a3` or `wide`. Raises `WrongUse` for a
    format, view or paper that does not exist, and for a named view that does not apply.
    """
    unknown = [format for format in formats if format not in _WRITERS]
    if unknown:
        expected = ", ".join(_WRITERS)
        raise WrongUse(
            *(Problem(id="unknown-format", message=f"no format is called '{f}'", expected=expected) for f in unknown)
        )
    files: dict[str, bytes] = {}
    for name, view in drawn(design, program, views=views, paper=paper).items():
        for format in formats:
            files[f"diagrams/{name}.{format}"] = _WRITERS[format](view, view.style)
        if name == "logical" and isinstance(view.shown, Scene):
            files[PROGRAM] = diagrams_program(view.shown, view.style, design.spec.name)
    return dict(sorted(files.items()))
