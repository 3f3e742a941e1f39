"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_streams.streams import StreamAddress
from scoring_core.settings import ServiceSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The service's settings, and where it finds what it talks to on AWS."""

    service: ServiceSettings
    region: str
    project: str
    component: str
    model_endpoint: str
    features_user: str
    features_cache: str
    stream: StreamAddress

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        service = ServiceSettings.read(environment)
        of_cache = environment.required if service.features is not None else environment.text
        stream = StreamAddress.read(environment)
        settings = cls(
            service=service,
            region=stream.region,
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            model_endpoint=environment.required("MODEL_ENDPOINT"),
            features_user=of_cache("FEATURES_USER"),
            features_cache=of_cache("FEATURES_CACHE"),
            stream=stream,
        )
        environment.check()
        return settings
