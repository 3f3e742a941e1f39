"""The history of features: SageMaker Feature Store, offline."""

from __future__ import annotations

import json
from collections.abc import Mapping

from archgen import registry
from archgen.services import Fit, Neighbours, Port, Service, Value, Violation
from archgen.topology import Component, Needs

GROUPS = 100
"""Feature groups of an account; see `groups` in service.yaml."""


class SagemakerFeatureHistory(Service):
    """One table per entity; nothing is sized, since it is objects alone."""

    def suits(self, needs: Needs) -> Fit:
        entities = _entities(needs)
        violated = []
        if not entities:
            violated.append(
                Violation(need="entities", found="none", limit="at least 1", reason="there is nothing to remember")
            )
        if len(entities) > GROUPS:
            violated.append(
                Violation(
                    need="entities",
                    found=str(len(entities)),
                    limit=str(GROUPS),
                    reason="an account has no more feature groups by default",
                )
            )
        return Fit(
            score=80,
            reasons=("tables that can be read as of any moment", "encrypted under a key of the client"),
            violated=tuple(violated),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        path = registry.find("templates", "parts/feature_layout/feature_layout/feature_layout.json")
        windows = json.loads(path.read_text(encoding="utf-8"))["windows"]
        return {
            "entities": _entities(component.needs),
            "features": tuple(f"{kind}_{window}" for kind in ("count", "amount") for window in windows),
        }


def _entities(needs: Needs) -> tuple[str, ...]:
    entities = needs.get("entities", ())
    return tuple(str(entity) for entity in entities) if isinstance(entities, tuple) else (str(entities),)


SERVICE = SagemakerFeatureHistory(
    id="sagemaker_feature_history",
    role="feature-history",
    class_name="SagemakerFeatureHistory",
    title="Amazon SageMaker Feature Store (offline)",
    speaks=frozenset({"feature-store"}),
    reached_through="s3",
    ports=(Port(argument="destination", kind="objects", role="lake", speaks=frozenset({"s3"}), verb="writes"),),
    # Tables have nothing that an on-call engineer could act on; the job that writes them alarms.
    observed=False,
)
