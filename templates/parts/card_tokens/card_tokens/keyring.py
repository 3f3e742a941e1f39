"""The keys that card numbers become tokens with: `k2=<base64>,k1=<base64>`, the newest first."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import dataclass, field

from service_process.environment import Environment

KEY_BYTES = 32
# Half of SHA-256 and 32 bits more: RFC 2104, section 5, asks for no less than half.
TOKEN_BYTES = 20
_KEY_ID = re.compile(r"[a-z][a-z0-9]{0,7}")
# No digit is among them, so that no token is ever taken for a card number.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_SHAPE = "TOKEN_KEYRING is not of the form k2=<base64>,k1=<base64> with the newest key first"


class KeyringInvalid(ValueError):
    """The keyring is unusable; the message says why without a key."""


@dataclass(frozen=True, slots=True)
class Keyring:
    """Key ids with their keys, the newest first. Keys are kept out of every representation."""

    ids: tuple[str, ...]
    keys: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Keyring:
        """Read a keyring.

        Raises:
            KeyringInvalid: not of its form, a key of another length, or one id or key twice.
        """
        ids, keys = [], []
        for entry in text.strip().split(","):
            id, found, encoded = entry.strip().partition("=")
            if not found or not _KEY_ID.fullmatch(id):
                raise KeyringInvalid(_SHAPE)
            ids.append(id)
            keys.append(_key(id, encoded))
        if len(set(ids)) < len(ids) or len(set(keys)) < len(keys):
            raise KeyringInvalid("TOKEN_KEYRING holds an id or a key twice")
        return cls(tuple(ids), tuple(keys))

    @classmethod
    def read(cls, environment: Environment) -> Keyring | None:
        """`TOKEN_KEYRING`, or None where it is not set: then card numbers are refused instead."""
        text = environment.text("TOKEN_KEYRING")
        if not text:
            return None
        try:
            return cls.parse(text)
        except KeyringInvalid as error:
            environment.problem(str(error))
            return None

    def token(self, number: str) -> str:
        """The token of a card number, given as its digits, under the newest key."""
        return _token(self.ids[0], self.keys[0], number)

    def tokens(self, number: str) -> tuple[str, ...]:
        """Its tokens under all keys, the newest first: what was kept before a rotation is found by the later ones."""
        return tuple(_token(id, key, number) for id, key in zip(self.ids, self.keys, strict=True))


def _key(id: str, encoded: str) -> bytes:
    # Neither a cause nor a value is chained: a decoder's message would quote the secret.
    try:
        key = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise KeyringInvalid(_SHAPE) from None
    if len(key) != KEY_BYTES:
        raise KeyringInvalid(f"key {id} of TOKEN_KEYRING has {len(key)} bytes; expected {KEY_BYTES}")
    return key


def _token(id: str, key: bytes, number: str) -> str:
    digest = hmac.digest(key, b"card-number:" + number.encode("ascii"), "sha256")[:TOKEN_BYTES]
    return f"{id}.{digest.hex().translate(_LETTERS)}"
