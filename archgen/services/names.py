"""How one id becomes the names that a program needs."""

from __future__ import annotations

import re


def variable(id: str) -> str:
    """`card-features` -> `card_features`."""
    return id.replace("-", "_")


def camel(id: str) -> str:
    """`card-features` or `card_features` -> `cardFeatures`."""
    first, *rest = id.replace("_", "-").split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def size_key(component: str, quantity: str) -> str:
    """The setting of a size: `events`, `shards` -> `eventsShards`."""
    return camel(f"{component}-{quantity}")


def label(text: str) -> str:
    """Free text as a label of Google Cloud: lower-case letters, digits, hyphens and underscores, 63 at most."""
    return re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-")[:63]
