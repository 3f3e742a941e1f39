"""Tables that rules judge by. Each file says where it comes from and of which date."""

from __future__ import annotations

import json
import pathlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from archgen import registry

_FOLDER = pathlib.Path(__file__).parent


@cache
def table(name: str) -> Mapping[str, Any]:
    """The content of `<name>.yaml`, written by hand, or of `<name>.json`, extracted by a script."""
    by_hand = _FOLDER / f"{name}.yaml"
    if by_hand.is_file():
        return registry.data_of(by_hand)
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
