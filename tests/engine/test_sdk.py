"""Every private name of the Pulumi SDK that the adapter relies on, and what the adapter makes of them."""

from __future__ import annotations

import inspect

import pulumi.runtime
import pulumi_aws as aws
import pytest
from pulumi import _types
from pulumi.runtime import resource, rpc, settings, stack
from pulumi.runtime.proto import engine_pb2, provider_pb2, resource_pb2

from archgen.engine import recording, sdk, wire


@pytest.mark.parametrize(
    "name",
    [
        "input_type_py_to_pulumi_names",
        "input_type_types",
        "is_discriminated_union",
        "is_input_type",
        "is_output_type",
        "output_type_types",
        "reduce_discriminated_union",
        "resource_types",
        "unwrap_optional_type",
        "unwrap_type",
    ],
)
def test_type_tables_are_there(name: str) -> None:
    assert callable(getattr(_types, name))


@pytest.mark.parametrize(
    "name", ["configure", "invoke", "invoke_async", "invoke_output", "run_in_stack", "set_all_config"]
)
def test_runtime_entry_points_are_there(name: str) -> None:
    assert callable(getattr(pulumi.runtime, name))


def test_positions_of_frames_are_still_made_by_the_function_that_is_remembered() -> None:
    assert list(inspect.signature(resource._get_source_position_for_frame).parameters) == ["frame"]
    assert "_get_source_position_for_frame(frame)" in inspect.getsource(resource._get_stack_trace)


@pytest.mark.parametrize("name", ["SETTINGS", "_get_rpc_manager", "run_pulumi_func", "wait_for_rpcs"])
def test_what_waiting_rests_on_is_there(name: str) -> None:
    assert hasattr(stack, name)
    assert "wait_for_rpcs()" in inspect.getsource(stack.run_pulumi_func), "called by its global name, so replaceable"


def test_the_root_of_a_program_that_ran_before_can_be_forgotten() -> None:
    assert hasattr(settings.ROOT, "set")
    assert callable(stack._get_rpc_manager().clear)


def test_settings_take_a_monitor_and_an_engine_in_process() -> None:
    accepted = set(inspect.signature(pulumi.runtime.Settings).parameters)
    assert {
        "project",
        "stack",
        "monitor",
        "engine",
        "parallel",
        "dry_run",
        "organization",
        "root_directory",
    } <= accepted


def test_an_apply_takes_the_function_first() -> None:
    assert list(inspect.signature(pulumi.Output.apply).parameters)[:2] == ["self", "func"]


def test_wire_constants_are_the_ones_of_the_sdk() -> None:
    assert recording.UNKNOWN == rpc.UNKNOWN
    assert rpc._special_sig_key == wire.SIGNATURE
    assert rpc._special_secret_sig == wire.SECRET
    assert rpc._special_output_value_sig == wire.OUTPUT
    assert rpc._special_resource_sig == wire.RESOURCE
    assert rpc._special_asset_sig == wire.ASSET
    assert rpc._special_archive_sig == wire.ARCHIVE


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            resource_pb2.RegisterResourceRequest,
            "type name parent custom object protect dependencies provider propertyDependencies remote stackTrace",
        ),
        (resource_pb2.RegisterResourceResponse, "urn id object"),
        (resource_pb2.ReadResourceRequest, "type name parent properties stackTrace"),
        (resource_pb2.ResourceInvokeRequest, "tok args"),
        (resource_pb2.ResourceInvokeResponse, "return"),
        (provider_pb2.CallResponse, "return"),
        (engine_pb2.LogRequest, "severity message urn"),
    ],
)
def test_protocol_messages_have_the_fields_that_are_read(message: type, fields: str) -> None:
    assert set(fields.split()) <= {field.name for field in message.DESCRIPTOR.fields}  # ty: ignore[missing-attribute]


@pytest.mark.parametrize("feature", ["INVOKE_DEPENDS_ON", "TRANSFORMS", "RESOURCE_HOOKS", "STATE_MIGRATIONS"])
def test_what_needs_a_real_engine_is_not_claimed(feature: str) -> None:
    claimed = {resource_pb2.ResourceMonitorFeature.Name(number) for number in sdk.features()}
    assert "RESOURCE_MONITOR_FEATURE_SECRETS" in claimed
    assert f"RESOURCE_MONITOR_FEATURE_{feature}" not in claimed


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws:kinesis/stream:Stream", aws.kinesis.Stream),
        ("aws:lambda/function:Function", aws.lambda_.Function),
        ("pulumi:providers:aws", aws.Provider),
        ("aws:kinesis/stream:Absent", None),
        ("absent:module:Thing", None),
    ],
)
def test_classes_are_found_by_token(token: str, expected: type | None) -> None:
    assert sdk.resource_class(token) is expected


def test_the_resource_wins_where_a_nested_type_has_its_arguments_name() -> None:
    arguments = sdk.arguments_class("aws:s3/bucketVersioning:BucketVersioning")
    assert arguments is not None
    assert "bucket" in sdk.fields_of(arguments).required


def test_fields_carry_wire_names_and_tell_the_required_ones() -> None:
    fields = sdk.fields_of(aws.secretsmanager.SecretVersionArgs)
    assert "secretString" in fields.types
    assert fields.required == {"secretId"}
