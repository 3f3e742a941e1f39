"""Velocity features without their engine: windows, fields, and a worker where there is no stream engine."""
