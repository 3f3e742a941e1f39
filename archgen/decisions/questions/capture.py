"""How changes of an operational system arrive: from its log, by asking, or as files."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Flip, Rejected
from archgen.decisions.question import Case, Question
from archgen.spec import Source

_SYSTEMS = frozenset({"sap", "oracle", "postgres", "sql-server", "salesforce", "dynamics365", "sharepoint", "sftp"})
_LOGS = {
    "sap": "SLT or the event interface (ODP over RFC is not permitted to other tools, SAP Note 3255746)",
    "oracle": "LogMiner on a standby, with supplemental logging",
    "salesforce": "change events of its Pub/Sub API, kept for 72 hours",
}
_FILES = {
    "sap": "CDS views or extractors over OData, in full deliveries",
    "salesforce": "Bulk API 2.0",
}


class Capture(Question):
    """By the delivery that the spec names for its freshest operational system. Source: LEG-01 to LEG-07."""

    id = "capture"
    chapter = "data"
    asks = "How do changes of the operational systems arrive: from their log, by polling, or as files?"

    def decide(self, case: Case) -> Decision | None:
        systems = [source for source in case.spec.sources if source.system in _SYSTEMS]
        if not systems:
            return None
        order = ("stream", "cdc", "hourly", "on-demand", "daily", "weekly")
        first = min(systems, key=lambda source: (order.index(source.delivery), source.id))
        path = f"sources[{first.id}].delivery"
        choice, reason = _way(first)
        rejected = {
            "log": Rejected("log-based capture", "rights on its log, and a reader that never stops", first.delivery),
            "poll": Rejected("polling", "misses deletes, and loads the system", f"{first.system}: {first.delivery}"),
            "file": Rejected("files", "hours old before anybody reads them", f"{first.system}: {first.delivery}"),
        }
        kept = "log" if first.delivery in ("stream", "cdc") else "poll" if first.delivery == "hourly" else "file"
        return self.made(
            f"{first.id}: {choice}",
            reason,
            because=case.because(
                *(f"sources[{one.id}].{field}" for one in systems for field in ("system", "delivery"))
            ),
            rejected=tuple(option for name, option in rejected.items() if name != kept),
            consequences=("Each delivery carries a manifest or a position, so that a repeated one changes nothing.",),
            flips_when=(Flip(path, "==", "daily" if kept == "log" else "cdc"),),
            source="AWS Database Migration Service, SAP Note 3255746 and Salesforce documentation; the bounds"
            " are our own rule",
        )


def _way(source: Source) -> tuple[str, str]:
    if source.delivery in ("stream", "cdc"):
        return (
            f"changes are read from the log: {_LOGS.get(source.system, 'log-based change data capture')}",
            "Every change is seen once, deletes included, and the system is not asked.",
        )
    if source.delivery == "hourly":
        return (
            "polled by its time of change, every hour",
            "An indexed time of change is enough for an hour's freshness, without rights on the log.",
        )
    return (
        f"whole deliveries: {_FILES.get(source.system, 'files with a manifest and a checksum')}",
        "Nothing here is needed fresher than its delivery; a file can be checked, kept and loaded again.",
    )
