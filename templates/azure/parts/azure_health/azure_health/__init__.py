"""The health of a loop over HTTP, for platforms that cannot run a command in a container."""
