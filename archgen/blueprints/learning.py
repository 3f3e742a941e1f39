"""What blueprints share on the side of data and learning: intake, curation, training, registry."""

from __future__ import annotations

from archgen.blueprints.builder import Builder, most_sensitive, tokenised
from archgen.spec import Source
from archgen.topology import Need

_DAY = 86400
_PROVED = frozenset({"gdpr"})
"""Frameworks that need no component of their own here."""


def add_intake(builder: Builder) -> bool:
    """Every source that does not stream, up to the landing zone; whether there is any."""
    found = [source for source in builder.spec.sources if source.delivery != "stream"]
    if not found:
        return False
    builder.lake("landing", builder.days("raw", "raw_days"))
    for source in found:
        _add_source(builder, source)
    return True


def _add_source(builder: Builder, source: Source) -> None:
    data_class = most_sensitive(source.data)
    needs: dict[str, Need] = {"system": source.system, "delivery": source.delivery}
    builder.add(source.id, "source", "sources", **needs)
    needs |= {"data_class": data_class, "use": source.use, "tokenises": tokenised(data_class) != data_class}
    if source.size:
        needs["size_bytes"] = float(source.size)
    if source.changes:
        needs["records_per_second"] = float(source.changes)
    if source.documents:
        needs["documents"] = float(source.documents)
    role, kind, suffix = (
        ("change-capture", "changes", "capture") if source.delivery == "cdc" else ("batch-intake", "files", "intake")
    )
    builder.add(f"{source.id}-{suffix}", role, "intake", **needs)
    builder.flow(source.id, f"{source.id}-{suffix}", kind, "target", data_class)
    builder.flow(f"{source.id}-{suffix}", "landing", "objects", "source", tokenised(data_class))


def add_learning(builder: Builder, lakes: tuple[str, ...]) -> None:
    """Curation with its quality gate, the history of features, the training pipeline and the registry.

    `lakes` are the zones that curation reads. Labels are joined only when they are older than their delay.
    """
    spec, labels = builder.spec, builder.spec.problem.labels
    if spec.workload.models.training != "here":
        return
    builder.lake("curated", builder.days("features", "raw_days"))
    builder.add(
        "curation",
        "curation",
        "training",
        sources=tuple(source.id for source in spec.sources if source.use == "features"),
        labels=tuple(source.id for source in spec.sources if source.use == "labels"),
        label_delay_days=round(labels.delay / _DAY) if labels and labels.delay else 0,
        task=spec.problem.task,
        entities=tuple(spec.features.entities),
        customer_keys=builder.customer_keys,
    )
    for lake in lakes:
        builder.flow(lake, "curation", "objects", "target")
    builder.flow("curation", "curated", "objects", "source")
    builder.add("registry", "model-registry", "training", models=int(spec.workload.models.count))
    builder.add(
        "training",
        "training",
        "training",
        task=spec.problem.task,
        models=int(spec.workload.models.count),
        rows=float(labels.rows or labels.series or 0) if labels else 0.0,
        releases_per_year=float(spec.workload.models.releases) * 365 * _DAY,
        interpretability=spec.problem.interpretability or "none",
        customer_keys=builder.customer_keys,
    )
    builder.flow("curated", "training", "objects", "target")
    builder.flow("training", "registry", "model", "source")


def add_unserved(builder: Builder) -> None:
    """What a spec asks for beside data and decisions; it is refused by name where a cloud has no service for it."""
    spec = builder.spec
    if frameworks := tuple(sorted(set(spec.governance.frameworks) - _PROVED)):
        builder.add(
            "audit",
            "audit",
            "operations",
            frameworks=frameworks,
            keep_days=builder.days("audit", "log_days"),
            data_class=builder.arriving,
        )
