from __future__ import annotations

import struct

from archgen.pictures.drawing import Drawn
from archgen.pictures.png import png
from archgen.pictures.svg import svg


def test_twice_the_size_with_text_and_the_same_each_time(sheets: dict[str, Drawn]) -> None:
    view = sheets["latency-budget"]
    drawing = svg(view.sheet, view.style)
    made = png(drawing)
    assert made.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", made[16:24])
    assert abs(wide - 2 * view.sheet.width) <= 1 and abs(high - 2 * view.sheet.height) <= 1
    assert made == png(drawing)


def test_letters_leave_ink() -> None:
    """A renderer without the font draws nothing, and says nothing."""

    def drawn(text: str) -> bytes:
        return png(
            b'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><rect width="80" height="20" fill="#FFF"/>'
            b'<text x="2" y="15" font-family="Inter, sans-serif" font-size="12">' + text.encode() + b"</text></svg>"
        )

    assert len({drawn(""), drawn("i"), drawn("W"), drawn("→"), drawn("Ж")}) == 5
