"""Entra tokens of the identity that a container runs as."""
