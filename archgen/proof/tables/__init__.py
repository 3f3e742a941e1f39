"""Tables that rules judge by. Each file says where it comes from and of which date."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML


@cache
def table(name: str) -> Mapping[str, Any]:
    """The content of `<name>.yaml`, written by hand, or of `<name>.json`, extracted by a script."""
    folder = files(__name__)
    by_hand = folder.joinpath(f"{name}.yaml")
    if by_hand.is_file():
        return YAML(typ="safe").load(by_hand.read_text(encoding="utf-8"))
    return json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
