"""Which changes of a source one run fetches, and how far the last run got."""

from change_window.window import SETTLING, Objects, State, Window, next_window

__all__ = ["SETTLING", "Objects", "State", "Window", "next_window"]
