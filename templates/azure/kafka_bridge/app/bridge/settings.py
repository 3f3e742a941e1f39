"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from azure_streams.streams import StreamAddress
from bridge_core.settings import BridgeSettings
from service_process.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The bridge's settings, and where it finds what it talks to on Azure."""

    bridge: BridgeSettings
    project: str
    component: str
    stream: StreamAddress
    dead_letters_url: str

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        environment = Environment(variables)
        settings = cls(
            bridge=BridgeSettings.read(environment),
            project=environment.required("PROJECT"),
            component=environment.required("COMPONENT"),
            stream=StreamAddress.read(environment),
            dead_letters_url=environment.required("DEAD_LETTERS_URL"),
        )
        environment.check()
        return settings
