"""Writing to a stream, whichever it is."""
