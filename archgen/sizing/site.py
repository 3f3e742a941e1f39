"""The way from a site to the cloud: what of the limit and of the link it takes, and what is kept without it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from archgen.knowledge import Assumptions
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec

LINK_SHARE = 0.5
"""Share of the link, and of the limit, that the way to the cloud may take. Own rule."""
_MEASURED_ON_SITE = frozenset({"image", "audio", "video", "time-series"})


@dataclass(frozen=True, kw_only=True)
class Way:
    """Seconds to the cloud and back with one payload, and the share of the link that the peak takes."""

    seconds: float
    link_share: float
    p99_s: float

    @property
    def too_long(self) -> bool:
        """Whether the answer has to be made on the site."""
        return self.seconds > self.p99_s * LINK_SHARE or self.link_share > LINK_SHARE


def way_to_cloud(spec: Spec, assumptions: Assumptions) -> Way | None:
    """The way of what is measured on a site and answered within a limit; None for all else."""
    workload = spec.workload
    if workload.traffic is None or workload.latency is None or workload.latency.p99 is None:
        return None
    if workload.mode != "online" or spec.problem.data not in _MEASURED_ON_SITE:
        return None
    bits, link = payload_bytes(spec, assumptions) * 8, assumptions.value("site_link_megabits") * 1_000_000
    return Way(
        seconds=assumptions.value("site_link_rtt_ms") / 1000 + bits / link,
        link_share=float(workload.traffic.peak) * bits / link,
        p99_s=float(workload.latency.p99),
    )


def answered_on_site(spec: Spec, assumptions: Assumptions) -> bool:
    """Whether the way to the cloud takes more than its share of the limit or of the link."""
    way = way_to_cloud(spec, assumptions)
    return way is not None and way.too_long


def payload_bytes(spec: Spec, assumptions: Assumptions) -> float:
    """Bytes of one request, assumed where the spec states none."""
    return float(spec.workload.payload or assumptions.value("request_payload_bytes"))


def site_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """The link that all requests would take, and what a site keeps through an outage; nothing off the edge."""
    traffic = spec.workload.traffic
    if traffic is None or not answered_on_site(spec, assumptions):
        return ()
    average = float(traffic.average or traffic.peak)
    payload = {} if spec.workload.payload is None else {"payload": float(spec.workload.payload)}
    assumed = () if spec.workload.payload else ("request_payload_bytes",)
    return (
        reckoned(
            "site",
            "uplink_megabits",
            "Mbit/s, were every request sent to the cloud",
            "peak x payload x 8 / 10^6",
            lambda known: round(float(traffic.peak) * payload_bytes(spec, known) * 8 / 1e6, 1),
            assumptions,
            said={"peak": float(traffic.peak), **payload},
            used=assumed,
        ),
        reckoned(
            "site",
            "buffer_gb",
            "GB on the site, stored and forwarded",
            "average x payload x site_outage_hours x 3600 / 10^9, rounded up",
            lambda known: ceil(average * payload_bytes(spec, known) * known.value("site_outage_hours") * 3600 / 1e9),
            assumptions,
            said={"average": average, **payload},
            used=(*assumed, "site_outage_hours"),
        ),
    )
