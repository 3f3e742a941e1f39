"""Streaming features: workers on Cloud Run that keep the counts in the online features themselves."""

from __future__ import annotations

from archgen.services import Port
from archgen.services.containers import Containers
from archgen.services.roles.stream_features import FeatureWorkers

SERVICE = FeatureWorkers(
    id="velocity_worker",
    role="stream-features",
    class_name="VelocityWorker",
    title="Feature worker on Cloud Run",
    inside_network=True,
    calls=frozenset({"googleapis.com"}),
    score=60,
    strengths=(
        "counts over windows of an hour need no state but the cache's, and so no stream processor to run",
        "a worker may be replaced at any time: what it did not acknowledge comes again, and is counted once",
    ),
    containers=Containers(
        name="instances",
        rate="records_per_second",
        each="worker_updates_per_instance",
        per_entity=True,
        scaling=None,
    ),
    ports=(
        Port(argument="source", kind="events", role="event-stream", speaks=frozenset({"pubsub"}), verb="reads"),
        Port(argument="online", kind="features", role="online-features", speaks=frozenset({"valkey"}), verb="writes"),
    ),
    minimum={"instances": 1},
    exports=("repository_url",),
)
