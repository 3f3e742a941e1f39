"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring_core.settings import ServiceSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The service's settings, and where it finds what it talks to on Google Cloud."""

    service: ServiceSettings
    cloud_project: str
    region: str
    project: str
    component: str
    metric_prefix: str
    model_url: str
    stream_topic: str
    features_ca_pem: str

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
            cloud_project=environment.required("GCP_PROJECT"),
            region=environment.required("GCP_REGION"),
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            metric_prefix=environment.required("METRIC_PREFIX"),
            model_url=environment.required("MODEL_URL"),
            stream_topic=environment.required("STREAM_TOPIC"),
            features_ca_pem=of_cache("FEATURES_CA_PEM"),
        )
        environment.check()
        return settings
