"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service_process.environment import Environment
from velocity_core.running import WorkerSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The worker's settings, and where it finds what it talks to on Google Cloud."""

    worker: WorkerSettings
    cloud_project: str
    region: str
    project: str
    component: str
    metric_prefix: str
    subscription: str
    features_ca_pem: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        settings = cls(
            worker=WorkerSettings.read(environment),
            cloud_project=environment.required("GCP_PROJECT"),
            region=environment.required("GCP_REGION"),
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            metric_prefix=environment.required("METRIC_PREFIX"),
            subscription=environment.required("STREAM_SUBSCRIPTION"),
            features_ca_pem=environment.required("FEATURES_CA_PEM"),
        )
        environment.check()
        return settings
