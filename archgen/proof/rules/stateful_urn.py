"""Rule `stateful-urn`."""

from __future__ import annotations

from collections.abc import Iterator

from archgen.engine import Resource
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.stateful import STATEFUL_FILE, accepted, gone, successor


class StatefulUrn(Rule):
    """What holds data keeps its URN: Pulumi deletes what it no longer finds in the program."""

    id = "stateful-urn"
    title = "what holds data keeps its URN, by which Pulumi knows it from the new"
    source = "https://www.pulumi.com/docs/iac/concepts/resources/names/ and https://www.pulumi.com/docs/iac/concepts/options/aliases/"
    example = "a `kinesis.Stream` renamed from `events` to `transactions` without `aliases`"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per URN of `.archgen/stateful.yaml` that is gone; none of a run that broke off."""
        before = accepted(evidence.project).get(evidence.stack, {}).get(evidence.phase, ())
        if not evidence.up.completed:
            return
        for urn in gone(before, evidence.up.resources):
            new = successor(urn, before, evidence.up.resources)
            yield Finding(
                rule=self.id,
                severity=self.severity,
                message=f"{urn} {_fate(new)}",
                resource=urn,
                file=new.file if new else f"../{STATEFUL_FILE}",
                line=new.line if new else None,
            )


def _fate(new: Resource | None) -> str:
    if new is None:
        return "is gone: an update would delete it and what it holds; acknowledge it if that is meant"
    return (
        f"is now {new.urn}: an update would delete the old one and what it holds; give the new one"
        " opts=pulumi.ResourceOptions(aliases=[...]) that leads to the old URN"
    )
