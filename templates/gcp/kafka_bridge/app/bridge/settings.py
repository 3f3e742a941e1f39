"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bridge_core.settings import BridgeSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The bridge's settings, and where it finds what it talks to on Google Cloud."""

    bridge: BridgeSettings
    cloud_project: str
    region: str
    project: str
    component: str
    metric_prefix: str
    stream_topic: str
    dead_letter_topic: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        settings = cls(
            bridge=BridgeSettings.read(environment),
            cloud_project=environment.required("GCP_PROJECT"),
            region=environment.required("GCP_REGION"),
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            metric_prefix=environment.required("METRIC_PREFIX"),
            stream_topic=environment.required("STREAM_TOPIC"),
            dead_letter_topic=environment.required("DEAD_LETTER_TOPIC"),
        )
        environment.check()
        return settings
