"""The settings that one end of a flow needs of the other end when that one is the client's own."""

from __future__ import annotations

from archgen.services.service import Setting


def address_ranges(key: str, description: str, sample: str, *, numbered: bool = True) -> Setting:
    """The ranges that an external end lies in. `numbered`: a rule is named by its range's place, which has to stay."""
    said = f"{description}; add new ones at the end" if numbered else description
    return Setting(key=key, description=said, type="array", sample=(sample,))


def authorities(key: str, description: str, whose: str) -> Setting:
    """The authorities that an external end's certificates are trusted by. `whose` tells samples apart."""
    sample = f"-----BEGIN CERTIFICATE-----\n{whose}\n-----END CERTIFICATE-----\n"
    return Setting(key=key, description=f"PEM of the authorities that {description}", sample=sample)


def secret(key: str, description: str) -> Setting:
    """A part of the login at an external end; it stands in no stack file in the clear."""
    return Setting(key=key, description=description, secret=True)
