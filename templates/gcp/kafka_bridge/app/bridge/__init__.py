"""Bridge on Google Cloud: the edges around `bridge_core`."""
