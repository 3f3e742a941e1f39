"""Intake from Snowflake: AWS Glue with its own connector."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Port, Setting, Value
from archgen.services.externals import address_ranges, secret
from archgen.services.names import camel
from archgen.services.roles.batch_intake import BatchIntake, run_bytes, said_size
from archgen.sizing import Quantity


@dataclass(frozen=True, kw_only=True)
class SnowflakeIntake(BatchIntake):
    """Changed rows of one table, unloaded by Snowflake itself."""

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        gigabytes = run_bytes(demand.needs) / 1_000_000_000
        known = said_size(demand.needs)

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

    def source_settings(self, source: str, intake: str) -> Mapping[str, Value]:
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
                "changed_at",
                "ChangedAtColumn",
                f"Column that says when a row of {source} was last changed",
                "CHANGED_AT",
            ),
        )
        return {
            **dict(plain),
            "address_ranges": address_ranges(
                f"{key}AddressRanges", f"Address ranges of the private link to {source}", "10.66.8.0/28"
            ),
            "username": secret(f"{key}Username", f"User of {intake} at {source}"),
            "private_key": secret(
                f"{key}PrivateKey",
                f"Private key of that user of {intake}: unencrypted PKCS#8, one line, without BEGIN and END",
            ),
        }


SERVICE = SnowflakeIntake(
    id="snowflake_intake",
    role="batch-intake",
    class_name="SnowflakeIntake",
    title="Snowflake intake on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "secretsmanager"}),
    system="snowflake",
    system_reason="it speaks Snowflake alone",
    strengths=(
        "reads through the private link with a key pair from Secrets Manager",
        "fetches changes only, and moves on only when they have landed",
    ),
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
