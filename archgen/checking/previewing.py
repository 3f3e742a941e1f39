"""`pulumi preview` of every stack, live, with the Pulumi command line and the credentials that the caller has.

The engine's own recording needs neither; this layer asks the real engine and the provider plugins the same question.
Nothing is deployed and the project's folder stays as it is: a copy has sample settings and a state of its own.
Previews of a provider need credentials that it accepts; without them the provider's own message is the finding.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML

from archgen.checking.results import Layer
from archgen.engine import Configuration, Project, ResourceGraph, configuration_of, record
from archgen.engine.project import PROJECT_FILE
from archgen.engine.recording import PROVIDER_TYPE_PREFIX
from archgen.errors import Problem, WrongUse
from archgen.proof import Finding
from archgen.scan.tools import Ended, find_tool, run_tool

RULE = "pulumi-preview"
TIME_LIMIT = 600.0
"""Seconds for one stack; the first preview downloads the provider's plugin."""
STACK_TYPE = "pulumi:pulumi:Stack"
_LINES_SHOWN = 3
_COPIED_NOT = shutil.ignore_patterns(".venv", "venv", "__pycache__", ".pulumi", "Pulumi.*.yaml")


def find_pulumi() -> pathlib.Path:
    """The Pulumi command line. Raises `WrongUse` where there is none."""
    found = find_tool("pulumi")
    if found is None:
        hint = "install it from https://www.pulumi.com/docs/install/, or leave out --pulumi"
        raise WrongUse(Problem(id="no-pulumi", message="the Pulumi command line is not installed", hint=hint))
    return found


def preview_findings(project: Project, pulumi: pathlib.Path) -> tuple[Layer, Sequence[Finding]]:
    """What Pulumi says of each stack, and every resource that it and the offline engine do not both have."""
    findings: list[Finding] = []
    resources = 0
    for stack in sorted(project.stacks):
        digest, found = _preview(project, configuration_of(project, stack, "live"), pulumi)
        findings += found
        if digest is not None:
            recorded = record(project, stack, "live", "preview")
            findings += _differences(stack, digest, recorded)
            resources = max(resources, len(_urns(digest)))
    said = f"pulumi preview of {len(project.stacks)} stacks: {resources} resources, {len(findings)} findings"
    return Layer(name="preview", run=True, said=said), findings


def _preview(
    project: Project, configuration: Configuration, pulumi: pathlib.Path
) -> tuple[Mapping[str, Any] | None, list[Finding]]:
    stack = configuration.stack
    with tempfile.TemporaryDirectory(prefix="archgen-preview-") as folder:
        place = _copied(project, configuration, pathlib.Path(folder))
        begun = _pulumi(pulumi, place, "stack", "init", stack)
        if begun.status != 0:
            return None, [_finding(stack, f"no stack could be made: {_said(begun)}")]
        ended = _pulumi(pulumi, place, "preview", "--stack", stack, "--json")
    try:
        digest = json.loads(ended.output)
    except ValueError:
        digest = None
    if not isinstance(digest, dict):
        return None, [_finding(stack, f"no preview: {_said(ended)}")]
    found = [_finding(stack, message, urn) for message, urn in _errors(digest)]
    if ended.status != 0 and not found:
        found.append(_finding(stack, _said(ended)))
    return (digest if not found else None), found


def _copied(project: Project, configuration: Configuration, folder: pathlib.Path) -> pathlib.Path:
    """The program with one stack file of samples, run by the interpreter that archgen itself runs in."""
    place = folder / "infra"
    shutil.copytree(project.root, place, ignore=_COPIED_NOT)
    (folder / "state").mkdir()
    yaml = YAML(typ="safe")
    declared = yaml.load((project.root / PROJECT_FILE).read_text(encoding="utf-8"))
    with (place / PROJECT_FILE).open("w", encoding="utf-8") as file:
        yaml.dump({**declared, "runtime": "python"}, file)
    with (place / f"Pulumi.{configuration.stack}.yaml").open("w", encoding="utf-8") as file:
        yaml.dump({"config": dict(configuration.values)}, file)
    return place


def _pulumi(pulumi: pathlib.Path, place: pathlib.Path, *arguments: str) -> Ended:
    environment = {
        "PATH": os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "PULUMI_BACKEND_URL": (place.parent / "state").as_uri(),
        # The state is thrown away with its folder, and so is what this seals: samples.
        "PULUMI_CONFIG_PASSPHRASE": "samples",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    command = [str(pulumi), *arguments, "--non-interactive", "--color", "never"]
    return run_tool(command, folder=place, time_limit=TIME_LIMIT, environment=environment)


def _errors(digest: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    for each in digest.get("diagnostics") or ():
        if each.get("severity") == "error":
            yield str(each.get("message", "")).strip(), each.get("urn") or None


def _differences(stack: str, digest: Mapping[str, Any], recorded: ResourceGraph) -> Iterator[Finding]:
    ours = {each.urn for each in recorded.resources if not each.type.startswith(PROVIDER_TYPE_PREFIX)}
    theirs = _urns(digest)
    for urn in sorted(ours ^ theirs):
        who = "Pulumi alone has it" if urn in theirs else "the offline engine alone has it"
        yield _finding(stack, f"{who}: {urn.rpartition('::')[2]} ({urn})", urn)


def _urns(digest: Mapping[str, Any]) -> set[str]:
    """What Pulumi would create; the stack and providers are its own bookkeeping."""
    urns = {str(step["urn"]) for step in digest.get("steps") or ()}
    kinds = {urn: urn.split("::")[2].rpartition("$")[2] for urn in urns}
    return {urn for urn, kind in kinds.items() if kind != STACK_TYPE and not kind.startswith(PROVIDER_TYPE_PREFIX)}


def _said(ended: Ended) -> str:
    lines = (ended.errors or ended.output).strip().splitlines()[-_LINES_SHOWN:]
    return ended.failure or " | ".join(lines) or f"status {ended.status}"


def _finding(stack: str, message: str, urn: str | None = None) -> Finding:
    return Finding(rule=RULE, severity="error", message=f"stack {stack}: {message}", resource=urn)
