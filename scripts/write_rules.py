"""Write `docs/rules.md` anew.

python scripts/write_rules.py
"""

from __future__ import annotations

import pathlib

from archgen.proof.page import rules_page

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "rules.md"

if __name__ == "__main__":
    PAGE.write_text(rules_page(), encoding="utf-8")
