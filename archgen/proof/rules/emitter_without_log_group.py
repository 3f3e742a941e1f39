"""Rule `emitter-without-log-group`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from archgen.engine import Resource
from archgen.proof.order import Order
from archgen.proof.paths_in_inputs import values
from archgen.proof.references import leaves
from archgen.proof.requirements import fault
from archgen.proof.rule import Evidence, Finding, Rule
from archgen.proof.tables import table

GROUP = "aws:cloudwatch/logGroup:LogGroup"


class EmitterWithoutLogGroup(Rule):
    """Whatever writes a log writes it to a group that the program makes, with its key and retention."""

    id = "emitter-without-log-group"
    title = "what writes a log writes it to a group that the program makes"
    source = "control CloudWatch.16; the pages of each service: archgen/proof/tables/emitters.yaml"
    example = "a `sagemaker.Endpoint` without a `LogGroup` named `/aws/sagemaker/Endpoints/<its name>`"
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per emitter without a group, or one that is made before the group that has its name."""
        if not evidence.up.completed:
            return
        groups, order = evidence.up.of_type(GROUP), Order(evidence.up)
        for type, row in table("emitters")["emitters"].items():
            for emitter in evidence.up.of_type(type):
                if _writes(row, emitter):
                    found = _groups(row, emitter, groups)
                    if not found:
                        yield self.at(emitter, "its log has no group here: the service makes one without key and end")
                    elif "named" in row and not any(order.follows(emitter, group) for group in found):
                        yield self.at(emitter, "it may be made before its log group: let it depend on the group")


def _writes(row: Mapping[str, Any], emitter: Resource) -> bool:
    when = row.get("when")
    return when is None or any(fault(when, value) is None for value in values(emitter.inputs, when["path"]))


def _groups(row: Mapping[str, Any], emitter: Resource, groups: Sequence[Resource]) -> list[Resource]:
    stated = row.get("stated") or row.get("unless")
    texts = [text for value in values(emitter.inputs, stated) for text in leaves(value)] if stated else []
    if "stated" in row or texts:
        return [each for each in groups if any(name in text for name in each.identities for text in texts)]
    names = [str(each.inputs.get("name")) for each in groups]
    if "prefix" in row:
        wanted = [text for value in values(emitter.inputs, row["prefix"]) for text in leaves(value)]
        return [each for each, name in zip(groups, names, strict=True) if any(name.startswith(f"{w}/") for w in wanted)]
    wanted = [row.get("named", row.get("begins")).format(name=name) for name in emitter.identities]
    if "named" in row:
        return [each for each, name in zip(groups, names, strict=True) if name in wanted]
    return [each for each, name in zip(groups, names, strict=True) if any(name.startswith(w) for w in wanted)]
