"""Intake from Snowflake: AWS Glue with its own connector."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.names import camel
from archgen.services.timing import DELIVERIES, delivery_schedule
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

TIMEOUT_FACTOR = 4
"""Runs that take longer than this many times the sized duration hang."""


class SnowflakeIntake(Service):
    """Changed rows of one table, unloaded by Snowflake itself."""

    def suits(self, needs: Needs) -> Fit:
        violated = []
        if (system := needs.get("system")) != "snowflake":
            violated.append(_violation("system", str(system), "snowflake", "it speaks Snowflake alone"))
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
                "reads through the private link with a key pair from Secrets Manager",
                "fetches changes only, and moves on only when they have landed",
            ),
            violated=tuple(violated),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        gigabytes = float(str(demand.needs.get("size_bytes", 0))) / 1_000_000_000
        known = tuple(need for need in ("size_bytes",) if need in demand.needs)

        def workers(assumptions: Assumptions) -> int:
            return ceil(gigabytes / assumptions.value("spark_gigabytes_per_worker")) + 1

        def minutes(assumptions: Assumptions) -> int:
            rate = (workers(assumptions) - 1) * assumptions.value("snowflake_megabytes_per_second")
            return max(1, ceil(gigabytes * 1000 / max(rate, 1) / 60))

        return (
            demand.quantity(
                "workers",
                "G.1X workers",
                "ceil(size_bytes ÷ 1,000,000,000 ÷ spark_gigabytes_per_worker) + 1 for the driver",
                workers,
                needs=known,
                assumptions=("spark_gigabytes_per_worker",),
            ),
            demand.quantity(
                "run_minutes",
                "min",
                "ceil(size_bytes ÷ 1,000,000 ÷ ((workers − 1) × snowflake_megabytes_per_second) ÷ 60)",
                minutes,
                needs=known,
                assumptions=("spark_gigabytes_per_worker", "snowflake_megabytes_per_second"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        source = next(flow.source for flow in neighbours.flows(component.id) if flow.target == component.id)
        demand = Demand(component=component, assumptions=neighbours.assumptions)
        minutes = next(row.value for row in self.size(demand) if row.name == "run_minutes")
        return {
            "source": source,
            "code": f"../app/{component.id}",
            "timeout_minutes": max(30, ceil(TIMEOUT_FACTOR * minutes)),
            **_settings(source, component.id),
            **delivery_schedule(component.needs),
        }


def _settings(source: str, intake: str) -> Mapping[str, Value]:
    key = camel(source)

    def told(argument: str, suffix: str, description: str, sample: str) -> tuple[str, Value]:
        return argument, Setting(key=f"{key}{suffix}", description=description, sample=sample)

    plain = (
        told(
            "host",
            "HostName",
            f"Host name of {source} on its private link",
            "xy12345.privatelink.snowflakecomputing.com",
        ),
        told("warehouse", "Warehouse", f"Warehouse of {source} that {intake} queries with", "INTAKE_WH"),
        told("role", "Role", f"Role of {intake} at {source}", "INTAKE"),
        told("database", "Database", f"Database of {source}", "SHOP"),
        told("schema", "Schema", f"Schema of {source}", "SALES"),
        told("table", "Table", f"Table or view of {source}", "PROMOTIONS"),
        told(
            "changed_at", "ChangedAtColumn", f"Column that says when a row of {source} was last changed", "CHANGED_AT"
        ),
    )
    return {
        **dict(plain),
        "address_ranges": Setting(
            key=f"{key}AddressRanges",
            description=f"Address ranges of the private link to {source}; add new ones at the end",
            type="array",
            sample=("10.66.8.0/28",),
        ),
        "username": Setting(key=f"{key}Username", description=f"User of {intake} at {source}", secret=True),
        "private_key": Setting(
            key=f"{key}PrivateKey",
            description=f"Private key of that user of {intake}: unencrypted PKCS#8, one line, without BEGIN and END",
            secret=True,
        ),
    }


def _violation(need: str, found: str, limit: str, reason: str) -> Violation:
    return Violation(need=need, found=found, limit=limit, reason=reason)


SERVICE = SnowflakeIntake(
    id="snowflake_intake",
    role="batch-intake",
    class_name="SnowflakeIntake",
    title="Snowflake intake on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "secretsmanager"}),
    ports=(
        Port(
            argument=None,
            kind="files",
            role="source",
            speaks=frozenset({"snowflake"}),
            verb="reads",
            # Snowflake knows no IAM: what opens the flow on this side is the rule towards its private link.
            grant="address",
            settings=("AddressRanges",),
        ),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
    ),
    minimum={"workers": 2, "run_minutes": 1},
)
