"""What the environment says, read once at start and refused as a whole when wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_REQUIRED = ("AWS_REGION", "PROJECT", "COMPONENT", "MODEL_ENDPOINT", "ENTITIES", "STREAM_NAME")


class SettingsInvalid(ValueError):
    """The environment is incomplete or contradictory; the message names every variable at fault."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """The service's settings. `features_host` is None where there are no online features."""

    port: int
    region: str
    project: str
    component: str
    model_endpoint: str
    features_host: str | None
    features_port: int
    features_user: str
    features_cache: str
    entities: tuple[str, ...]
    fallback_after_ms: int
    stream_kind: str
    stream_name: str
    stream_bootstrap: str
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
        host, features_port = _features(environment, problems)
        entities = tuple(name.strip() for name in environment.get("ENTITIES", "").split(",") if name.strip())
        settings = {
            "port": _whole(environment, "PORT", 8443, 1, 65535, problems),
            "fallback_after_ms": _whole(environment, "FALLBACK_AFTER_MS", 80, 1, 60_000, problems),
        }
        if problems:
            raise SettingsInvalid("; ".join(problems))
        return cls(
            region=environment["AWS_REGION"],
            project=environment["PROJECT"],
            component=environment["COMPONENT"],
            model_endpoint=environment["MODEL_ENDPOINT"],
            features_host=host,
            features_port=features_port,
            features_user=environment.get("FEATURES_USER", ""),
            features_cache=environment.get("FEATURES_CACHE", ""),
            entities=entities,
            stream_kind=kind,
            stream_name=environment["STREAM_NAME"],
            stream_bootstrap=environment.get("STREAM_BOOTSTRAP", ""),
            log_level=level,
            **settings,
        )


def _features(environment: Mapping[str, str], problems: list[str]) -> tuple[str | None, int]:
    endpoint = environment.get("FEATURES_ENDPOINT", "")
    if not endpoint:
        return None, 0
    host, _, port = endpoint.rpartition(":")
    if not host or not port.isdigit():
        problems.append(f"FEATURES_ENDPOINT is {endpoint!r}; expected host:port, or nothing")
        return None, 0
    problems += [f"{name} is not set" for name in ("FEATURES_USER", "FEATURES_CACHE") if not environment.get(name)]
    return host, int(port)


def _whole(environment: Mapping[str, str], name: str, default: int, low: int, high: int, problems: list[str]) -> int:
    text = environment.get(name) or str(default)
    if not text.isdigit() or not low <= int(text) <= high:
        problems.append(f"{name} is {text!r}; expected a whole number from {low} to {high}")
        return default
    return int(text)
