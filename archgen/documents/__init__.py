"""Documents: what a person reads beside the program, drawn from the same design. The plan needs no pictures."""
