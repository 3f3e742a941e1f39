"""Collecting a topology: components and flows in reading order, with what every blueprint derives from a spec."""

from __future__ import annotations

from collections.abc import Iterable

from archgen.knowledge import Assumptions
from archgen.spec import Spec
from archgen.topology import Component, Flow, Need, Topology, Zone

_DAY = 86400
_SENSITIVITY = ("public", "confidential", "token", "pii", "special-category", "phi", "sad", "pan")
"""Data classes from the least to the most sensitive. Source: own order; PCI DSS and GDPR Art. 9 rank their own."""
_TOKENISED = {"pan": "token", "sad": "token"}
"""What becomes of a class once it is a keyed token; card numbers go no further. Source: PCI DSS v4.0.1, 3.5.1."""

ZONES = (
    Zone(id="sources", kind="external"),
    Zone(id="consumers", kind="external"),
    Zone(id="foundation", kind="account"),
    Zone(id="network", kind="network", parent="foundation"),
    Zone(id="storage", kind="stage", parent="network"),
    Zone(id="streams", kind="stage", parent="network"),
    Zone(id="delivery", kind="stage", parent="foundation"),
    Zone(id="intake", kind="stage", parent="network"),
    Zone(id="features", kind="stage", parent="network"),
    Zone(id="training", kind="stage", parent="network"),
    Zone(id="serving", kind="stage", parent="network"),
    Zone(id="results", kind="stage", parent="network"),
    Zone(id="operations", kind="stage", parent="foundation"),
)
"""The stages of every blueprint, in the order in which a program makes them; empty ones are left out of pictures."""


def most_sensitive(classes: Iterable[str]) -> str:
    """The class that decides how all of them are treated; `public` for none."""
    return max(classes, key=_SENSITIVITY.index, default="public")


def tokenised(data_class: str) -> str:
    """The class that data has behind the place where card numbers become tokens."""
    return _TOKENISED.get(data_class, data_class)


class Builder:
    """Components and flows as they are added. Flows are numbered in the order of their adding.

    `data_class` is the most sensitive class of all sources, as it is behind tokenisation.
    """

    def __init__(self, spec: Spec, assumptions: Assumptions) -> None:
        self.spec = spec
        self.assumptions = assumptions
        self.components: list[Component] = []
        self.flows: list[Flow] = []
        self.arriving = most_sensitive(one for source in spec.sources for one in source.data)
        self.data_class = most_sensitive(tokenised(one) for source in spec.sources for one in source.data)

    def add(self, id: str, role: str, zone: str, **needs: Need) -> None:
        """One more component."""
        self.components.append(Component(id=id, role=role, zone=zone, needs=needs))

    def flow(self, source: str, target: str, kind: str, opened_by: str, data_class: str | None = None) -> None:
        """One more flow; without a class it carries the most sensitive one."""
        self.flows.append(
            Flow(
                source=source,
                target=target,
                kind=kind,
                opened_by="source" if opened_by == "source" else "target",
                data_class=data_class or self.data_class,
                step=len(self.flows) + 1,
            )
        )

    def topology(self, blueprint: str) -> Topology:
        """All of it. Raises `SpecError` where two components would share a name."""
        used = {component.zone for component in self.components}
        parents = {zone.parent for zone in ZONES if zone.id in used}
        zones = tuple(zone for zone in ZONES if zone.id in used | parents)
        return Topology(blueprint=blueprint, zones=zones, components=tuple(self.components), flows=tuple(self.flows))

    @property
    def customer_keys(self) -> bool:
        """Whether what is stored needs a key of the client."""
        return self.data_class != "public"

    @property
    def tokenises(self) -> bool:
        """Whether card numbers arrive, which have to become tokens before anything stores them."""
        return self.arriving in _TOKENISED

    @property
    def window(self) -> dict[str, Need]:
        """When a batch runs, as needs; empty for an online workload."""
        batch = self.spec.workload.batch
        if self.spec.workload.mode != "batch" or batch is None:
            return {}
        return {
            "starts": str(batch.starts),
            "done_by": str(batch.done_by),
            "time_zone": batch.time_zone,
            "days": batch.days,
            "window_s": float(batch.window),
        }

    @property
    def time_zone(self) -> dict[str, Need]:
        """The zone that the spec tells its times in, as a need; empty for an online workload, which tells none."""
        return {key: value for key, value in self.window.items() if key == "time_zone"}

    @property
    def horizon(self) -> dict[str, Need]:
        """How far ahead is forecast and for how many series, as needs; empty where nothing is."""
        batch, labels = self.spec.workload.batch, self.spec.problem.labels
        needs: dict[str, Need] = {}
        if batch and batch.horizon:
            needs["horizon_days"] = max(1, round(batch.horizon / _DAY))
        if labels and labels.series:
            needs["series"] = float(labels.series)
        return needs

    def days(self, kind: str, default: str) -> int:
        """Retention of a kind of data, or the default of that assumption."""
        kept = getattr(self.spec.governance.retention, kind)
        return round(kept / _DAY) if kept else round(self.assumptions.value(default))

    def lake(self, id: str, keep_days: int) -> None:
        """A lake zone with a retention of its own."""
        self.add(
            id, "lake", "storage", keep_days=keep_days, customer_keys=self.customer_keys, data_class=self.data_class
        )

    def platform(self) -> None:
        """What every topology has: the foundation and a network."""
        network = self.spec.platform.network
        self.add(
            "foundation",
            "foundation",
            "foundation",
            log_days=round(self.assumptions.value("log_days")),
            customer_keys=self.customer_keys,
        )
        self.add(
            "network",
            "network",
            "network",
            existing=network.mode == "existing",
            connect=network.connect,
            private=True,
        )
