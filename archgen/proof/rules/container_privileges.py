"""Rule `container-privileges`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.proof.containers import IN_TEXT, containers
from archgen.proof.rule import Evidence, Finding, Rule


class ContainerPrivileges(Rule):
    """A container of a task has no more rights than its program needs."""

    id = "container-privileges"
    title = "containers run as a user of their own, on a file system that they cannot write"
    source = "controls ECS.4, ECS.5 and ECS.20 of the AWS Foundational Security Best Practices standard"
    example = 'an `ecs.TaskDefinition` with `"privileged": true` or without `user`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per right; the services of Google Cloud and Azure that are used give no such choice."""
        for type in IN_TEXT:
            for resource in evidence.up.of_type(type):
                for container in containers(resource):
                    yield from (self.at(resource, problem) for problem in _problems(container.settings))


def _problems(container: Mapping[str, Any]) -> Iterator[str]:
    if container.get("privileged"):
        yield "it is privileged: it has every right on its host"
    if str(container.get("user") or "root").partition(":")[0] in ("root", "0"):
        yield "it runs as root: name a user"
    if not container.get("readonlyRootFilesystem"):
        yield "it may write its own file system: set readonlyRootFilesystem"
