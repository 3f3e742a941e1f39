"""Capacity that decisions compare before anything is sized: memory of language models and vectors, tokens a month."""

from __future__ import annotations

_DAY = 86_400


def weights_gigabytes(billions: float, bytes_each: float) -> float:
    """GB that a model of so many billion parameters takes, with a fifth for activations: parameters x bytes x 1.2."""
    return billions * bytes_each * 1.2


def vector_gigabytes(vectors: float, dimensions: float, links: float, replicas: int) -> float:
    """GB of an HNSW index: 1.1 x (4 x dimensions + 8 x links) bytes a vector, once for each copy.

    Source: OpenSearch k-NN sizing: 1M vectors of 768 dimensions with 16 links take 3.5 GB, 7.0 GB with a replica.
    """
    return 1.1 * (4 * dimensions + 8 * links) * vectors * (1 + replicas) / 1_000_000_000


def tokens_a_month(answers: float, read: float, written: float) -> float:
    """Tokens of so many answers."""
    return answers * (read + written)


def billed_input_tokens(read: float, cache_hit: float) -> float:
    """Input tokens of an answer as they are billed when a cached token costs a tenth."""
    return read * (1 - 0.9 * cache_hit)


def answers_a_month(per_second: float) -> float:
    """Answers of 30 days at an average rate."""
    return per_second * 30 * _DAY


def boosting_hours(rows: float, columns: float, trees: float, depth: float, cell_s: float, vcpus: float) -> float:
    """Hours of a gradient-boosting run: cell time x rows x features x trees x (depth / 6) / vCPU.

    Source: 50M rows x 200 features x 500 trees at 1e-8 s on 16 vCPU take 0.87 h.
    """
    return cell_s * rows * columns * trees * (depth / 6) / vcpus / 3600
