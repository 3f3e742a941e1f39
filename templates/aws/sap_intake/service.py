"""Intake from SAP: AWS Glue over OData."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.services.timing import DELIVERIES, delivery_schedule
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

CORES_PER_WORKER = 4
"""Tasks that a G.1X worker runs at once; see `worker` in service.yaml."""
TIMEOUT_FACTOR = 4
"""Runs that take longer than this many times the sized duration hang."""


class SapIntake(Service):
    """Changed rows of one entity set, in pages that several connections fetch at once."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if (system := needs.get("system")) != "sap":
            violated.append(_violation("system", str(system), "sap", "it reads OData services of SAP Gateway"))
        if (delivery := needs.get("delivery")) not in (*DELIVERIES, "on-demand"):
            violated.append(
                _violation("delivery", str(delivery), ", ".join((*DELIVERIES, "on-demand")), "a job begins and ends")
            )
        if needs.get("tokenises"):
            violated.append(
                _violation("data_class", str(needs.get("data_class")), "no card numbers", "it cannot make tokens")
            )
        return Fit(
            score=80,
            reasons=(
                "reads over the private network with a login from Secrets Manager",
                "fetches changes only, and moves on only when as many rows have landed as SAP had counted",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        megabytes = float(str(demand.needs.get("size_bytes", 0))) / 1_000_000
        known = tuple(need for need in ("size_bytes",) if need in demand.needs)

        def minutes(assumptions: Assumptions) -> int:
            rate = assumptions.value("odata_connections") * assumptions.value("odata_megabytes_per_second")
            return max(1, ceil(megabytes / rate / 60))

        return (
            demand.quantity(
                "workers",
                "G.1X workers",
                f"ceil(odata_connections ÷ {CORES_PER_WORKER} cores) + 1 for the driver",
                lambda assumptions: ceil(assumptions.value("odata_connections") / CORES_PER_WORKER) + 1,
                assumptions=("odata_connections",),
            ),
            demand.quantity(
                "run_minutes",
                "min",
                "ceil(size_bytes ÷ 1,000,000 ÷ (odata_connections × odata_megabytes_per_second) ÷ 60)",
                minutes,
                needs=known,
                assumptions=("odata_connections", "odata_megabytes_per_second"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        source = next(flow.source for flow in neighbours.flows(component.id) if flow.target == component.id)
        demand = Demand(component=component, assumptions=neighbours.assumptions)
        minutes = next(row.value for row in self.size(demand) if row.name == "run_minutes")
        return {
            "source": source,
            "code": f"../app/{component.id}",
            "connections": round(neighbours.assumptions.value("odata_connections")),
            "timeout_minutes": max(30, ceil(TIMEOUT_FACTOR * minutes)),
            **_settings(source, component.id),
            **delivery_schedule(component.needs),
        }


def _settings(source: str, intake: str) -> Mapping[str, Value]:
    key = camel(source)
    return {
        "entity_url": Setting(
            key=f"{key}EntityUrl",
            description=f"HTTPS address of the OData entity set of {source}, e.g. "
            "https://sap.example.com/sap/opu/odata/sap/Z_ORDERS_SRV/Orders",
            sample="https://sap.example.com/sap/opu/odata/sap/Z_ORDERS_SRV/Orders",
        ),
        "client": Setting(key=f"{key}SapClient", description=f"SAP client of {source}, three digits", sample="100"),
        "keys": Setting(
            key=f"{key}KeyProperties",
            description=f"Key properties of the entity set of {source}, comma separated",
            sample="Order,Item",
        ),
        "changed_at": Setting(
            key=f"{key}ChangedAtProperty",
            description=f"Property (Edm.DateTimeOffset) that says when a row of {source} was last changed",
            sample="ChangedAt",
        ),
        "address_ranges": Setting(
            key=f"{key}AddressRanges",
            description=f"Address ranges of the hosts of {source}; add new ones at the end",
            type="array",
            sample=("10.66.4.0/28",),
        ),
        "ca_bundle": Setting(
            key=f"{key}CaBundle",
            description=f"PEM of the authorities that signed the certificate of {source}",
            sample="-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----\n",
        ),
        "username": Setting(key=f"{key}Username", description=f"Technical user of {intake} at {source}", secret=True),
        "password": Setting(
            key=f"{key}Password", description=f"Password of that user of {intake} at {source}", secret=True
        ),
    }


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


SERVICE = SapIntake(
    id="sap_intake",
    role="batch-intake",
    class_name="SapIntake",
    title="SAP intake on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "secretsmanager"}),
    ports=(
        Port(
            argument=None,
            kind="files",
            role="source",
            speaks=frozenset({"sap"}),
            verb="reads",
            # SAP knows no IAM: what opens the flow on this side is the rule towards its hosts.
            grant="address",
            settings=("AddressRanges",),
        ),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
    ),
    minimum={"workers": 2, "run_minutes": 1},
)
