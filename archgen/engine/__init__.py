"""The offline Pulumi engine: an emitted project, run unmodified without a cloud, a CLI or provider plugins.

A program runs twice, as in a preview (what only the cloud knows is unknown) and as in an update (everything is known),
and each run leaves a `ResourceGraph`.
"""

from __future__ import annotations

from archgen.engine.configuration import Configuration, configuration_of, configuration_problems, settings_to_fill
from archgen.engine.project import Project, Setting, StackFile, load_project
from archgen.engine.recording import Resource, ResourceGraph, RunProblem
from archgen.engine.runs import record, record_all

__all__ = [
    "Configuration",
    "Project",
    "Resource",
    "ResourceGraph",
    "RunProblem",
    "Setting",
    "StackFile",
    "configuration_of",
    "configuration_problems",
    "load_project",
    "record",
    "record_all",
    "settings_to_fill",
]
