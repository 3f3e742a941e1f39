"""Makes the fonts in `archgen/pictures/fonts` from the full Inter family; needs fonttools, run by hand.

    python scripts/subset_fonts.py /usr/share/fonts/opentype/inter

Kerning and ligatures are left out on purpose: the width of a text is then the sum of its advances, so that what the
layout measures is what every renderer draws. Inter's copyright line reserves no font name, so the subset keeps its own.
"""

from __future__ import annotations

import json
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = pathlib.Path(__file__).resolve().parents[1] / "archgen" / "pictures" / "fonts"
WEIGHTS = ("Regular", "SemiBold")
RANGES = (
    (0x20, 0x7E),  # Basic Latin
    (0xA0, 0x17F),  # Latin-1 and Latin Extended-A
    (0x386, 0x3CE),  # Greek
    (0x400, 0x45F),  # Cyrillic
    (0x2010, 0x2026),  # dashes, quotation marks, ellipsis
)
SINGLE = "←↑→↓↔€≤≥≠≈−∞✓"


def main(source: pathlib.Path) -> None:
    """Write one OpenType file for each weight, and the advances of all of them."""
    wanted = [code for first, last in RANGES for code in range(first, last + 1)] + [ord(char) for char in SINGLE]
    advances = {}
    for weight in WEIGHTS:
        font = TTFont(source / f"Inter-{weight}.otf")
        options = subset.Options(layout_features=[], name_IDs=["*"], notdef_outline=True, hinting=False)
        options.drop_tables += ["GDEF", "GPOS", "GSUB"]
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=wanted)
        subsetter.subset(font)
        font.save(TARGET / f"Inter-{weight}.otf")
        em = font["head"].unitsPerEm
        metrics, cmap = font["hmtx"], font.getBestCmap()
        advances[weight] = {
            "".join(map(chr, sorted(codes))): advance
            for advance, codes in sorted(_by_advance(cmap, metrics, em).items())
        }
    text = json.dumps({"unit": "thousandths of the font size", "advances": advances}, ensure_ascii=False, indent=1)
    (TARGET / "advances.json").write_text(text + "\n", encoding="utf-8")


def _by_advance(cmap, metrics, em: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for code, glyph in cmap.items():
        found.setdefault(round(metrics[glyph][0] * 1000 / em), []).append(code)
    return found


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
