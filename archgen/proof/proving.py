"""Prove a project: record each stack and phase, and hold every rule against the recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archgen.engine import Project, Resource, ResourceGraph, record_all
from archgen.proof.acknowledged import acknowledgements, applied
from archgen.proof.coverage import cloud_of_program, load_coverage
from archgen.proof.rule import Evidence, Finding
from archgen.proof.rules import all_rules
from archgen.proof.stateful import accepted


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One stack in one phase: what it would create and what is wrong with it.

    `resources` are the recording's, components included; `counts` the number of cloud resources per type;
    `settings_to_fill` the settings, as the project file declares them, that only the reader can give.
    """

    stack: str
    phase: str
    resources: tuple[Resource, ...]
    counts: Mapping[str, int]
    findings: tuple[Finding, ...]
    settings_to_fill: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether there is no finding of severity error."""
        return not any(finding.severity == "error" for finding in self.findings)


def prove(project: Project, stacks: Sequence[str], phases: Sequence[str], jobs: int = 2) -> Iterator[Proof]:
    """Yield the proof of each stack in each phase, as soon as it is there.

    Raises `WrongUse` for an unknown stack or phase, an unreadable coverage, wrong acknowledgements or an unreadable
    list of what holds data, before anything runs.
    """
    coverage = load_coverage(project)
    acknowledgements(project)
    accepted(project)
    for stack, phase, preview, up in record_all(project, stacks, phases, jobs):
        cloud = cloud_of_program(coverage, preview)
        yield judge(Evidence(project, stack, phase, preview, up, coverage, cloud))


def judge(evidence: Evidence) -> Proof:
    """Every rule held against one recording; what two runs or two rules' passes say alike is said once."""
    found = {finding for rule in all_rules() for finding in rule.check(evidence)}
    findings = applied(found, acknowledgements(evidence.project))
    graph = _fuller(evidence.preview, evidence.up)
    return Proof(
        stack=evidence.stack,
        phase=evidence.phase,
        resources=graph.resources,
        counts=graph.counts,
        findings=tuple(sorted(findings, key=_order)),
        settings_to_fill=evidence.configuration.to_fill,
    )


def _fuller(preview: ResourceGraph, up: ResourceGraph) -> ResourceGraph:
    """The update's recording, unless it broke off before the preview did."""
    return preview if len(up.resources) < len(preview.resources) and not up.completed else up


def _order(finding: Finding) -> tuple[int, str, int, str, str, str]:
    severity = ("error", "warning", "note").index(finding.severity)
    return (severity, finding.file or "", finding.line or 0, finding.rule, finding.resource or "", finding.message)
