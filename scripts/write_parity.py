"""Write `docs/parity.md` anew.

python scripts/write_parity.py
"""

from __future__ import annotations

import pathlib

from archgen.documents.parity import parity_page

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "parity.md"

if __name__ == "__main__":
    PAGE.write_text(parity_page(), encoding="utf-8")
    print(PAGE)
