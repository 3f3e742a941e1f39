"""The sizes of a spec before it has services: what the workload asks for anywhere, and an outline of its parts."""

from __future__ import annotations

from collections.abc import Callable

from archgen.knowledge import Assumptions
from archgen.sizing.arrivals import planned_rate, planned_rate_of
from archgen.sizing.endpoint import FORMULA, USED, Fleet, fleet
from archgen.sizing.formulae import batch_instances, shards
from archgen.sizing.keyvalue import keyvalue_quantities
from archgen.sizing.language import answer_of, language_quantities
from archgen.sizing.promise import promise_quantities
from archgen.sizing.quantity import Quantity, reckoned
from archgen.sizing.retrieval import retrieval_quantities
from archgen.sizing.site import answered_on_site, site_quantities
from archgen.sizing.storage import storage_quantities
from archgen.sizing.training import training_quantities
from archgen.spec import Spec


def workload_sizing(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """What no single component is sized by: promise, requests in line, tokens, index, table, site, growing lake."""
    return (
        *promise_quantities(spec, assumptions),
        *_line(spec, assumptions),
        *language_quantities(spec, assumptions),
        *retrieval_quantities(spec, assumptions),
        *keyvalue_quantities(spec, assumptions),
        *site_quantities(spec, assumptions),
        *storage_quantities(spec, assumptions),
    )


def outline_sizing(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """What components will be sized by once services are bound: streams, model, training. By the same formulae."""
    return (
        *_streams(spec, assumptions),
        *_endpoint(spec, assumptions),
        *_batch(spec, assumptions),
        *training_quantities(spec, assumptions),
    )


def held_open(spec: Spec, assumptions: Assumptions) -> bool:
    """Whether a caller waits on an open connection for a model in the cloud that is no language model."""
    latency = spec.workload.latency
    if spec.workload.mode != "online" or latency is None or latency.p99 is None:
        return False
    short = float(latency.p99) <= assumptions.value("synchronous_wait")
    return short and answer_of(spec, assumptions) is None and not answered_on_site(spec, assumptions)


def _line(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """Requests in flight by Little's law, and the wait for a free server while one zone is lost."""
    if not held_open(spec, assumptions):
        return ()
    rate, said, used = planned_rate_of(spec)
    in_flight = reckoned(
        "model",
        "requests_in_flight",
        "requests",
        f"Little's law: ({rate}) x hop_model_ms / 1000",
        lambda known: round(planned_rate(spec, known) * known.value("hop_model_ms") / 1000, 1),
        assumptions,
        said=said,
        used=(*used, "hop_model_ms"),
    )
    wait = _of_fleet(
        "queue_wait_p99_ms",
        "ms at p99, one zone lost",
        "endpoint_service_time_ms x ln(100 x share that waits) / (endpoint_servers_per_instance x (1 - utilisation)),"
        " share that waits by Erlang C; it has to fit hop_model_ms - endpoint_service_time_ms",
        lambda found: round(found.wait_p99_ms, 2),
        spec,
        assumptions,
    )
    return (in_flight, wait)


def _of_fleet(
    name: str,
    unit: str,
    formula: str,
    measure: Callable[[Fleet], int | float],
    spec: Spec,
    assumptions: Assumptions,
) -> Quantity:
    """One measure of the fleet that carries the planned rate."""
    _, said, used = planned_rate_of(spec)
    return reckoned(
        "model",
        name,
        unit,
        formula,
        lambda known: measure(fleet(planned_rate(spec, known), known)),
        assumptions,
        said=said,
        used=(*used, *USED),
    )


def _streams(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    streams = [source for source in spec.sources if source.delivery == "stream"]
    if not streams:
        return ()
    rate = sum(float(source.rate or 0) for source in streams)
    stated = [float(source.record) for source in streams if source.record]
    size: dict[str, int | float | str] = {"record_bytes": max(stated)} if stated else {}
    assumed = () if stated else ("event_record_bytes",)
    return (
        reckoned(
            "stream",
            "units",
            "units of 1 MB/s or 1,000 records/s",
            "max(records / 1,000, records x record_bytes / 10^6), rounded up, x stream_headroom, rounded up",
            lambda known: shards(
                rate, max(stated, default=known.value("event_record_bytes")), known.value("stream_headroom")
            ),
            assumptions,
            said={"records": rate, **size},
            used=(*assumed, "stream_headroom"),
        ),
    )


def _endpoint(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    if not held_open(spec, assumptions):
        return ()
    rate, _, _ = planned_rate_of(spec)
    return (
        _of_fleet(
            "instances",
            "instances of 8 vCPU over three zones",
            f"requests = {rate}; {FORMULA}",
            lambda found: found.instances,
            spec,
            assumptions,
        ),
    )


def _batch(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    batch = spec.workload.batch
    if batch is None or answer_of(spec, assumptions) is not None:
        return ()
    return (
        reckoned(
            "scores",
            "instances",
            "instances of 4 vCPU for the run",
            "rows / (batch_rows_per_second x utilisation_target x (forecast_target_min - batch_job_start_min) x 60),"
            " rounded up",
            lambda known: batch_instances(
                float(batch.rows),
                known.value("batch_rows_per_second"),
                known.value("utilisation_target"),
                known.value("forecast_target_min") - known.value("batch_job_start_min"),
            ),
            assumptions,
            said={"rows": float(batch.rows)},
            used=("batch_rows_per_second", "utilisation_target", "forecast_target_min", "batch_job_start_min"),
        ),
    )
