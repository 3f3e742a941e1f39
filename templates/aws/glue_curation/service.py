"""Curation: AWS Glue."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import ceil

from archgen import registry
from archgen.errors import NotFeasible, Problem
from archgen.knowledge import Assumptions
from archgen.services import Demand, Fit, Neighbours, Port, Ref, Service, Setting, Value
from archgen.services.account import account_baseline
from archgen.services.names import camel
from archgen.services.timing import schedule_arguments
from archgen.sizing import Quantity
from archgen.topology import Component, Needs

FORMS = {"dms_capture": "parquet", "sap_intake": "json", "snowflake_intake": "parquet", "firehose_delivery": "json"}
"""How each writer of a lake writes."""
SAMPLES = {
    "labels": "event_id=EVENT_ID,label_time=REPORTED_AT",
    "states": "folder=BANK/CARDS,card=CARD_TOKEN,changed_at=changed_at,segment=SEGMENT",
    "sales": "row_id=ORDER_ITEM,changed_at=CHANGED_AT,series_id=ARTICLE_SITE,date=SALES_DATE,quantity=QUANTITY",
}
AT_THREE = "cron(0 3 * * ? *)"
"""After the intakes that begin half an hour past midnight."""
WITHIN_HOURS = 26
SECONDS_PER_DAY = 86_400


class GlueCuration(Service):
    """Sized by a day of decisions, which it reads three times: to label, to remember and to compare."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "a day of decisions is read in parallel, and nothing runs between the nights",
                "rules that fail close the gate before anything is written",
            ),
        )

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        known = tuple(need for need in ("records_per_second", "record_bytes", "series") if need in demand.needs)
        gigabytes = _daily_gigabytes(demand.needs)

        def workers(assumptions: Assumptions) -> int:
            rate = assumptions.value("curation_gigabytes_per_worker_hour") * assumptions.value("curation_hours")
            return max(3, ceil(gigabytes / rate)) + 1

        return (
            demand.quantity(
                "workers",
                "G.1X workers",
                "max(3, ceil(GB read in a night ÷ (curation_gigabytes_per_worker_hour × curation_hours))) + 1 for the "
                "driver; GB read = 3 × records_per_second × record_bytes × 86,400 s, or series × 1,100 days × 60 bytes",
                workers,
                needs=known,
                assumptions=("curation_gigabytes_per_worker_hour", "curation_hours"),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        needs, assumed = component.needs, neighbours.assumptions
        inputs = _inputs(component, neighbours)
        forecasting = needs.get("task") == "forecasting"
        entities = needs.get("entities", ())
        return {
            "code": f"../app/{component.id}",
            "task": str(needs.get("task")),
            "inputs": tuple(
                (kind, source, prefix, form, Ref(component=lake)) for kind, source, prefix, form, lake in inputs
            ),
            "columns": tuple(
                _columns(kind, source, forecasting) for kind, source, *_ in inputs if kind in ("labels", "features")
            ),
            "entities": tuple(str(entity) for entity in entities) if isinstance(entities, tuple) else (str(entities),),
            "features": feature_names(),
            "label_delay_days": int(str(needs.get("label_delay_days", 0))),
            "horizon_days": int(str(needs.get("horizon_days", 28))),
            "history_days": round(assumed.value("series_history_days")),
            "days": 1 if forecasting else 3,
            "negative_share": assumed.value("negative_share"),
            "parity_per_million": round(assumed.value("parity_per_million")),
            "parity_limit": assumed.value("parity_limit"),
            "freshness_seconds": assumed.value("feature_freshness_s"),
            **_rules("series" if forecasting else "decisions"),
            "data_class": _data_class(component.id, neighbours),
            "readers": _readers(component.id, "Readers", "the curated table", "data-analyst"),
            **_record_readers(component.id, inputs),
            "manage_account_baseline": account_baseline(),
            "timeout_minutes": ceil(assumed.value("curation_hours") * 60 * 2),
            **schedule_arguments(needs, AT_THREE, WITHIN_HOURS),
        }


def feature_names() -> tuple[str, ...]:
    """Features of an entity as the layout of the online features names them: `count_1m`, `amount_1m`, ..."""
    path = registry.find("templates", "parts/feature_layout/feature_layout/feature_layout.json")
    windows = json.loads(path.read_text(encoding="utf-8"))["windows"]
    return tuple(f"{kind}_{window}" for kind in ("count", "amount") for window in windows)


def _record_readers(id: str, inputs: Sequence[tuple[str, str, str, str, str]]) -> Mapping[str, Value]:
    if not any(kind in ("decisions", "events") for kind, *_ in inputs):
        return {}
    what = "events and decisions as they were recorded, to explain a single one"
    return {"record_readers": _readers(id, "RecordReaders", what, "case-investigator")}


def _readers(id: str, suffix: str, what: str, role: str) -> Setting:
    return Setting(
        key=f"{camel(id)}{suffix}",
        description=f"ARNs of the roles that may query {what}, through Lake Formation, of which the role that deploys "
        "has to be an administrator; an empty list: nobody",
        type="array",
        sample=(f"arn:aws:iam::123456789012:role/{role}",),
    )


def _rules(kind: str) -> Mapping[str, Value]:
    """What the job checks before it writes, from the file that it reads itself."""
    path = registry.find("templates", "parts/curation_core/curation_core/quality_rules.json")
    said = json.loads(path.read_text(encoding="utf-8"))[kind]
    return {"rules": tuple(said["rules"]), "column_rule": said["each_column"]}


def _data_class(id: str, neighbours: Neighbours) -> str:
    """The class of the zone that it writes to."""
    zone = next(flow.target for flow in neighbours.flows(id) if flow.source == id and flow.kind == "objects")
    return str(neighbours.topology.component(zone).needs["data_class"])


def _daily_gigabytes(needs: Needs) -> float:
    if "series" in needs:
        return float(str(needs["series"])) * 1_100 * 60 / 1e9
    per_second = float(str(needs.get("records_per_second", 0)))
    return 3 * per_second * float(str(needs.get("record_bytes", 1000))) * SECONDS_PER_DAY / 1e9


def _inputs(component: Component, neighbours: Neighbours) -> list[tuple[str, str, str, str, str]]:
    """Kind, source, prefix, form and lake of everything that others write into the lakes that it reads."""
    topology = neighbours.topology
    lakes = [flow.source for flow in neighbours.flows(component.id) if flow.target == component.id]
    found = []
    for lake in sorted(lakes):
        writers = [flow.source for flow in neighbours.flows(lake) if flow.target == lake and flow.kind == "objects"]
        for writer in writers:
            form = FORMS.get(neighbours.services[writer].id)
            if form is None:
                raise NotFeasible(
                    Problem(
                        id="curation-input",
                        message=f"'{component.id}' cannot read what '{writer}' writes into '{lake}'",
                        expected=f"one of {', '.join(sorted(FORMS))}",
                    )
                )
            part = topology.component(writer)
            # Firehose and the intakes file their rows by day; a change capture has its own folders.
            prefix = writer if part.role == "change-capture" else f"{writer}/data"
            if part.role == "delivery":
                found.append((_stream_kind(writer, neighbours), writer, prefix, form, lake))
            else:
                source = next(flow.source for flow in neighbours.flows(writer) if flow.target == writer)
                found.append((str(part.needs.get("use", "features")), source, prefix, form, lake))
    return found


def _stream_kind(delivery: str, neighbours: Neighbours) -> str:
    """Decisions where the scoring service writes the stream that is delivered, events otherwise."""
    stream = next(flow.source for flow in neighbours.flows(delivery) if flow.target == delivery)
    writers = [flow.source for flow in neighbours.flows(stream) if flow.target == stream]
    return "decisions" if any(neighbours.topology.component(id).role == "scoring" for id in writers) else "events"


def _columns(kind: str, source: str, forecasting: bool) -> tuple[str, Setting]:
    sample = SAMPLES["sales" if forecasting else "labels" if kind == "labels" else "states"]
    ours = ", ".join(pair.partition("=")[0] for pair in sample.split(","))
    return source, Setting(
        key=f"{camel(source)}Columns",
        description=f"How our columns are called at {source}, as ours=theirs,...; ours are {ours} and more, see the "
        "README of the curation",
        sample=sample,
    )


SERVICE = GlueCuration(
    id="glue_curation",
    role="curation",
    class_name="GlueCuration",
    title="Curation on AWS Glue",
    speaks=frozenset({"step-functions"}),
    inside_network=True,
    calls=frozenset({"glue", "logs", "monitoring", "sagemaker.api"}),
    ports=(
        Port(argument="sources", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="reads", many=True),
        Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),
        Port(
            argument="history",
            kind="features",
            role="feature-history",
            speaks=frozenset({"feature-store"}),
            verb="writes",
            optional=True,
        ),
    ),
    minimum={"workers": 2},
)
