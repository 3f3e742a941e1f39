"""Streaming features: containers that count in the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Port, Value
from archgen.services.containers import Containers
from archgen.services.roles.stream_features import FeatureWorkers, lag_records
from archgen.topology import Component

UPDATES_PER_REPLICA = 4000
"""Keyed updates a second of one process on one vCPU; see `updates-per-replica` in service.yaml."""


@dataclass(frozen=True, kw_only=True)
class ContainerFeaturesService(FeatureWorkers):
    """Workers that tell when records wait for longer than a feature may be old."""

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {**super().arguments(component, neighbours), "lag_records": lag_records(component)}


SERVICE = ContainerFeaturesService(
    id="container_features",
    role="stream-features",
    class_name="ContainerFeatures",
    title="Feature worker on Azure Container Apps",
    score=80,
    strengths=(
        "counts live in the cache, so that a replica that is lost loses nothing and none has to be restored",
        "an update is one script in the cache: a record that comes twice counts once",
    ),
    containers=Containers(
        name="replicas",
        rate="records_per_second",
        each=UPDATES_PER_REPLICA,
        per_entity=True,
        note="; the stream needs at least as many partitions to keep all of them busy",
        scaling="scaling",
    ),
    shared_registry=True,
    ports=(
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"event-hubs"}), verb="reads"),
        Port(argument="online", kind="features", role="online-features", speaks=frozenset({"redis"}), verb="writes"),
    ),
    inside_network=True,
    minimum={"replicas": 1, "max_replicas": 2},
)
