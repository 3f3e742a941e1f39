"""Where the model answers: one region, several, or the site."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_ON_SITE = frozenset({"image", "audio", "video", "time-series"})
_LINK_SHARE = 0.5
"""Share of the link, and of the limit, that the way to the cloud may take. Source: SRV-06, own rule."""
_CENTRAL = "in one region of the cloud"
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
        if spec.problem.data not in _ON_SITE:
            return self._region(case)
        payload = float(spec.workload.payload or case.at("request_payload_bytes"))
        link = case.at("site_link_megabits") * 1_000_000
        way = case.at("site_link_rtt_ms") / 1000 + payload * 8 / link
        load = case.peak * payload * 8 / link
        edge = way > case.p99 / 2 or load > _LINK_SHARE
        figures = f"{way * 1000:,.0f} ms of {case.p99 * 1000:,.0f} ms on the way; {load:.0%} of the link at peak"
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
            flips_when=_flips(case, edge, payload * 8, link),
        )

    def _region(self, case: Case) -> Decision:
        return self.made(
            _CENTRAL,
            "Callers and data lie in one place: copies elsewhere would be further from both.",
            because=case.because("workload.latency.p99", "governance.residency", "platform.region"),
            rejected=(
                Rejected(
                    "copies in several regions", "no caller elsewhere", f"region: {case.spec.platform.region or 'one'}"
                ),
                Rejected(_EDGE, "nothing is measured on a site", f"data: {case.spec.problem.data}"),
            ),
        )


def _flips(case: Case, edge: bool, bits: float, link: float) -> tuple[Flip, ...]:
    """The link, the payload or the limit at which the way to the cloud begins, or ends, to be short enough."""
    rtt, half = case.at("site_link_rtt_ms") / 1000, (case.p99 or 0) / 2
    if not edge:
        slowest = max(bits / (half - rtt), bits * case.peak / _LINK_SHARE) / 1_000_000
        return (Flip("assumptions.site_link_megabits", "<", f"{slowest:.6f}"),)
    if half > rtt:
        fits = int(min((half - rtt) * link, _LINK_SHARE * link / case.peak) / 8)
        return (Flip("workload.payload", "<=", f"{fits} B"),) if fits else ()
    if case.peak * bits / link <= _LINK_SHARE:
        return (Flip("workload.latency.p99", ">", f"{2000 * (rtt + bits / link):.3f} ms"),)
    return ()
