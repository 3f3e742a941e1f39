"""Velocity features on AWS: the Flink job around `velocity_core`."""
