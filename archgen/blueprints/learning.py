"""What blueprints share on the side of data and learning: intake, curation, training, registry."""

from __future__ import annotations

from archgen.blueprints.builder import Builder, most_sensitive, tokenised
from archgen.decisions.ai_act import classified
from archgen.decisions.questions.recovery import copied_elsewhere
from archgen.spec import Source
from archgen.topology import Need

_DAY = 86400
_PROVED = frozenset({"gdpr"})
"""Frameworks that need no component of their own here."""


def add_intake(builder: Builder, orchestrated: bool = False) -> bool:
    """Every source that does not stream, up to the landing zone; whether there is any.

    `orchestrated` intakes have no schedule of their own: something else starts them, in the window that they are told.
    """
    found = [source for source in builder.spec.sources if source.delivery != "stream"]
    if not found:
        return False
    builder.lake("landing", builder.days("raw", "raw_days"))
    for source in found:
        _add_source(builder, source, orchestrated)
    return True


def _add_source(builder: Builder, source: Source, orchestrated: bool) -> None:
    data_class = most_sensitive(source.data)
    needs: dict[str, Need] = {"system": source.system, "delivery": source.delivery}
    builder.add(source.id, "source", "sources", **needs)
    needs |= {"data_class": data_class, "use": source.use, "tokenises": tokenised(data_class) != data_class}
    if orchestrated:
        needs |= {"orchestrated": True, **builder.window}
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
    """Curation, training and registry where models are trained here; nothing where they are brought."""
    if builder.spec.workload.models.training == "here":
        add_curation(builder, lakes)
        if builder.spec.features.entities:
            add_feature_history(builder)
        add_training(builder)
        add_workbench(builder)


def add_curation(builder: Builder, lakes: tuple[str, ...], orchestrated: bool = False) -> None:
    """Curation with its quality gate, from the zones `lakes` into the curated zone.

    Labels are joined only when they are older than their delay. `orchestrated`: something else starts it.
    """
    spec, labels = builder.spec, builder.spec.problem.labels
    builder.lake("curated", builder.days("features", "raw_days"))
    needs: dict[str, Need] = {"orchestrated": True, **builder.window} if orchestrated else {}
    if streams := [source for source in spec.sources if source.delivery == "stream"]:
        needs["records_per_second"] = sum(float(source.rate or 0) for source in streams)
        needs["record_bytes"] = max(
            float(source.record or builder.assumptions.value("event_record_bytes")) for source in streams
        )
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
        **builder.horizon,
        **needs,
    )
    for lake in lakes:
        builder.flow(lake, "curation", "objects", "target")
    builder.flow("curation", "curated", "objects", "source")


def add_feature_history(builder: Builder) -> None:
    """Every value that a feature ever had, with its time: what training reads is what serving read then."""
    builder.add(
        "feature-history",
        "feature-history",
        "training",
        entities=tuple(builder.spec.features.entities),
        customer_keys=builder.customer_keys,
        data_class=builder.data_class,
    )
    builder.flow("curation", "feature-history", "features", "source")
    builder.flow("feature-history", "curated", "objects", "source")


def add_training(builder: Builder) -> None:
    """The training pipeline, which reads the curated zone, and the registry that it writes versions to.

    It has a schedule of its own: a model is trained a few times a year, and never while answers are due.
    """
    spec, labels = builder.spec, builder.spec.problem.labels
    decision = spec.problem.decision
    builder.add(
        "registry",
        "model-registry",
        "training",
        models=int(spec.workload.models.count),
        task=spec.problem.task,
        effect=decision.effect,
        automation=decision.automation,
        subjects=decision.subjects,
        risk=classified(spec).risk,
    )
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
        **builder.horizon,
        **builder.time_zone,
    )
    builder.flow("curated", "training", "objects", "target")
    builder.flow("training", "registry", "model", "source")


def add_workbench(builder: Builder) -> None:
    """Where people explore curated data. Nothing that runs by itself needs it, and it makes no version."""
    builder.add(
        "workbench", "workbench", "training", customer_keys=builder.customer_keys, data_class=builder.data_class
    )
    builder.flow("curated", "workbench", "objects", "target")


def add_monitoring(builder: Builder, lakes: tuple[str, ...]) -> None:
    """What watches the quality of data and answers, from the zones `lakes`."""
    spec, labels = builder.spec, builder.spec.problem.labels
    builder.add(
        "model-monitoring",
        "model-monitoring",
        "operations",
        task=spec.problem.task,
        label_delay_days=round((labels.delay or 0) / _DAY) if labels else 0,
        entities=tuple(spec.features.entities),
        customer_keys=builder.customer_keys,
        **builder.horizon,
        **builder.time_zone,
    )
    for lake in lakes:
        builder.flow(lake, "model-monitoring", "objects", "target")


def add_cost_guard(builder: Builder) -> None:
    """A watch over the money, where the spec says how much there is. It keeps its currency."""
    if builder.spec.budget:
        monthly = builder.spec.budget.monthly
        builder.add(
            "cost-guard",
            "cost-guard",
            "operations",
            monthly_budget=float(monthly.amount),
            currency=monthly.currency,
        )


def add_account_baseline(builder: Builder) -> None:
    """What an account has once, such as recorder and detectors, where no landing zone owns it."""
    if builder.spec.platform.landing_zone == "none":
        builder.add(
            "account-baseline",
            "account-baseline",
            "operations",
            frameworks=tuple(sorted(builder.spec.governance.frameworks)),
            keep_days=builder.days("audit", "log_days"),
        )


def add_backup(builder: Builder) -> None:
    """Copies of what nobody could send again, out of reach of whoever can delete it.

    Only where models are trained here: sources can deliver once more, history with its labels and versions cannot.
    """
    if builder.spec.workload.models.training != "here":
        return
    recovery = builder.spec.workload.recovery
    needs: dict[str, Need] = {"rpo_s": float(recovery.rpo)} if recovery and recovery.rpo else {}
    if "done_by" in builder.window:
        needs |= {key: builder.window[key] for key in ("done_by", "time_zone")}
    builder.add("backup", "backup", "operations", data_class=builder.data_class, **needs)


def add_second_region(builder: Builder) -> None:
    """Copies where the loss of a region does not reach, where the spec says what a disaster may cost.

    Of what `add_backup` keeps as well: where nothing is learnt, sources can deliver once more.
    """
    if not copied_elsewhere(builder.spec):
        return
    needs: dict[str, Need] = {}
    if builder.spec.governance.residency:
        needs["residency"] = tuple(builder.spec.governance.residency)
    builder.add("second-region", "second-region", "operations", data_class=builder.data_class, **needs)


def add_unserved(builder: Builder) -> None:
    """Who did what, kept: for the frameworks that ask for it, and where no landing zone keeps a trail."""
    spec = builder.spec
    frameworks = tuple(sorted(set(spec.governance.frameworks) - _PROVED))
    if frameworks or spec.platform.landing_zone == "none":
        builder.add(
            "audit",
            "audit",
            "operations",
            frameworks=frameworks,
            keep_days=builder.days("audit", "log_days"),
        )
