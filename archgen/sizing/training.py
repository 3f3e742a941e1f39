"""Time of a training run. Source: pricing reference of the project, section on training time."""

from __future__ import annotations

from archgen.knowledge import Assumptions
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec

VCPUS = 16
"""Of the instance that a boosted model is trained on."""
QUANTILE_MODELS = 3
"""A forecast is three models: the median and the two ends of its interval."""
_WITHOUT_A_RUN = frozenset({"question-answering", "summarisation", "extraction"})
"""Tasks that begin with a model of somebody else's."""
_NETWORKS = frozenset({"image", "audio", "video"})
_BOOSTED = ("boosting_cell_s", "training_features", "training_trees", "training_depth", "training_max_rows")
_NETWORK = ("backbone_millions", "tokens_per_image", "training_epochs", "card_teraflops", "training_card_share")
_YEAR_S = 365 * 86_400


def boosting_hours(rows: float, columns: float, trees: float, depth: float, cell_s: float, vcpus: float) -> float:
    """Hours of a gradient-boosting run: cell time x rows x features x trees x (depth / 6) / vCPU.

    Source: 50M rows x 200 features x 500 trees at 1e-8 s on 16 vCPU take 0.87 h.
    """
    return cell_s * rows * columns * trees * (depth / 6) / vcpus / 3600


def network_hours(parameters: float, tokens: float, teraflops: float, share: float) -> float:
    """Hours of a card for a network: 6 x parameters x tokens / (peak of the card x share of it that is reached)."""
    return 6 * parameters * tokens / (teraflops * 1e12 * share) / 3600


def training_rows(spec: Spec, assumptions: Assumptions) -> float:
    """Rows that one run learns from: the labelled ones, or the days of all series."""
    labels = spec.problem.labels
    if labels is None:
        return 0.0
    if labels.series:
        return float(labels.series) * assumptions.value("forecast_history_days")
    return float(labels.rows or 0)


def training_hours(spec: Spec, assumptions: Assumptions) -> float:
    """Hours of one run without its start: on 16 vCPU for a boosted model, on one card for a network."""
    rows = training_rows(spec, assumptions)
    at = assumptions.value
    if spec.problem.data in _NETWORKS:
        tokens = rows * at("training_epochs") * at("tokens_per_image")
        return network_hours(at("backbone_millions") * 1e6, tokens, at("card_teraflops"), at("training_card_share"))
    hours = boosting_hours(
        min(rows, at("training_max_rows")),
        at("training_features"),
        at("training_trees"),
        at("training_depth"),
        at("boosting_cell_s"),
        VCPUS,
    )
    return hours * (QUANTILE_MODELS if spec.problem.task == "forecasting" else 1)


def run_hours(spec: Spec, assumptions: Assumptions) -> float:
    """Hours of one run with the start of its instances."""
    return assumptions.value("batch_job_start_min") / 60 + training_hours(spec, assumptions)


def learns_here(spec: Spec) -> bool:
    """Whether a model is trained before the first answer, and on this platform."""
    return spec.workload.models.training == "here" and spec.problem.task not in _WITHOUT_A_RUN


def training_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """Time of one run, and of all runs of a year; nothing where no model is trained here."""
    models = spec.workload.models
    if not learns_here(spec):
        return ()
    rows = training_rows(spec, assumptions)
    if rows == 0:
        return ()
    network = spec.problem.data in _NETWORKS
    runs = float(models.releases) * _YEAR_S * models.count
    said: dict[str, int | float | str] = {"rows": rows}
    one = (
        "6 x backbone_millions x 10^6 x rows x training_epochs x tokens_per_image / (card_teraflops x 10^12 x"
        " training_card_share) / 3600"
        if network
        else "min(rows, training_max_rows) x training_features x training_trees x training_depth / 6 x boosting_cell_s"
        f" / {VCPUS} vCPU / 3600" + (f" x {QUANTILE_MODELS} models" if spec.problem.task == "forecasting" else "")
    )
    used = (*(_NETWORK if network else _BOOSTED), "batch_job_start_min")
    unit = "h of one card" if network else f"h of {VCPUS} vCPU"
    return (
        reckoned(
            "training",
            "hours_of_a_run",
            unit,
            f"batch_job_start_min / 60 + {one}",
            lambda known: round(run_hours(spec, known), 2),
            assumptions,
            said=said,
            used=used,
        ),
        reckoned(
            "training",
            "hours_of_a_year",
            unit,
            "hours_of_a_run x releases x models",
            lambda known: round(run_hours(spec, known) * runs, 1),
            assumptions,
            said={"releases": round(float(models.releases) * _YEAR_S, 2), "models": int(models.count)},
            used=used,
        ),
    )
