"""Reading the data files of this folder."""

from __future__ import annotations

import pathlib
from functools import cache
from typing import Any

from archgen import registry

FOLDER = pathlib.Path(__file__).parent


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """The rows of one data file, in file order."""
    return tuple(registry.data_of(FOLDER / name))
