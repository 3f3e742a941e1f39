"""Change capture: DMS Serverless."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

PORTS = {"oracle": 2484, "postgres": 5432, "sql-server": 1433}
"""Usual port of each system with TLS; samples alone, the client's setting counts."""
UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384)
"""Capacity units that DMS offers; see `capacity-units` in service.yaml."""
HEADROOM = 4
"""Maximum over minimum: a full load, and what has waited while the source was away."""


class DmsCapture(Service):
    """Sized by changes a second; it scales between its minimum and its maximum by itself."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if (system := str(needs.get("system"))) not in PORTS:
            violated.append(_violation("system", system, ", ".join(sorted(PORTS)), "it follows the log of these alone"))
        if (delivery := str(needs.get("delivery"))) != "cdc":
            violated.append(_violation("delivery", delivery, "cdc", "it follows changes, without an end"))
        if needs.get("tokenises"):
            violated.append(
                _violation(
                    "data_class",
                    str(needs.get("data_class")),
                    "no card numbers",
                    "it copies columns as they are and cannot make tokens; leave the column out, or tokenise it before",
                )
            )
        return Fit(
            score=80,
            reasons=(
                "reads the database's log: no query of ours loads its tables after the full load",
                "a standby in another zone takes over with the place in the log",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        known = tuple(need for need in ("records_per_second",) if need in demand.needs)
        changes = float(str(demand.needs.get("records_per_second", 0)))

        def least(assumptions: Assumptions) -> int:
            return _units(changes, assumptions.value("dms_changes_per_unit"))

        return (
            demand.quantity(
                "min_capacity_units",
                "DCU of 2 GB",
                "records_per_second ÷ dms_changes_per_unit, up to the next size that DMS offers",
                least,
                needs=known,
                assumptions=("dms_changes_per_unit",),
            ),
            demand.quantity(
                "max_capacity_units",
                "DCU of 2 GB",
                f"{HEADROOM} × min_capacity_units, up to the next size that DMS offers",
                lambda assumptions: _offered(HEADROOM * least(assumptions)),
                needs=known,
                assumptions=("dms_changes_per_unit",),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        source = next(flow.source for flow in neighbours.flows(component.id) if flow.target == component.id)
        system = str(component.needs["system"])
        return {"source": source, "system": system, **_settings(source, component.id, system)}


def _settings(source: str, capture: str, system: str) -> Mapping[str, Value]:
    key = camel(source)
    certificate = (
        f"Oracle wallet (cwallet.sso, base64) that checks the certificate of {source}"
        if system == "oracle"
        else f"PEM of the authorities that signed the certificate of {source}"
    )
    return {
        "host": Setting(key=f"{key}Host", description=f"Host of {source}", sample="db.example.com"),
        "port": Setting(key=f"{key}Port", description=f"TLS port of {source}", type="integer", sample=PORTS[system]),
        "database": Setting(
            key=f"{key}Database", description=f"Database of {source}; for Oracle its service name", sample="BANK"
        ),
        "username": Setting(key=f"{key}Username", description=f"User of {capture} at {source}", secret=True),
        "password": Setting(key=f"{key}Password", description=f"Password of that user of {capture}", secret=True),
        "certificate": Setting(key=f"{key}Certificate", description=certificate, secret=True),
        "tables": Setting(
            key=f"{key}Tables",
            description=f"Tables of {source} to follow, as SCHEMA.TABLE",
            type="array",
            sample=("BANK.CARDS",),
        ),
        "address_ranges": Setting(
            key=f"{key}AddressRanges",
            description=f"Address ranges of the hosts of {source}; add new ones at the end",
            type="array",
            sample=("10.66.2.0/28",),
        ),
        "started": Setting(
            key=f"{key}Started",
            description=f"Whether {capture} runs: false until the owners of {source} agree to the full load",
            type="boolean",
            sample=True,
        ),
    }


def _units(changes_per_second: float, per_unit: float) -> int:
    return _offered(max(1, ceil(changes_per_second / per_unit)))


def _offered(units: int) -> int:
    """The next size that DMS offers, or its largest."""
    return next((offered for offered in UNITS if offered >= units), UNITS[-1])


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


SERVICE = DmsCapture(
    id="dms_capture",
    role="change-capture",
    class_name="DmsCapture",
    title="AWS DMS Serverless",
    inside_network=True,
    calls=frozenset({"secretsmanager"}),
    ports=(
        Port(
            argument=None,
            kind="changes",
            role="source",
            speaks=frozenset(PORTS),
            verb="reads",
            # The database knows no IAM: what opens the flow on this side is the rule towards its hosts.
            grant="address",
            settings=("AddressRanges",),
        ),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
    ),
    minimum={"min_capacity_units": 1, "max_capacity_units": 2},
)
