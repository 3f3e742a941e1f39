from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service_process.environment import Address, SettingsInvalid
from velocity.settings import KafkaSource, KinesisSource, load_settings
from velocity.source_table import create_table

ARN = "arn:aws:kinesis:eu-west-1:111122223333:stream/events"
GROUPS: dict[str, dict[str, str]] = {
    "source": {"kind": "kinesis", "stream.arn": ARN, "region": "eu-west-1"},
    "online": {"endpoint": "clustercfg.features.example.com:6379", "user": "writer", "cache": "features"},
    "features": {"entities": "card, merchant"},
}


def properties(tmp_path: Path, **changes: dict[str, str]) -> Path:
    path = tmp_path / "application_properties.json"
    groups: dict[str, Any] = GROUPS | changes
    document = [{"PropertyGroupId": name, "PropertyMap": group} for name, group in groups.items()]
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_kinesis(tmp_path: Path) -> None:
    settings = load_settings({}, properties(tmp_path))
    assert settings.source == KinesisSource(ARN, "eu-west-1")
    assert settings.online == Address("clustercfg.features.example.com", 6379)
    assert settings.entities == ("card", "merchant")
    statement = create_table(settings.source)
    assert "'connector' = 'kinesis'" in statement
    assert f"'stream.arn' = '{ARN}'" in statement


def test_kafka_speaks_iam(tmp_path: Path) -> None:
    source = {"kind": "kafka", "bootstrap.servers": "b-1:9098,b-2:9098", "topic": "events"}
    settings = load_settings({"AWS_REGION": "eu-west-1"}, properties(tmp_path, source=source))
    assert settings.source == KafkaSource("b-1:9098,b-2:9098", "events")
    assert settings.region == "eu-west-1"
    assert "'properties.sasl.mechanism' = 'AWS_MSK_IAM'" in create_table(settings.source)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    path = properties(tmp_path, source={"kind": "rabbit"}, online={"endpoint": "nohost"}, features={})
    with pytest.raises(SettingsInvalid) as caught:
        load_settings({}, path)
    for part in ("source: kind", "online: endpoint", "online: user", "online: cache", "features: entities", "region"):
        assert part in str(caught.value)


def test_no_file_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="no runtime properties"):
        load_settings({}, tmp_path / "absent.json")


def test_a_quote_in_a_property_stays_inside_its_literal() -> None:
    assert "'a''b'" in create_table(KafkaSource("b:9098", "a'b"))
