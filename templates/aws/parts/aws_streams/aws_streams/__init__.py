"""The event streams that there are on AWS."""
