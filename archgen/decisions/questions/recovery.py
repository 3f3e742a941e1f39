"""What survives which loss."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question

_PATTERNS = ("backup and restore", "pilot light", "warm standby", "active/active")
_BOUNDS = ("restore_backup", "restore_pilot_light", "restore_warm_standby")


class Recovery(Question):
    """Zones of one region are built; what a second region would have to be is named. Source: DR-01 to DR-07."""

    id = "recovery"
    chapter = "operation"
    asks = "What survives the loss of a zone, and of a region?"

    def decide(self, case: Case) -> Decision | None:
        recovery = case.spec.workload.recovery
        if recovery is None:
            return None
        bounds = [case.at(id) for id in _BOUNDS]
        stage = next((number for number, bound in enumerate(bounds) if recovery.rto >= bound), len(bounds))
        wanted = _PATTERNS[stage]
        residency = ", ".join(case.spec.governance.residency) or "anywhere"
        figures = f"RTO {recovery.rto}, RPO {recovery.rpo}"
        down = (1 - float(case.spec.workload.availability)) * 43_200
        return self.made(
            f"three zones of one region; against the loss of the region these targets ask for {wanted}, which"
            f" is not built",
            "Every store and fleet is sized to lose one of three zones without missing its targets. After the loss"
            " of the region the program is deployed again elsewhere, which takes hours: the targets are met"
            " for a zone only.",
            because=case.because(
                "workload.recovery.rto", "workload.recovery.rpo", "workload.availability", "platform.region"
            ),
            rejected=(
                Rejected(
                    f"{wanted} in a second region",
                    "what these targets would ask for against the loss of a region; it is not built yet",
                    figures,
                ),
                *(
                    Rejected(
                        pattern,
                        "slower than the target" if number < stage else "more than the target asks for",
                        figures,
                    )
                    for number, pattern in enumerate(_PATTERNS)
                    if number != stage
                ),
            ),
            consequences=(
                f"Availability of {case.spec.workload.availability} leaves {down:.0f} min of a month of 30 days.",
                f"A second region has to lie within the residency: {residency}.",
            ),
            flips_when=(
                *((Flip("workload.recovery.rto", "<", f"{bounds[stage]:g} s"),) if stage < len(bounds) else ()),
                *((Flip("workload.recovery.rto", ">=", f"{bounds[stage - 1]:g} s"),) if stage else ()),
            ),
            source="AWS whitepaper: Disaster Recovery of Workloads on AWS",
            confidence="documented",
        )
