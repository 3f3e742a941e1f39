"""Names that Azure wants unique in the world, within the lengths that it allows."""

from __future__ import annotations

import hashlib

from ..contracts import Platform

DIGEST = 5


def global_name(platform: Platform, kind: str, part: str, length: int, *, separator: str = "") -> str:
    """A name for `part` of at most `length` characters: kind, as much of the platform's name as fits, digest, suffix.

    The digest keeps two parts apart whose names were cut to the same letters. `separator` is `-` where the service
    takes one; storage accounts and registries take letters and digits alone. Raises `ValueError` for a suffix that is
    not of three to six lower-case letters and digits.
    """
    return shortened(platform.name, platform.suffix, kind, part, length, separator=separator)


def shortened(name: str, suffix: str, kind: str, part: str, length: int, *, separator: str = "") -> str:
    """`global_name` before there is a platform: the foundation names its vault with it."""
    if not (3 <= len(suffix) <= 6 and suffix.isascii() and suffix.isalnum() and suffix == suffix.lower()):
        raise ValueError(f"nameSuffix is '{suffix}'; expected three to six lower-case letters and digits")
    digest = hashlib.sha256(f"{name}/{part}".encode()).hexdigest()[:DIGEST]
    room = length - len(kind) - DIGEST - len(suffix) - 2 * len(separator)
    middle = f"{name}-{part}" if separator else f"{name}{part}".replace("-", "")
    return separator.join((kind, f"{middle[: room - len(separator)].strip('-')}{separator}{digest}", suffix))
