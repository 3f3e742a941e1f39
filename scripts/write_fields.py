"""Write `docs/spec.md` anew.

python -m scripts.write_fields
"""

from __future__ import annotations

import pathlib

from archgen.documents.fields import fields_page

PAGE = pathlib.Path(__file__).parents[1] / "docs" / "spec.md"

if __name__ == "__main__":
    PAGE.write_text(fields_page(), encoding="utf-8")
