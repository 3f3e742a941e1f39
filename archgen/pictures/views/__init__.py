"""The views, in the order in which they are read: each answers one question, or says why it does not apply."""

from __future__ import annotations

from typing import Protocol

from archgen.pictures.scene import Chart, Scene
from archgen.pictures.views import (
    batch_window,
    context,
    data_flow,
    latency_budget,
    lifecycle,
    logical,
    network,
    security,
)
from archgen.pictures.views.parts import Subject


class View(Protocol):
    """A module of this folder."""

    @property
    def VIEW(self) -> str:
        """Its name in paths and on the command line."""
        ...

    @property
    def TITLE(self) -> str:
        """Its name for people."""
        ...

    @property
    def QUESTION(self) -> str:
        """What it answers."""
        ...

    def unavailable(self, subject: Subject) -> str | None:
        """The reason why the view does not apply, None where it does."""
        ...

    def drawn(self, subject: Subject) -> Scene | Chart:
        """What it shows."""
        ...


VIEWS: tuple[View, ...] = (context, logical, data_flow, network, security, lifecycle, latency_budget, batch_window)

__all__ = ["VIEWS", "Subject", "View"]
