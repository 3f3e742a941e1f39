"""What a spec calls by name and only the clouds know: its region, the roles and services that it pins, assumptions."""

from __future__ import annotations

import difflib

from archgen.errors import Problem, SpecError
from archgen.knowledge import assumptions
from archgen.services.catalogue import Cloud, clouds, services
from archgen.spec import Spec


def allowed_regions(spec: Spec, cloud: Cloud) -> list[str]:
    """The regions of a cloud that lie where the data has to stay."""
    return cloud.regions_within(spec.governance.residency)


def wrong_names(spec: Spec, cloud: str | None = None, region: str | None = None) -> tuple[Problem, ...]:
    """Every name of the spec that means nothing on its cloud; `cloud` and `region` win over the spec's.

    Where a cloud is still to be recommended, a region has to be one of any cloud's, and pins cannot be judged.
    """
    name, place = cloud or spec.platform.cloud, region or spec.platform.region
    chosen = clouds().get(name)
    path = "" if region else "platform.region"
    problems = [*_regions(spec, chosen, place, path), *_pins(spec, chosen)] if chosen else []
    if name == "recommend":
        problems += _anywhere(place, path)
    return (*problems, *_assumptions(spec))


def _anywhere(name: str | None, path: str) -> list[Problem]:
    known = [region for cloud in clouds().values() for region in cloud.regions]
    if name is None or name in known:
        return []
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{near[0]}`?" if near else None
    expected = "a region of " + " or ".join(cloud.title for cloud in clouds().values())
    return [_problem("unknown-region", path, f"no cloud has a region '{name}'", expected, hint)]


def _regions(spec: Spec, cloud: Cloud, name: str | None, path: str) -> list[Problem]:
    if name is None or name in cloud.regions:
        return []
    within = sorted(allowed_regions(spec, cloud))
    near = difflib.get_close_matches(name, within, n=1)
    owner = next((other.title for other in clouds().values() if name in other.regions), None)
    hint = f"did you mean `{near[0]}`?" if near else None
    if owner:
        hint = f"'{name}' is a region of {owner}: change the cloud, or the region (also by `--region`)"
    message = f"{cloud.title} has no region '{name}'"
    return [_problem("unknown-region", path, message, "one of " + ", ".join(within), hint)]


def _pins(spec: Spec, cloud: Cloud) -> list[Problem]:
    offered: dict[str, list[str]] = {}
    for service in services(cloud.id).values():
        offered.setdefault(service.role, []).append(service.id)
    problems = []
    for role, pinned in spec.platform.services.items():
        path = f"platform.services.{role}"
        if role not in offered:
            message, expected = f"{cloud.title} has no role '{role}'", "one of " + ", ".join(sorted(offered))
            own = next((known for known, ids in offered.items() if pinned in ids), None)
            near = [own] if own else difflib.get_close_matches(role, offered, n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            problems.append(_problem("unknown-role", path, message, expected, hint, of_key=True))
        elif pinned not in offered[role]:
            message = f"{cloud.title} has no service '{pinned}' for the role '{role}'"
            known = sorted(offered[role])
            near = difflib.get_close_matches(pinned, known, n=1)
            hint = f"did you mean `{near[0]}`?" if near else None
            problems.append(_problem("unknown-service", path, message, "one of " + ", ".join(known), hint))
    return problems


def _assumptions(spec: Spec) -> tuple[Problem, ...]:
    try:
        assumptions().overridden(spec.assumptions)
    except SpecError as error:
        return error.problems
    return ()


def _problem(id: str, path: str, message: str, expected: str, hint: str | None, *, of_key: bool = False) -> Problem:
    return Problem(id=id, path=path, message=message, expected=expected, hint=hint, of_key=of_key)
