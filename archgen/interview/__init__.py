"""From a person's answers to a first spec: what to start from, what to ask, and how the file is written."""
