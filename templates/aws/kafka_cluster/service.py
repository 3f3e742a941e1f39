"""When a Kafka cluster carries a stream of events, and with how many partitions, brokers and how much disk."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import cast

from archgen.knowledge import Assumptions
from archgen.services.service import Demand, Fit, Neighbours, Service, Value, Violation
from archgen.sizing import Quantity, shards
from archgen.sizing.formulae import ZONES
from archgen.topology import Component, Needs

MIB, GIB = 2**20, 2**30
REPLICAS = 3
DISK_MIB_PER_S, NETWORK_MIB_PER_S = 78.75, 117
"""What the disk and the network interface of a kafka.m7g.large carry."""
DISK_FACTOR, NETWORK_FACTOR, NETWORK_FACTOR_PER_READER = 6.5, 5.7, 1.5
"""Disk and network traffic of the cluster for each unit that arrives, with one of three zones lost."""
PARTITIONS_PER_BROKER = 1000
"""Replicas counted."""
MAX_BROKERS = 60
MAX_STORAGE_GIB = 16384
PRIVATE_READERS = {"firehose_delivery": "firehose.amazonaws.com"}
"""Services that read over MSK's private link, and the principal that they lay it as."""


class KafkaClusterService(Service):
    """Fits what one cluster of kafka.m7g.large brokers carries."""

    def suits(self, needs: Needs) -> Fit:
        arriving = cast("float", needs["records_per_second"]) * cast("float", needs["record_bytes"]) / MIB
        brokers = _for_disk(arriving)
        if brokers > MAX_BROKERS:
            return Fit(
                violated=(
                    Violation(
                        need="records_per_second",
                        found=f"{arriving:,.0f} MiB/s, {brokers} brokers of kafka.m7g.large",
                        limit=f"{MAX_BROKERS} brokers",
                        reason="a cluster has 60 brokers at most; spread the events over several clusters or streams",
                    ),
                )
            )
        return Fit(score=60, reasons=("speaks Kafka to clients that know nothing else", "brokers to size and patch"))

    def size(self, demand: Demand) -> tuple[Quantity, ...]:
        rate = ("records_per_second", "record_bytes")
        return (
            demand.quantity(
                "partitions",
                "partitions",
                "ceil(max(ceil(records_per_second / 1000), ceil(records_per_second * record_bytes / 1000000))"
                " * stream_headroom), then up to a multiple of 3 zones",
                lambda known: _partitions(demand, known),
                needs=rate,
                assumptions=("stream_headroom",),
            ),
            demand.quantity(
                "brokers",
                "kafka.m7g.large brokers",
                "max of disk: ceil(MiB/s * stream_headroom * 6.5 / 78.75), network: ceil(MiB/s * stream_headroom *"
                " (5.7 + 1.5 * stream_readers) / 117), partitions: ceil(partitions * 3 / 1000) and storage:"
                " ceil(GiB / 16384), then up to a multiple of 3 zones;"
                " MiB/s = records_per_second * record_bytes / 2^20",
                lambda known: _brokers(demand, known),
                needs=(*rate, "replay_hours"),
                assumptions=("stream_headroom", "stream_readers", "broker_disk_fill"),
            ),
            demand.quantity(
                "broker_storage_gib",
                "GiB per broker",
                "ceil(records_per_second * record_bytes * 3600 * replay_hours * 3 replicas / broker_disk_fill / 2^30"
                " / brokers)",
                lambda known: ceil(_storage_gib(demand, known) / _brokers(demand, known)),
                needs=(*rate, "replay_hours"),
                assumptions=("broker_disk_fill",),
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        found: dict[str, Value] = {
            "topic": component.id,
            "retention_hours": int(cast("float", component.needs["replay_hours"])),
        }
        readers = _private_readers(component, neighbours)
        return found | ({"private_readers": readers} if readers else {})


def _private_readers(component: Component, neighbours: Neighbours) -> tuple[str, ...]:
    principals = set()
    for flow in neighbours.flows(component.id):
        opener = neighbours.services.get(flow.opener)
        if flow.source == component.id and opener is not None and opener.id in PRIVATE_READERS:
            principals.add(PRIVATE_READERS[opener.id])
    return tuple(sorted(principals))


def _partitions(demand: Demand, known: Assumptions) -> int:
    # As many as a Kinesis stream would have shards: both bound how many consumers can work side by side.
    units = shards(demand.number("records_per_second"), demand.number("record_bytes"), known.value("stream_headroom"))
    return _over_zones(units)


def _brokers(demand: Demand, known: Assumptions) -> int:
    arriving = _arriving_mib(demand) * known.value("stream_headroom")
    network = arriving * (NETWORK_FACTOR + NETWORK_FACTOR_PER_READER * known.value("stream_readers"))
    return _over_zones(
        max(
            _for_disk(arriving),
            ceil(network / NETWORK_MIB_PER_S),
            ceil(_partitions(demand, known) * REPLICAS / PARTITIONS_PER_BROKER),
            ceil(_storage_gib(demand, known) / MAX_STORAGE_GIB),
        )
    )


def _storage_gib(demand: Demand, known: Assumptions) -> float:
    kept = demand.number("records_per_second") * demand.number("record_bytes") * 3600 * demand.number("replay_hours")
    return kept * REPLICAS / known.value("broker_disk_fill") / GIB


def _arriving_mib(demand: Demand) -> float:
    return demand.number("records_per_second") * demand.number("record_bytes") / MIB


def _for_disk(arriving_mib: float) -> int:
    return ceil(arriving_mib * DISK_FACTOR / DISK_MIB_PER_S)


def _over_zones(count: int) -> int:
    return ceil(count / ZONES) * ZONES


SERVICE = KafkaClusterService(
    id="kafka_cluster",
    role="event-stream",
    class_name="KafkaCluster",
    title="Amazon MSK",
    limited=True,
    speaks=frozenset({"kafka"}),
    inside_network=True,
    minimum={"partitions": 3, "brokers": 3, "broker_storage_gib": 100},
)
