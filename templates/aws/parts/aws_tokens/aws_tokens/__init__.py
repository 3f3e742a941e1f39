"""Short-lived passwords made of the identity that the task runs as."""
