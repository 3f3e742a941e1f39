"""What survives which loss."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question

_HOUR = 3600


class Recovery(Question):
    """Zones of one region. A second region is named where RTO and RPO would ask for it. Source: DR-01 to DR-05."""

    id = "recovery"
    asks = "What survives the loss of a zone, and of a region?"

    def decide(self, case: Case) -> Decision | None:
        recovery = case.spec.workload.recovery
        if recovery is None:
            return None
        wanted = _pattern(recovery.rto)
        return Decision(
            id=self.id,
            question=self.asks,
            choice="three zones of one region; the loss of the region itself is not covered",
            kind="decided",
            rationale=(
                "Every store and fleet is sized to lose one of three zones without missing its targets. After the loss"
                " of the region the program is deployed again elsewhere, which takes hours: the targets are met"
                " for a zone only."
            ),
            because=case.because("workload.recovery.rto", "workload.recovery.rpo", "platform.region"),
            rejected=(
                Rejected(
                    f"{wanted} in a second region",
                    "what these targets would ask for against the loss of a region; it is not built yet",
                    f"RTO {recovery.rto}, RPO {recovery.rpo}",
                ),
            ),
            source="AWS whitepaper: Disaster Recovery of Workloads on AWS",
            confidence="documented",
        )


def _pattern(rto: float) -> str:
    if rto >= 24 * _HOUR:
        return "backup and restore"
    if rto >= _HOUR:
        return "pilot light"
    return "warm standby" if rto >= 300 else "active/active"
