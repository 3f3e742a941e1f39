"""What survives which loss."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.sizing.promise import availability_in_line, error_budget_minutes, services_in_line
from archgen.spec import Spec

_PATTERNS = ("backup and restore", "pilot light", "warm standby", "active/active")
_BOUNDS = ("restore_backup", "restore_pilot_light", "restore_warm_standby")
_LAST = len(_BOUNDS)
_ORDINARY = "99.9%"


def copied_elsewhere(spec: Spec) -> bool:
    """Whether what is stored has to lie in a second region as well: the spec says what a disaster may cost, and models
    are trained here. Otherwise sources can deliver once more, while history with its labels cannot be sent again.
    """
    return spec.workload.recovery is not None and spec.workload.models.training == "here"


class Recovery(Question):
    """Zones of one region are built, with copies in a second one where a recovery is stated; what that region would
    have to be beyond them is named. Source: DR-01 to DR-07.
    """

    id = "recovery"
    chapter = "operation"
    asks = "What survives the loss of a zone, and of a region?"

    def decide(self, case: Case) -> Decision | None:
        workload = case.spec.workload
        bounds = [case.at(id) for id in _BOUNDS]
        rto = float(workload.recovery.rto) if workload.recovery else case.at("recovery_rto_s")
        by_time = next((number for number, bound in enumerate(bounds) if rto >= bound), _LAST)
        beyond = workload.mode == "online" and float(workload.availability) >= case.at("region_availability")
        stage = _LAST if beyond else by_time
        figures = _figures(case, rto)
        met = stage == 0 and _copies_in_time(case)
        return self.made(
            _choice(case, stage, met=met),
            "Every store and fleet is sized to lose one of three zones without missing its targets. After the loss"
            " of the region the program is deployed again elsewhere, which takes hours: "
            + ("these targets allow that." if met else "the targets are met for a zone only."),
            because=case.because(
                "workload.recovery.rto", "workload.recovery.rpo", "workload.availability", "platform.region"
            ),
            rejected=(
                *(() if met else (_not_built(stage, figures),)),
                *(
                    Rejected(
                        pattern,
                        "slower than the target" if number < stage else "more than the target asks for",
                        figures,
                    )
                    for number, pattern in enumerate(_PATTERNS)
                    if number != stage
                ),
                Rejected(
                    "one zone",
                    "its loss stops everything"
                    if float(workload.availability) > case.at("zone_availability")
                    else "the target would allow it; stores and fleets over three zones cost little more",
                    f"availability of {workload.availability}; {case.rule('zone_availability')}",
                ),
            ),
            consequences=(*_copies(case), *_consequences(case)),
            flips_when=_flips(case, bounds, by_time, beyond=beyond),
            source="AWS whitepaper: Disaster Recovery of Workloads on AWS",
            confidence="documented",
        )


def _choice(case: Case, stage: int, *, met: bool) -> str:
    if met:
        return "three zones of one region; against its loss, copies in a second one and the program deployed there"
    zones = "three zones of one region"
    if copied_elsewhere(case.spec):
        zones += ", and copies of what is stored in a second one"
    return f"{zones}; against the loss of the region these targets ask for {_PATTERNS[stage]}, which is not built"


def _not_built(stage: int, figures: str) -> Rejected:
    return Rejected(
        f"{_PATTERNS[stage]} in a second region",
        "what these targets would ask for against the loss of a region; it is not built yet",
        figures,
    )


def _copies_in_time(case: Case) -> bool:
    recovery = case.spec.workload.recovery
    return copied_elsewhere(case.spec) and recovery is not None and recovery.rpo >= case.at("copied_within")


def _copies(case: Case) -> tuple[str, ...]:
    """How far copies may be behind, held against the recovery point that is asked for."""
    recovery = case.spec.workload.recovery
    if recovery is None or not copied_elsewhere(case.spec):
        return ()
    behind = f"{case.at('copied_within') / 60:g} min"
    kept = (
        f"which keeps an RPO of {recovery.rpo} for the region as well"
        if _copies_in_time(case)
        else f"so that an RPO of {recovery.rpo} holds for the loss of a zone, and {behind} for the region"
    )
    return (
        f"Objects are copied within {behind} ({case.assumptions['copied_within'].source}), {kept}; what streams hold"
        " and no delivery has written yet is lost on top.",
    )


def _figures(case: Case, rto: float) -> str:
    recovery, promised = case.spec.workload.recovery, case.spec.workload.availability
    if recovery is None:
        return f"RTO {rto / 3600:g} h (assumed: recovery_rto_s), availability of {promised}"
    return f"RTO {recovery.rto}, RPO {recovery.rpo}, availability of {promised}"


def _consequences(case: Case) -> tuple[str, ...]:
    workload = case.spec.workload
    residency = ", ".join(case.spec.governance.residency) or "anywhere"
    second = f"A second region has to lie within the residency: {residency}."
    if workload.mode == "batch":
        return (f"Availability of {workload.availability} is a share of the runs: a late one is repeated.", second)
    promised, services = float(workload.availability), services_in_line(case.spec, case.assumptions)
    if services == 0:
        return ("A site answers without the region, and forwards what it has kept when the region is back.", second)
    together = availability_in_line(case.at("region_availability"), services)
    enough = "which keeps the target" if together >= promised else "below the target without a fallback"
    return (
        f"Availability of {workload.availability} leaves {error_budget_minutes(promised):.0f} min of a month of 30"
        " days.",
        f"The {services} services of an answer promise {together:.2%} together, {enough}.",
        second,
    )


def _flips(case: Case, bounds: list[float], by_time: int, *, beyond: bool) -> tuple[Flip, ...]:
    """The next bounds of the recovery time, and the availability that one region cannot promise."""
    workload = case.spec.workload
    if beyond:
        return (Flip("workload.availability", "==", _ORDINARY),) if by_time < _LAST else ()
    stated = workload.recovery is not None
    path, unit = ("workload.recovery.rto", " s") if stated else ("assumptions.recovery_rto_s", "")
    flips = []
    if by_time < _LAST:
        flips.append(Flip(path, "<", f"{bounds[by_time]:g}{unit}"))
    if by_time:
        flips.append(Flip(path, ">=", f"{bounds[by_time - 1]:g}{unit}"))
    if by_time < _LAST and workload.mode == "online":
        flips.append(Flip("workload.availability", ">=", f"{case.at('region_availability') * 100:g}%"))
    return tuple(flips)
