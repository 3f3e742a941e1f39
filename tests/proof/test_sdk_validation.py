from __future__ import annotations

from typing import Any

import pytest

from archgen.engine.recording import ASSET_KEY, RESOURCE_KEY, UNKNOWN
from archgen.proof.sdk_validation import faults

STREAM = "aws:kinesis/stream:Stream"
FUNCTION = "aws:lambda/function:Function"
SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


@pytest.mark.parametrize(
    ("type", "inputs", "path", "said"),
    [
        (STREAM, {"retentionPeriod": "48h"}, "retentionPeriod", "a number is expected, found the text '48h'"),
        (STREAM, {"retentionPeriod": 1.5}, "retentionPeriod", "a whole number"),
        (STREAM, {"shardCount": True}, "shardCount", "found the boolean true"),
        (STREAM, {"enforceConsumerDeletion": "yes"}, "enforceConsumerDeletion", "true or false"),
        (STREAM, {"retentionPerod": 48}, "retentionPerod", "no such property"),
        (STREAM, {"streamModeDetails": {"streamMode": "X", "mode": "X"}}, "streamModeDetails.mode", "no such property"),
        (STREAM, {"streamModeDetails": {}}, "streamModeDetails.streamMode", "requires this property"),
        (STREAM, {"kmsKeyId": {RESOURCE_KEY: "urn:k"}}, "kmsKeyId", "a whole resource is given"),
        (STREAM, {"tags": {"a": ["b"]}}, "tags.a", "text is expected, found a list"),
        (STREAM, {"shardLevelMetrics": "IncomingBytes"}, "shardLevelMetrics", "a list is expected"),
        (STREAM, {"tags": "a"}, "tags", "a map is expected"),
    ],
)
def test_a_fault_is_named_with_its_path(type: str, inputs: dict[str, Any], path: str, said: str) -> None:
    ((where, message),) = faults(type, inputs)
    assert where == path
    assert said in message


@pytest.mark.parametrize(
    ("type", "inputs"),
    [
        (STREAM, {"shardCount": 2, "retentionPeriod": UNKNOWN, "kmsKeyId": None, "tags": {"a": "b"}}),
        (FUNCTION, {"role": "arn", "code": {ASSET_KEY: {"path": "app"}}}),
        ("absent:index:Thing", {"anything": object()}),
    ],
)
def test_sound_unknown_and_undeclared_inputs_pass(type: str, inputs: dict[str, Any]) -> None:
    assert list(faults(type, inputs)) == []


def test_missing_required_properties_are_found() -> None:
    assert [path for path, _ in faults(SECRET_VERSION, {"secretString": "x"})] == ["secretId"]


def test_an_enumeration_that_azure_leaves_open_takes_other_words() -> None:
    pytest.importorskip("pulumi_azure_native")
    flow = {"streams": ["Microsoft-ContainerLogV2"], "destinations": ["workspace"]}
    rule = {"resourceGroupName": "sample", "dataFlows": [flow]}
    assert [*faults("azure-native:monitor:DataCollectionRule", rule)] == []


def test_a_scheduled_query_rule_takes_the_words_of_its_own_api() -> None:
    pytest.importorskip("pulumi_azure_native")
    criteria = {"allOf": [{"query": "Table", "operator": "GreaterThan", "timeAggregation": "Count", "threshold": 0}]}
    rule = {"resourceGroupName": "sample", "scopes": ["sample"], "criteria": criteria}
    assert [*faults("azure-native:monitor:ScheduledQueryRule", rule)] == []


def test_a_closed_enumeration_of_azure_still_refuses() -> None:
    pytest.importorskip("pulumi_azure_native")
    account = {
        "resourceGroupName": "sample",
        "kind": "StorageV2",
        "sku": {"name": "Standard_ZRS"},
        "accessTier": "Warm",
    }
    assert [path for path, _ in faults("azure-native:storage:StorageAccount", account)] == ["accessTier"]
