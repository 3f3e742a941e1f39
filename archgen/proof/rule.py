"""A rule over one recording, what it judges by, and what it finds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from archgen.engine import Configuration, Project, Resource, ResourceGraph, configuration_of
from archgen.engine.recording import Severity

Family = Literal["program", "inputs", "security", "design"]
Weight = Severity | Literal["note"]
"""How much a finding weighs: a note is a finding that the project has acknowledged."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong. `rule` is the rule's id, `resource` a URN; `file` is relative to the project's root."""

    rule: str
    severity: Weight
    message: str
    resource: str | None = None
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Evidence:
    """All that a rule may look at: one stack in one phase, recorded in both modes.

    `coverage` is `docs/coverage.json` beside the project (None for a project that archgen did not write); `cloud` is
    its cloud, or the package of most resources.
    """

    project: Project
    stack: str
    phase: str
    preview: ResourceGraph
    up: ResourceGraph
    coverage: Mapping[str, Any] | None
    cloud: str | None

    @cached_property
    def configuration(self) -> Configuration:
        """The settings that the program saw."""
        return configuration_of(self.project, self.stack, self.phase)

    @property
    def components(self) -> tuple[Mapping[str, Any], ...]:
        """The components that the coverage expects."""
        return tuple((self.coverage or {}).get("components", ()))

    @property
    def flows(self) -> tuple[Mapping[str, Any], ...]:
        """The flows that have to exist in this phase: one that comes with the live phase is not expected before."""
        flows = (self.coverage or {}).get("flows", ())
        return tuple(flow for flow in flows if flow.get("phase") != "live" or self.phase == "live")


class Rule(ABC):
    """A rule: subclasses are found by walking `archgen.proof.rules`, one public class per file; rules that only require
    values of properties are rows of the tables of `archgen.proof.requirements`.

    `source` is the publication that the rule rests on, or `judgement`; `example` shows what breaks it. `family` is what
    it looks at: the program's text and run, the inputs of resources, security, or the design that it came from.
    """

    id: str
    title: str
    severity: Severity = "error"
    source: str
    example: str
    family: Family = "program"

    @abstractmethod
    def check(self, evidence: Evidence) -> Iterable[Finding]:
        """What breaks this rule."""

    def at(self, resource: Resource, message: str) -> Finding:
        """A finding about a resource, at the line that made it."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            message=message,
            resource=resource.urn,
            file=resource.file,
            line=resource.line,
        )

    def general(self, message: str, *, file: str | None = None, line: int | None = None) -> Finding:
        """A finding about the project rather than a resource."""
        return Finding(rule=self.id, severity=self.severity, message=message, file=file, line=line)


def at_flow(rule: Rule, flow: Mapping[str, Any], evidence: Evidence, problem: str) -> Finding:
    """A finding about a flow, at the component that opens it."""
    opener = next((each for each in evidence.components if each["id"] == flow["opener"]), {})
    message = f"flow '{flow['id']}' ({flow['source']} to {flow['target']}): {problem}"
    return rule.general(message, file=opener.get("file"), line=opener.get("line"))
