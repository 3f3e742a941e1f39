"""Intake from SAP: AWS Glue over OData."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Neighbours, Port, Setting, Value
from archgen.services.externals import address_ranges, authorities, secret
from archgen.services.names import camel
from archgen.services.roles.batch_intake import BatchIntake, run_bytes, said_size
from archgen.sizing import Quantity
from archgen.topology import Component

CORES_PER_WORKER = 4
"""Tasks that a G.1X worker runs at once; see `worker` in service.yaml."""


@dataclass(frozen=True, kw_only=True)
class SapIntake(BatchIntake):
    """Changed rows of one entity set, in pages that several connections fetch at once."""

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        megabytes = run_bytes(demand.needs) / 1_000_000
        known = said_size(demand.needs)

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
        connections = round(neighbours.assumptions.value("odata_connections"))
        return {**super().arguments(component, neighbours), "connections": connections}

    def source_settings(self, source: str, intake: str) -> Mapping[str, Value]:
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
            "address_ranges": address_ranges(
                f"{key}AddressRanges", f"Address ranges of the hosts of {source}", "10.66.4.0/28"
            ),
            "ca_bundle": authorities(f"{key}CaBundle", f"signed the certificate of {source}", "authority"),
            "username": secret(f"{key}Username", f"Technical user of {intake} at {source}"),
            "password": secret(f"{key}Password", f"Password of that user of {intake} at {source}"),
        }


SERVICE = SapIntake(
    id="sap_intake",
    role="batch-intake",
    class_name="SapIntake",
    title="SAP intake on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "secretsmanager"}),
    system="sap",
    system_reason="it reads OData services of SAP Gateway",
    strengths=(
        "reads over the private network with a login from Secrets Manager",
        "fetches changes only, and moves on only when as many rows have landed as SAP had counted",
    ),
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
