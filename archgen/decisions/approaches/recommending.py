"""Recommendation: popularity, collaborative filtering, or retrieval and ranking in two stages. Source: APP-15."""

from __future__ import annotations

from archgen.decisions.approaches.labels import record
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question


def recommending(question: Question, case: Case) -> Decision:
    """By the interactions on record."""
    rows = record(case).rows
    least, most = case.at("interactions_for_collaboration"), case.at("interactions_for_two_stages")
    options = (
        "popularity and similarity of content",
        "collaborative filtering, with popularity for the cold start",
        "two-stage: retrieval of candidates (two towers), then a boosted ranker; popularity for the cold start",
    )
    stage = 0 if rows < least else 1 if rows < most else 2
    flips = (
        [Flip("problem.labels.rows", "<", f"{most:.0f}")]
        if stage == 2
        else [Flip("problem.labels.rows", ">=", f"{most:.0f}")]
    )
    if stage == 1:
        flips.append(Flip("problem.labels.rows", "<", f"{least:.0f}"))
    return question.made(
        options[stage],
        "Retrieval narrows all articles to hundreds within milliseconds; the ranker weighs only those. Who is new sees"
        " what is popular.",
        because=case.because("problem.task", "problem.labels.rows", "workload.latency.p99"),
        rejected=(
            *(
                Rejected(option, "not what the record is for", f"{rows:,.0f} interactions; {bound}")
                for option, bound in zip(
                    (options[0], options[1], options[2]),
                    (
                        case.rule("interactions_for_collaboration"),
                        case.rule("interactions_for_two_stages"),
                        case.rule("interactions_for_two_stages"),
                    ),
                    strict=True,
                )
                if option != options[stage]
            ),
            Rejected(
                "one model over all articles", "too slow for the limit", f"p99 of {(case.p99 or 0) * 1000:,.0f} ms"
            ),
            Rejected("language model", "seconds per answer, and its unit cost", f"{case.peak:,.0f} requests/s"),
        ),
        consequences=(
            "Offline NDCG is a gate only: an A/B test with the sample size of the business arithmetic decides.",
            "A random holdout of about 5 % stays without recommendations, to measure against.",
        ),
        flips_when=tuple(flips),
        source=case.assumptions["interactions_for_collaboration"].source,
    )
