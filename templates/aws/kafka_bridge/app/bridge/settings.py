"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aws_streams.streams import StreamAddress
from bridge_core.settings import BridgeSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The bridge's settings, and where it finds what it talks to on AWS."""

    bridge: BridgeSettings
    region: str
    project: str
    component: str
    stream: StreamAddress
    dead_letter_queue_url: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        stream = StreamAddress.read(environment)
        settings = cls(
            bridge=BridgeSettings.read(environment),
            region=stream.region,
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            stream=stream,
            dead_letter_queue_url=environment.required("DEAD_LETTER_QUEUE_URL"),
        )
        environment.check()
        return settings
