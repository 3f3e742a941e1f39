"""How answers get back into the system that uses them."""

from __future__ import annotations

from archgen.decisions.decision import Decision, Rejected
from archgen.decisions.question import Case, Question
from archgen.knowledge import limits


class WriteBack(Question):
    """Batches under the row's own key, over the private network, with what is refused kept for a person."""

    id = "write-back"
    chapter = "serving"
    asks = "How do the answers of a night get back into the system that uses them?"

    def decide(self, case: Case) -> Decision | None:
        spec = case.spec
        written = [consumer for consumer in spec.consumers if consumer.pattern == "batch"]
        if spec.workload.mode != "batch" or spec.workload.batch is None or not written:
            return None
        first = min(written, key=lambda consumer: consumer.id)
        rows = float(spec.workload.batch.rows)
        minutes = rows / case.assumptions.value("write_back_rows_per_second") / 60
        longest = limits()["aws-lambda-duration"]
        return Decision(
            id=self.id,
            question=self.asks,
            choice="a job that writes batches of rows, each row under its own key, and keeps what is refused",
            kind="decided",
            rationale=(
                "A row's key is its identity: a repeated night replaces and never doubles. One refused row takes no"
                " other with it and waits with its reason for a person; many of them end the run, for then the cause"
                " is not in the rows."
            ),
            because=case.because(
                f"consumers[{first.id}].system", f"consumers[{first.id}].pattern", "workload.batch.rows"
            ),
            rejected=(
                Rejected(
                    "function",
                    "ends before the rows do"
                    if minutes > longest.value
                    else "leaves no room for a consumer that is slow tonight, and none to grow",
                    f"{minutes:.0f} min of writing; {longest.text}",
                ),
                Rejected("one call per row", "a round trip each, instead of one for many", f"{rows:,.0f} rows"),
                Rejected(
                    "file for the consumer to fetch", "nobody knows which rows it took", f"pattern: {first.pattern}"
                ),
            ),
            source="AWS documentation: Lambda quotas (15 minutes); the rest is our own rule",
            confidence="judgement",
        )
