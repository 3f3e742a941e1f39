"""An SVG as PDF, where the extra `pdf` is installed."""

from __future__ import annotations

import importlib
import tempfile
from pathlib import Path

from archgen.errors import Problem, WrongUse
from archgen.pictures.text import FONTS

_POINTS_WIDE = 1190.55
"""A3 landscape: 420 mm."""


def pdf(svg: bytes, width: float, height: float) -> bytes:
    """The picture as vectors on one page of A3's width. Raises `WrongUse` without the extra."""
    try:
        typst = importlib.import_module("typst")
    except ImportError:
        problem = Problem(id="no-pdf", message="PDF needs another package", hint="pip install 'archgen[pdf]'")
        raise WrongUse(problem) from None
    high = _POINTS_WIDE * height / width
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "picture.svg").write_bytes(svg)
        (place / "page.typ").write_text(
            "#set document(date: none)\n"
            f"#set page(width: {_POINTS_WIDE:.2f}pt, height: {high:.2f}pt, margin: 0pt)\n"
            '#image("picture.svg", width: 100%)\n',
            encoding="utf-8",
        )
        made = typst.compile(
            str(place / "page.typ"), root=str(place), font_paths=[str(FONTS)], ignore_system_fonts=True, timestamp=0
        )
    assert isinstance(made, bytes)
    return made
