"""Access tokens of the account that a container runs as."""
