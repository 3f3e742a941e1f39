"""Reading the data files of this folder."""

from __future__ import annotations

import pathlib
from functools import cache
from typing import Any

from ruamel.yaml import YAML

FOLDER = pathlib.Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of one data file, in file order."""
    return tuple(YAML(typ="safe", pure=True).load((FOLDER / name).read_text(encoding="utf-8")))
