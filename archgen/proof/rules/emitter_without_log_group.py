"""Rule `emitter-without-log-group`."""

from __future__ import annotations

import re
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
STREAM = "aws:cloudwatch/logStream:LogStream"


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
        within = {name: str(s.inputs.get("logGroupName")) for s in evidence.up.of_type(STREAM) for name in s.identities}
        for type, row in table("emitters")["emitters"].items():
            for emitter in evidence.up.of_type(type):
                if _writes(row, emitter):
                    found = _groups(row, emitter, groups, within)
                    if not found:
                        yield self.at(emitter, "its log has no group here: the service makes one without key and end")
                    elif "named" in row and not any(order.follows(emitter, group) for group in found):
                        yield self.at(emitter, "it may be made before its log group: let it depend on the group")


def _writes(row: Mapping[str, Any], emitter: Resource) -> bool:
    when = row.get("when")
    return when is None or any(fault(when, value) is None for value in values(emitter.inputs, when["path"]))


def _groups(
    row: Mapping[str, Any], emitter: Resource, groups: Sequence[Resource], within: Mapping[str, str]
) -> list[Resource]:
    """The groups that the row says are the emitter's; `within` is the group of each log stream."""
    stated = _texts(emitter, row.get("stated") or row.get("unless"))
    if "stated" in row or stated:
        texts = [*stated, *(within[text] for text in stated if text in within)]
        return [each for each in groups if any(_names(text, name) for name in each.identities for text in texts)]
    if "named" in row:
        wanted = [row["named"].format(name=name) for name in emitter.identities]
        return [each for each in groups if each.inputs.get("name") in wanted]
    prefixes = [f"{text}/" for text in _texts(emitter, row.get("prefix"))]
    prefixes += [row["begins"].format(name=name) for name in emitter.identities if "begins" in row]
    return [each for each in groups if str(each.inputs.get("name")).startswith(tuple(prefixes))]


def _names(text: str, group: str) -> bool:
    """Whether the text names this very group, not one whose name only begins or ends alike."""
    return re.search(rf"(?<![\w/-]){re.escape(group)}(?![\w/-])", text) is not None


def _texts(emitter: Resource, path: str | None) -> list[str]:
    return [text for value in values(emitter.inputs, path) for text in leaves(value)] if path else []
