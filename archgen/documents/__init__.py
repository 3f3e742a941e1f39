"""Documents: what a person reads beside the program, drawn from the same design."""

from archgen.documents.folder import documents

__all__ = ["documents"]
