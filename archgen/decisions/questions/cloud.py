"""Which cloud, where it is to be recommended."""

from __future__ import annotations

from archgen.decisions.clouds import TITLES, scored
from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question, backing


class RecommendedCloud(Question):
    """The best score; below the difference of a tie an existing commitment decides. Source: CLD-01 to CLD-08."""

    id = "cloud"
    chapter = "platform"
    asks = "Which cloud?"

    def decide(self, case: Case) -> Decision | None:
        return recommended(case) if case.spec.platform.cloud == "recommend" else None


def recommended(case: Case, among: tuple[str, ...] = tuple(TITLES), left_out: str = "") -> Decision:
    """The decision among some clouds; the others are rejected for the reason `left_out`."""
    ranked = scored(case, among)
    best, others = ranked[0], ranked[1:]
    tie = bool(others) and best.score - others[0].score < case.at("cloud_tie")
    source, confidence = backing(case.assumptions["cloud_tie"])
    unbuilt = scored(case, tuple(cloud for cloud in TITLES if cloud not in among)) if len(among) < len(TITLES) else ()
    word = next((cloud for cloud in TITLES if cloud != best.cloud and cloud in among), None)
    named = set(case.spec.team.skills) if case.spec.team else set()
    return RecommendedCloud().made(
        TITLES[best.cloud],
        f"{best.figure}." + (" The next one is so near that an existing commitment would decide." if tie else ""),
        because=case.because(
            "platform.cloud", "team.skills", *(f"sources[{one.id}].system" for one in case.spec.sources)
        ),
        rejected=(
            *(Rejected(TITLES[one.cloud], "a lower score", one.figure, one.score) for one in others),
            *(Rejected(TITLES[one.cloud], left_out, one.figure) for one in unbuilt),
        ),
        consequences=(
            "Evidence for frameworks, cost and portability count the same for all: compare offers before signing.",
        ),
        flips_when=(Flip("team.skills", "includes", word),) if tie and word and not named & set(TITLES) else (),
        kind="decided",
        source=source,
        confidence=confidence,
    )
