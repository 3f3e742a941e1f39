"""Rule `secret-in-environment`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archgen.engine import Resource
from archgen.proof.constraints import SECRET
from archgen.proof.containers import containers
from archgen.proof.references import leaves
from archgen.proof.rule import Evidence, Finding, Rule

OTHER_PLACES: Mapping[str, str] = {
    "aws:lambda/function:Function": "environment",
    "aws:glue/job:Job": "defaultArguments",
    "aws:sagemaker/model:Model": "primaryContainer",
    "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": "dataQualityAppSpecification",
    "aws:sagemaker/pipeline:Pipeline": "pipelineDefinition",
    "aws:kinesisanalyticsv2/application:Application": "applicationConfiguration",
    "gcp:workflows/workflow:Workflow": "userEnvVars",
}
"""Inputs that hold what a program is started with, where it is no container of a list."""


class SecretInEnvironment(Rule):
    """Code reads a secret from its store: whoever may describe a container sees what it is started with."""

    id = "secret-in-environment"
    title = "no secret is a variable or an argument that code is started with"
    source = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html; control ECS.8"
    example = 'a container with `{"name": "PASSWORD", "value": config.require_secret("password")}`'
    family = "security"

    def check(self, evidence: Evidence) -> Iterator[Finding]:
        """One finding per variable; a secret that Pulumi keeps encrypted is in clear in the cloud all the same."""
        for resource in evidence.up.resources:
            for container in containers(resource):
                for name, value in sorted(container.variables.items()):
                    if SECRET in value:
                        yield self.at(resource, f"variable {name} holds a secret: refer to the store that keeps it")
            if _given(resource):
                place = OTHER_PLACES[resource.type]
                yield self.at(resource, f"{place} holds a secret: refer to the store that keeps it")


def _given(resource: Resource) -> bool:
    value: Any = resource.inputs.get(OTHER_PLACES.get(resource.type, ""))
    return any(SECRET in text for text in leaves(value))
