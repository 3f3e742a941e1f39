"""Feature worker on Google Cloud: the edges around `velocity_core`."""
