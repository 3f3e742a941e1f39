"""Icons of the providers, as they come: never recoloured, cropped or distorted."""

from __future__ import annotations

import base64
import importlib.metadata
import pathlib
from functools import cache

from archgen.errors import Problem, TemplateError

DISTRIBUTION = "diagrams"


@cache
def icon_path(icon: str) -> pathlib.Path:
    """The file of an icon (`aws/ml/bedrock.png`). Raises `TemplateError` where the icon set has none."""
    path = pathlib.Path(str(importlib.metadata.distribution(DISTRIBUTION).locate_file(f"resources/{icon}")))
    if not path.is_file():
        raise TemplateError(
            Problem(
                id="unknown-icon",
                message=f"the icon set has no '{icon}'",
                expected=f"a path below resources/ of the package {DISTRIBUTION}, or `icon: none`",
            )
        )
    return path


@cache
def icon_uri(icon: str) -> str:
    """The icon as a data URI."""
    return "data:image/png;base64," + base64.b64encode(icon_path(icon).read_bytes()).decode()
