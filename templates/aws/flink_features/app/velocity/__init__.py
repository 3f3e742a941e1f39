"""Velocity features: how often and for how much each entity was seen in the last minutes, kept in a cache."""
