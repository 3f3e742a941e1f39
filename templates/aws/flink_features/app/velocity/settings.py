"""The application's runtime properties, as the managed service lays them down in a file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from feature_layout.layout import FeatureLayout
from service_process.environment import Address, SettingsInvalid

PROPERTIES = Path("/etc/flink/application_properties.json")


@dataclass(frozen=True, slots=True)
class KinesisSource:
    """A Kinesis stream by ARN."""

    stream_arn: str
    region: str


@dataclass(frozen=True, slots=True)
class KafkaSource:
    """A topic of an MSK cluster with IAM authentication."""

    bootstrap_servers: str
    topic: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Where events come from, where features go, and of which entities."""

    source: KinesisSource | KafkaSource
    online: Address
    user: str
    cache: str
    region: str
    entities: tuple[str, ...]
    layout: FeatureLayout


def load_settings(environment: Mapping[str, str], path: Path = PROPERTIES) -> Settings:
    """Read the property groups `source`, `online` and `features`.

    Args:
        environment: for `AWS_REGION`, where the source names no region of its own (Kafka).

    Raises:
        SettingsInvalid: with one sentence per problem.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        groups = {group["PropertyGroupId"]: group["PropertyMap"] for group in document}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsInvalid(f"{path}: no runtime properties ({type(error).__name__})") from error
    problems: list[str] = []
    source_group, online, features = (groups.get(name, {}) for name in ("source", "online", "features"))
    source = _source(source_group, problems)
    region = source_group.get("region") or environment.get("AWS_REGION", "")
    if not region:
        problems.append("source: region is not set, and neither is AWS_REGION")
    host, _, port = online.get("endpoint", "").rpartition(":")
    if not host or not port.isdigit():
        problems.append(f"online: endpoint is {online.get('endpoint', '')!r}; expected host:port")
    problems += [f"online: {name} is not set" for name in ("user", "cache") if not online.get(name)]
    entities = tuple(name.strip() for name in features.get("entities", "").split(",") if name.strip())
    if not entities:
        problems.append("features: entities is not set; expected names, comma separated")
    if problems or source is None:
        raise SettingsInvalid("; ".join(problems))
    address = Address(host, int(port))
    return Settings(source, address, online["user"], online["cache"], region, entities, FeatureLayout.load())


def _source(group: Mapping[str, str], problems: list[str]) -> KinesisSource | KafkaSource | None:
    kind = group.get("kind")
    needed = {"kinesis": ("stream.arn", "region"), "kafka": ("bootstrap.servers", "topic")}.get(kind or "")
    if needed is None:
        problems.append(f"source: kind is {kind!r}; expected kinesis or kafka")
        return None
    missing = [name for name in needed if not group.get(name)]
    if missing:
        problems += [f"source: {name} is not set; {kind} needs it" for name in missing]
        return None
    if kind == "kinesis":
        return KinesisSource(group["stream.arn"], group["region"])
    return KafkaSource(group["bootstrap.servers"], group["topic"])
