"""The views: each answers one question."""
