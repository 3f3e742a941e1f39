"""How a lake grows: what arrives in a day, compressed, for as long as it is kept, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archgen.knowledge import Assumptions
from archgen.sizing.arrivals import answers_a_day
from archgen.sizing.quantity import Quantity, reckoned
from archgen.spec import Spec
from archgen.spec.estate import Source

YEARS = (1, 2, 3)
_DELIVERIES_A_DAY = {"hourly": 24.0, "daily": 1.0, "weekly": 1 / 7}
_DAY, _YEAR = 86_400, 365
_FILES = frozenset({"documents", "image", "audio", "video", "text"})
_FILE_SYSTEMS = frozenset({"object-storage", "sftp", "sharepoint"})


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """Bytes a day that compress (rows) and that do not (documents, images), and bytes that are held once."""

    rows: float
    files: float
    held: float


def stored_bytes(a_day: float, growth: float, keep_days: float, year: int) -> float:
    """Bytes at the end of a year when `a_day` arrive in the first one, more each year, and each is kept `keep_days`."""
    total = 0.0
    for past in range(1, year + 1):
        end = (year - past) * _YEAR
        days = max(0.0, min(keep_days, end + _YEAR) - end)
        total += a_day * (1 + growth) ** (past - 1) * days
    return total


def arriving(spec: Spec, assumptions: Assumptions) -> Arriving:
    """What all sources bring.

    A stream brings its records at the average rate, a captured database its changes, any other source each of its
    deliveries. A source of documents brings one for each answer, for answers are made about documents; where passages
    are looked up instead, documents are held once and replaced.
    """
    rows = files = held = 0.0
    for source in spec.sources:
        if source.documents or source.use == "corpus":
            held += float(source.size or 0)
            if spec.problem.task != "question-answering":
                files += answers_a_day(spec) * _document_bytes(spec, source, assumptions)
        elif source.delivery in ("stream", "cdc"):
            held += float(source.size or 0)
            rows += _records_a_day(spec, source, assumptions) * _record_bytes(source, assumptions)
        elif source.delivery in _DELIVERIES_A_DAY:
            day = float(source.size or 0) * _DELIVERIES_A_DAY[source.delivery]
            if source.system in _FILE_SYSTEMS and spec.problem.data in _FILES:
                files += day
            else:
                rows += day
        else:
            held += float(source.size or 0)
    return Arriving(rows=rows, files=files, held=held)


def stored_gigabytes(spec: Spec, assumptions: Assumptions, year: int) -> float:
    """GB at the end of a year: what arrived, as long as raw data is kept, and the answers, as long as they are."""
    kept, ratio = spec.governance.retention, assumptions.value("compression_ratio")
    raw = float(kept.raw) / _DAY if kept.raw else assumptions.value("raw_days")
    decisions = float(kept.decisions) / _DAY if kept.decisions else assumptions.value("decision_days")
    growth, found = _growth(spec, assumptions), arriving(spec, assumptions)
    answers = answers_a_day(spec) * assumptions.value("decision_record_bytes")
    arrived = stored_bytes(found.rows * ratio + found.files, growth, raw, year)
    written = stored_bytes(answers * ratio, growth, decisions, year)
    return (arrived + written + found.held * (1 + growth) ** (year - 1)) / 1e9


def storage_quantities(spec: Spec, assumptions: Assumptions) -> tuple[Quantity, ...]:
    """What the lake holds at the end of each of the first years, in GB."""
    found, kept = arriving(spec, assumptions), spec.governance.retention
    said: dict[str, int | float | str] = {
        "rows_gb_a_day": round(found.rows / 1e9, 3),
        "files_gb_a_day": round(found.files / 1e9, 3),
        "held_gb": round(found.held / 1e9, 3),
        "answers_a_day": round(answers_a_day(spec)),
    }
    used = ["decision_record_bytes", "compression_ratio"]
    for days, id, name in ((kept.raw, "raw_days", "kept_raw"), (kept.decisions, "decision_days", "kept_decisions")):
        if days:
            said[name] = str(days)
        else:
            used.append(id)
    if any(source.delivery in ("stream", "cdc") for source in spec.sources):
        used += [*(() if _average_of(spec) else ("average_share",)), "event_record_bytes"]
    return tuple(_after(year, spec, assumptions, said, used) for year in YEARS)


def _after(
    year: int, spec: Spec, assumptions: Assumptions, said: Mapping[str, int | float | str], used: Sequence[str]
) -> Quantity:
    traffic = spec.workload.traffic
    grows: dict[str, int | float | str] = {}
    if year > 1 and traffic and traffic.growth:
        grows["growth"] = float(traffic.growth)
    return reckoned(
        "lake",
        f"gigabytes_after_year_{year}",
        "GB",
        "(rows_gb_a_day x compression_ratio + files_gb_a_day) x days kept + answers_a_day x decision_record_bytes x"
        " compression_ratio x days kept + held_gb; each year growth more than the one before",
        lambda known: round(stored_gigabytes(spec, known, year)),
        assumptions,
        said={**said, **grows},
        used=(*used, *(("data_growth",) if year > 1 and not grows else ())),
    )


def _growth(spec: Spec, assumptions: Assumptions) -> float:
    traffic = spec.workload.traffic
    return float(traffic.growth) if traffic and traffic.growth else assumptions.value("data_growth")


def _average_of(spec: Spec) -> float | None:
    traffic = spec.workload.traffic
    return float(traffic.average) / float(traffic.peak) if traffic and traffic.average else None


def _records_a_day(spec: Spec, source: Source, assumptions: Assumptions) -> float:
    """Records of an average day: rates are told at peak."""
    peak = float((source.rate if source.delivery == "stream" else source.changes) or 0)
    return peak * (_average_of(spec) or assumptions.value("average_share")) * _DAY


def _record_bytes(source: Source, assumptions: Assumptions) -> float:
    return float(source.record) if source.record else assumptions.value("event_record_bytes")


def _document_bytes(spec: Spec, source: Source, assumptions: Assumptions) -> float:
    if source.size and source.documents:
        return float(source.size) / float(source.documents)
    return float(spec.workload.payload or assumptions.value("request_payload_bytes"))
