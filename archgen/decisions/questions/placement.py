"""Where the model answers: one region, several, or the site."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.site import LINK_SHARE, payload_bytes, way_to_cloud

_CENTRAL = "in one region of the cloud"
_FAR = f"{_CENTRAL}; callers on several continents within this limit ask for a copy near each, which is not built"
_EDGE = "at the edge: on the site, beside what it watches; the cloud trains, releases and collects"


class Placement(Question):
    """The site where the way to the cloud takes half of the limit or of the link. Source: SRV-06, SRV-07."""

    id = "placement"
    chapter = "serving"
    asks = "Where does the model answer: in one region, in several, or on the site?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        if spec.workload.mode != "online" or case.p99 is None:
            return None
        way = way_to_cloud(spec, case.assumptions)
        if way is None:
            return self._region(case)
        bits, edge = payload_bytes(spec, case.assumptions) * 8, way.too_long
        link = case.at("site_link_megabits") * 1_000_000
        figures = (
            f"{way.seconds * 1000:,.0f} ms of {case.p99 * 1000:,.0f} ms on the way; {way.link_share:.0%} of the link at"
            " peak"
        )
        return self.made(
            _EDGE if edge else _CENTRAL,
            "The way to the cloud takes what the answer may take, and an outage of the link would stop the line."
            " Results are stored on the site and forwarded when the link is there."
            if edge
            else "The way to the cloud leaves the model its time, and the link carries what is sent.",
            because=case.because("problem.data", "workload.latency.p99", "workload.payload", "workload.traffic.peak"),
            rejected=(
                Rejected(
                    _CENTRAL if edge else _EDGE,
                    "too late, or too much for the link" if edge else "machines to keep",
                    figures,
                ),
                Rejected(
                    "copies in several regions",
                    "every caller is on one continent",
                    f"residency: {', '.join(spec.governance.residency) or 'anywhere'}",
                ),
            ),
            consequences=(
                "No endpoint in the cloud stands in the way of an answer.",
                "Models travel as signed files; a device keeps the last version and goes back to it by itself.",
            )
            if edge
            else (),
            flips_when=_flips(case, edge, bits, link),
        )

    def _region(self, case: Case) -> Decision:
        people, near = case.spec.governance.data_subjects, case.at("continental_way")
        apart = len(people) > 1
        far = apart and (case.p99 or 0) <= near
        where = ", ".join(people) or "not said"
        flips = (Flip("workload.latency.p99", ">" if far else "<=", f"{near * 1000:g} ms"),) if apart else ()
        return self.made(
            _FAR if far else _CENTRAL,
            "One region is built, and callers elsewhere spend their time on the way. Each copy would need its own"
            " features, kept apart or kept equal."
            if far
            else "Callers and data lie in one place, or have time for the way: copies elsewhere would be further from"
            " the data.",
            because=case.because(
                "workload.latency.p99", "governance.residency", "governance.data_subjects", "platform.region"
            ),
            rejected=(
                Rejected(
                    "copies in several regions",
                    "what callers apart ask for; it is not built yet" if far else "no caller that is too far",
                    f"people in: {where}; {case.rule('continental_way')}",
                ),
                Rejected(_EDGE, "nothing is measured on a site", f"data: {case.spec.problem.data}"),
            ),
            flips_when=flips,
        )


def _flips(case: Case, edge: bool, bits: float, link: float) -> tuple[Flip, ...]:
    """The link, the payload or the limit at which the way to the cloud begins, or ends, to be short enough."""
    rtt, half = case.at("site_link_rtt_ms") / 1000, (case.p99 or 0) / 2
    if not edge:
        slowest = max(bits / (half - rtt), bits * case.peak / LINK_SHARE) / 1_000_000
        return (Flip("assumptions.site_link_megabits", "<", f"{slowest:.6f}"),)
    if half > rtt:
        fits = int(min((half - rtt) * link, LINK_SHARE * link / case.peak) / 8)
        return (Flip("workload.payload", "<=", f"{fits} B"),) if fits else ()
    if case.peak * bits / link <= LINK_SHARE:
        return (Flip("workload.latency.p99", ">", f"{2000 * (rtt + bits / link):.3f} ms"),)
    return ()
