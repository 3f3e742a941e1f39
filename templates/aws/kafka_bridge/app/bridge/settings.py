"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_REQUIRED = (
    "AWS_REGION",
    "PROJECT",
    "COMPONENT",
    "SOURCE_BOOTSTRAP",
    "SOURCE_TOPIC",
    "SOURCE_GROUP",
    "STREAM_NAME",
    "DEAD_LETTER_QUEUE_URL",
)


class SettingsInvalid(ValueError):
    """The environment is incomplete or contradictory; the message names every variable at fault, never a secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The bridge's settings. The credentials are kept out of every representation."""

    region: str
    project: str
    component: str
    source_bootstrap: str
    source_topic: str
    source_group: str
    source_username: str
    source_password: str = field(repr=False)
    source_ca_pem: str | None
    stream_kind: str
    stream_name: str
    stream_bootstrap: str
    dead_letter_queue_url: str
    partition_entity: str
    log_level: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the variables that the README lists.

        Raises:
            SettingsInvalid: with one sentence per problem.
        """
        problems = [f"{name} is not set" for name in _REQUIRED if not environment.get(name)]
        kind = environment.get("STREAM_KIND", "kinesis")
        if kind not in ("kinesis", "kafka"):
            problems.append(f"STREAM_KIND is {kind!r}; expected kinesis or kafka")
        if kind == "kafka" and not environment.get("STREAM_BOOTSTRAP"):
            problems.append("STREAM_BOOTSTRAP is not set; kafka needs its brokers")
        level = environment.get("LOG_LEVEL") or "INFO"
        if level not in LOG_LEVELS:
            problems.append(f"LOG_LEVEL is {level!r}; expected one of {', '.join(LOG_LEVELS)}")
        username, password = _credentials(environment.get("SOURCE_CREDENTIALS", ""), problems)
        if problems:
            raise SettingsInvalid("; ".join(problems))
        return cls(
            region=environment["AWS_REGION"],
            project=environment["PROJECT"],
            component=environment["COMPONENT"],
            source_bootstrap=environment["SOURCE_BOOTSTRAP"],
            source_topic=environment["SOURCE_TOPIC"],
            source_group=environment["SOURCE_GROUP"],
            source_username=username,
            source_password=password,
            source_ca_pem=environment.get("SOURCE_CA_PEM") or None,
            stream_kind=kind,
            stream_name=environment["STREAM_NAME"],
            stream_bootstrap=environment.get("STREAM_BOOTSTRAP", ""),
            dead_letter_queue_url=environment["DEAD_LETTER_QUEUE_URL"],
            partition_entity=environment.get("PARTITION_ENTITY") or "card",
            log_level=level,
        )


def _credentials(text: str, problems: list[str]) -> tuple[str, str]:
    # A parser's message would quote the secret: say what is expected, not what was found.
    try:
        document = json.loads(text)
        username, password = document["username"], document["password"]
    except (ValueError, KeyError, TypeError):
        username = password = None
    if not (isinstance(username, str) and isinstance(password, str) and username and password):
        problems.append('SOURCE_CREDENTIALS is not JSON of the form {"username": "...", "password": "..."}')
        return "", ""
    return username, password
