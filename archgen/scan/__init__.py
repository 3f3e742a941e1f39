"""Checkov over a recording: what a program would create, in the form that the scanner reads, and what it says of it.

Checkov pins many of its dependencies, so it is a process of an environment of its own and never imported. It reads
Terraform plans and ARM templates; a recorded update, in which every value is known, is converted into one of them.
"""

from archgen.scan.checkov import Scan, Scanner, find_scanner, scanned
from archgen.scan.documents import Document, document_of

__all__ = ["Document", "Scan", "Scanner", "document_of", "find_scanner", "scanned"]
