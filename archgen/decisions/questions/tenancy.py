"""How tenants are kept apart."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question

_WAYS = {
    "none": "nothing: all tenants share everything",
    "row": "pool: each row carries its tenant, and every read is trimmed to it by policy",
    "prefix": "bridge: a prefix for each tenant, opened by a session tag",
    "key": "bridge: a prefix and a key for each tenant",
    "account": "silo: an account with everything in it for each tenant",
}


class Tenancy(Question):
    """Given by the spec; the levels and what they cost are named. Source: isolation levels pool, bridge, silo."""

    id = "tenancy"
    chapter = "trust"
    asks = "What keeps the data of one tenant from another?"

    def decide(self, case: Case) -> Decision | None:
        tenants = case.spec.workload.tenants
        if tenants is None:
            return None
        count = f"{tenants.count:,.0f} tenants"
        return self.made(
            _WAYS[tenants.isolation],
            "What separates tenants is enforced where data is read, never by the code that asks.",
            because=case.because("workload.tenants.count", "workload.tenants.isolation"),
            rejected=tuple(
                Rejected(
                    way, "weaker than asked for" if _weaker(name, tenants.isolation) else "more to run for each", count
                )
                for name, way in _WAYS.items()
                if name != tenants.isolation
            ),
            consequences=(
                "Cost is tagged by tenant, and a test reads with one tenant's rights what belongs to another.",
                "A premium tenant can get a key, a model or an account of its own later.",
            ),
            kind="given",
            source="the spec",
            confidence="documented",
        )


def _weaker(one: str, other: str) -> bool:
    order = list(_WAYS)
    return order.index(one) < order.index(other)
