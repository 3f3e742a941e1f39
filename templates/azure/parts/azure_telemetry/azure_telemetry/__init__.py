"""Metrics as lines of JSON, which log alerts ask for."""
