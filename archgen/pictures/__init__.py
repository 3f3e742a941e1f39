"""Pictures: several views of one design, each in every format, all drawn from the same layout."""

from __future__ import annotations

from archgen.pictures.drawing import unavailable
from archgen.pictures.writing import DEFAULT_FORMATS, FORMATS, pictures

__all__ = ["DEFAULT_FORMATS", "FORMATS", "pictures", "unavailable"]
