"""Where the model answers: one region, several, or the site."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_ON_SITE = frozenset({"image", "audio", "video", "time-series"})
_CENTRAL = "in one region of the cloud"
_EDGE = "at the edge: on the site, beside what it watches; the cloud trains, releases and collects"


class Placement(Question):
    """The site where the way to the cloud takes half of the limit or of the link. Source: SRV-06, SRV-07."""

    id = "placement"
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
        edge = way > case.p99 / 2 or load > 0.5
        figures = f"{way * 1000:,.0f} ms of {case.p99 * 1000:,.0f} ms on the way; {load:.0%} of the link at peak"
        fast = payload * 8 * case.peak / 0.4 / 1_000_000
        return self.made(
            _EDGE if edge else _CENTRAL,
            "The way to the cloud takes what the answer may take, and an outage of the link would stop the"
            " line. Results"
            " are stored on the site and forwarded when the link is there."
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
                    f"{len(spec.governance.residency)} territories",
                ),
            ),
            consequences=(
                "No endpoint in the cloud stands in the way of an answer.",
                "Models travel as signed files; a device keeps the last version and goes back to it by itself.",
            )
            if edge
            else (),
            flips_when=(
                Flip("workload.payload", "<", "20 KB")
                if edge
                else Flip("assumptions.site_link_megabits", "<", f"{fast:g}"),
            ),
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
            kind="given",
        )
