"""An SVG as PNG, with the bundled font and no system library."""

from __future__ import annotations

from archgen.pictures.text import FAMILY, FILES

ZOOM = 2


def png(svg: bytes) -> bytes:
    """The picture at twice its size. Fonts of the machine are left alone: the bytes are the same everywhere."""
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg.decode(),
            zoom=ZOOM,
            font_files=[str(path) for path in FILES],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            skip_system_fonts=True,
        )
    )
