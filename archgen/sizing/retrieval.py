"""The index that passages are found in: vectors, their memory, and what it costs when nobody asks."""

from __future__ import annotations

from math import ceil

from archgen.knowledge import Assumptions
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec
from archgen.spec.estate import Source

_LENGTH = ("tokens_per_page", "pages_per_document", "chunk_tokens")
_SHAPE = ("vector_dimensions", "vector_links")


def vector_gigabytes(vectors: float, dimensions: float, links: float, replicas: int) -> float:
    """GB of an HNSW index: 1.1 x (4 x dimensions + 8 x links) bytes a vector, once for each copy.

    Source: OpenSearch k-NN sizing: 1M vectors of 768 dimensions with 16 links take 3.5 GB, 7.0 GB with a replica.
    """
    return 1.1 * (4 * dimensions + 8 * links) * vectors * (1 + replicas) / 1_000_000_000


def passages(source: Source, assumptions: Assumptions) -> float:
    """Passages of a source: its pages, or its documents at the assumed length, cut into chunks."""
    pages = float(source.pages or 0) or float(source.documents or 0) * assumptions.value("pages_per_document")
    return pages * assumptions.value("tokens_per_page") / assumptions.value("chunk_tokens")


def vectors(spec: Spec, assumptions: Assumptions) -> float:
    """Vectors of all sources."""
    return sum(passages(source, assumptions) for source in spec.sources)


def index_gigabytes(spec: Spec, assumptions: Assumptions, replicas: int) -> float:
    """GB of the index of all sources, once for each copy."""
    at = assumptions.value
    return vector_gigabytes(vectors(spec, assumptions), at("vector_dimensions"), at("vector_links"), replicas)


def retrieval_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """Vectors, memory with a replica, and capacity units; nothing where no passage is looked up."""
    if spec.problem.task != "question-answering":
        return ()
    said: dict[str, int | float | str] = {}
    for source in spec.sources:
        said |= {f"{source.id}.pages": float(source.pages)} if source.pages else {}
        said |= {f"{source.id}.documents": float(source.documents)} if source.documents and not source.pages else {}

    def units(known: Assumptions) -> int:
        each = ceil(round(index_gigabytes(spec, known, 0) / known.value("vector_unit_gb"), 9))
        return max(round(known.value("vector_floor_units")), 2 * each)

    return (
        reckoned(
            "index",
            "vectors",
            "vectors",
            "(pages, or documents x pages_per_document) x tokens_per_page / chunk_tokens",
            lambda known: round(vectors(spec, known)),
            assumptions,
            said=said,
            used=_LENGTH,
        ),
        reckoned(
            "index",
            "memory_gb",
            "GB with one replica",
            "1.1 x (4 x vector_dimensions + 8 x vector_links) bytes x vectors x 2",
            lambda known: round(index_gigabytes(spec, known, 1), 1),
            assumptions,
            said=said,
            used=(*_LENGTH, *_SHAPE),
        ),
        reckoned(
            "index",
            "capacity_units",
            "serverless units, asked or not",
            "one copy to index and one to search, each of memory without replica / vector_unit_gb, rounded up; at least"
            " vector_floor_units",
            units,
            assumptions,
            said=said,
            used=(*_LENGTH, *_SHAPE, "vector_unit_gb", "vector_floor_units"),
        ),
    )
