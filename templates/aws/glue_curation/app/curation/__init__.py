"""The curation job: what it reads, the gate before it writes, and where things lie."""
