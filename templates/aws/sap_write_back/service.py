"""Write-back to SAP: AWS Glue over OData."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Service, Setting, Value, Violation
from archgen.services.externals import address_ranges, authorities, secret
from archgen.services.limits import other_than
from archgen.services.names import camel
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

WORKERS = 2
"""The fewest that a Glue job of Spark has. One of them works: SAP, and not the job, is what limits it."""
TIMEOUT_FACTOR = 2
"""A run that takes twice as long as sized hangs; the night then repeats it while there is time."""


class SapWriteBack(Service):
    """Rows of a night into one entity set, in batches that can be repeated."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "over the private network, with a login from Secrets Manager",
                "each row under its own key: a repeated night replaces and never doubles",
            ),
            violated=(
                *other_than(needs, "system", ("sap",), "it writes to OData services of SAP Gateway"),
                *_left_out(needs),
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        return (
            demand.quantity(
                "run_minutes",
                "min",
                "batch_job_start_min + rows / write_back_rows_per_second / 60, rounded up",
                lambda assumptions: _minutes(demand.number("rows"), assumptions),
                needs=("rows",),
                assumptions=("batch_job_start_min", "write_back_rows_per_second"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        consumer = next(flow.target for flow in neighbours.flows(component.id) if flow.source == component.id)
        minutes = _minutes(float(str(component.needs["rows"])), neighbours.assumptions)
        return {
            "consumer": consumer,
            "code": f"../app/{component.id}",
            "answers": next(neighbours.topology.of_role("batch-scoring")).id,
            "sessions": round(neighbours.assumptions.value("write_back_sessions")),
            "workers": WORKERS,
            "timeout_minutes": max(30, TIMEOUT_FACTOR * minutes),
            **_settings(consumer, component.id),
        }


def _settings(consumer: str, delivery: str) -> Mapping[str, Value]:
    key = camel(consumer)
    url = "https://sap.example.com/sap/opu/odata/sap/Z_FORECAST_SRV/Forecasts"
    return {
        "entity_url": Setting(
            key=f"{key}EntityUrl",
            description=f"HTTPS address of the OData entity set of {consumer} that takes the answers, e.g. {url}",
            sample=url,
        ),
        "client": Setting(key=f"{key}SapClient", description=f"SAP client of {consumer}, three digits", sample="100"),
        "properties": Setting(
            key=f"{key}Properties",
            description=(
                "Properties of that entity set for the columns of an answer, comma separated: the series and the day, "
                "which are its key, then the values of the 10 %, 50 % and 90 % quantiles"
            ),
            sample="Series,Day,P10,P50,P90",
        ),
        "address_ranges": address_ranges(
            f"{key}AddressRanges", f"Address ranges of the hosts of {consumer}", "10.66.8.0/28"
        ),
        "ca_bundle": authorities(f"{key}CaBundle", f"signed the certificate of {consumer}", "authority"),
        "username": secret(f"{key}Username", f"Technical user of {delivery} at {consumer}"),
        "password": secret(f"{key}Password", f"Password of that user of {delivery} at {consumer}"),
    }


def _minutes(rows: float, assumptions: Assumptions) -> int:
    sending = rows / assumptions.value("write_back_rows_per_second") / 60
    return ceil(round(assumptions.value("batch_job_start_min") + sending, 9))


def _left_out(needs: Needs) -> tuple[Violation, ...]:
    share = float(str(needs.get("share", 1)))
    if share >= 1:
        return ()
    reason = "nothing says which rows it leaves out"
    return (Violation(need="share", found=f"{share:.1%}", limit="100.0%", reason=reason),)


SERVICE = SapWriteBack(
    id="sap_write_back",
    role="result-delivery",
    class_name="SapWriteBack",
    title="SAP write-back on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "secretsmanager", "sqs"}),
    ports=(
        Port(argument="source", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads"),
        Port(
            argument=None,
            kind="decisions",
            role="consumer",
            speaks=frozenset({"sap"}),
            verb="writes",
            # SAP knows no IAM: what opens the flow on this side is the rule towards its hosts.
            grant="address",
            settings=("AddressRanges",),
        ),
    ),
    minimum={"run_minutes": 1},
)
