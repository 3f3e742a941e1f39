"""Bridge on AWS: the edges around `bridge_core`."""
