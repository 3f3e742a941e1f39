"""Scoring service: one event in, one decision out, within the deadline."""
