"""The sample package, installed."""

from __future__ import annotations

from tests.third_party.installing import acme, installed

__all__ = ["acme", "installed"]
