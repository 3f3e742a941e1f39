"""What a service says of itself: log lines, and metrics that a cloud's writer carries on."""
