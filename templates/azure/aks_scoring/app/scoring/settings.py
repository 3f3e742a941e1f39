"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from azure_streams.streams import StreamAddress
from scoring_core.settings import ServiceSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The service's settings, and where it finds what it talks to on Azure.

    `model_scope` is empty for a model within the cluster, which network policies guard instead of a token.
    """

    service: ServiceSettings
    project: str
    component: str
    model_url: str
    model_scope: str
    principal_id: str
    stream: StreamAddress
    certificate: Path
    callers: Path

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        service = ServiceSettings.read(environment)
        of_cache = environment.required if service.features is not None else environment.text
        settings = cls(
            service=service,
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            model_url=environment.required("MODEL_URL"),
            model_scope=environment.text("MODEL_SCOPE"),
            principal_id=of_cache("PRINCIPAL_ID"),
            stream=StreamAddress.read(environment),
            certificate=Path(environment.required("CERTIFICATE_FILE")),
            callers=Path(environment.required("CALLERS_FILE")),
        )
        environment.check()
        return settings
