"""The sample package runs its tests where it is installed; here they are no tests of ours."""

from __future__ import annotations

from tests.third_party.installing import acme, installed

__all__ = ["acme", "installed"]
collect_ignore = ["acme_archgen"]
