"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azure_streams.streams import StreamAddress
from service_process.environment import Environment
from velocity_core.running import WorkerSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The worker's settings, and where it finds what it talks to on Azure."""

    worker: WorkerSettings
    project: str
    component: str
    stream: StreamAddress
    group: str
    principal_id: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        settings = cls(
            worker=WorkerSettings.read(environment),
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            stream=StreamAddress.read(environment),
            group=environment.required("STREAM_GROUP"),
            principal_id=environment.required("PRINCIPAL_ID"),
        )
        environment.check()
        return settings
