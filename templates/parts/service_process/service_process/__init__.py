"""What every service does at its start and its end: read the environment, beat, stop when told."""
