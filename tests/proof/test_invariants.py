"""The tables of edges, emitters, quotas and combinations: their paths are the SDK's, and each row finds its fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from archgen.engine import Resource, sdk
from archgen.proof.order import Order
from archgen.proof.requirements import requirements
from archgen.proof.rules.bucket_without_access_log import BucketWithoutAccessLog
from archgen.proof.rules.dependency_edge import DependencyEdge
from archgen.proof.rules.egress_destination import EgressDestination
from archgen.proof.rules.emitter_without_log_group import EmitterWithoutLogGroup
from archgen.proof.rules.endpoint_without_scaling import EndpointWithoutScaling
from archgen.proof.rules.password_in_clear import PasswordInClear
from archgen.proof.rules.quota_not_asked import QuotaNotAsked
from archgen.proof.rules.unsupported_combination import UnsupportedCombination
from archgen.proof.tables import table
from archgen.services.catalogue import clouds
from tests.proof.recordings import EGRESS, evidence, nested, resource
from tests.proof.sdk_paths import follow

EDGES = table("dependency_edges")["edges"]
EMITTERS = table("emitters")["emitters"]
COMBINATIONS = table("combinations")["combinations"]
QUOTAS = table("quotas")["quotas"]
CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
MODEL = "aws:sagemaker/model:Model"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
NO_SERVERS = {"modelName": "m-1", "serverlessConfig": {"maxConcurrency": 5}}


def _paths() -> Iterator[tuple[str, str]]:
    for edge in EDGES:
        for end in ("later", "earlier"):
            yield from ((edge[end], path) for path in _listed(edge.get(f"{end}_of")))
    for type, row in EMITTERS.items():
        paths = [row.get(key) for key in ("stated", "unless", "prefix")] + [(row.get("when") or {}).get("path")]
        yield from ((type, path) for path in paths if path)
    for row in COMBINATIONS:
        ends = [row["type"], *(hop["type"] for hop in row.get("through", ()))]
        yield from ((row["type"], each["path"]) for each in row["all"])
        yield from zip(ends, (hop["path"] for hop in row.get("through", ())), strict=False)
        yield from ((ends[-1], each["path"]) for each in row.get("to", ()))
    for row in QUOTAS:
        yield from ((part["type"], part["path"]) for part in row["needed"] if "path" in part)


def _listed(paths: str | Sequence[str] | None) -> Sequence[str]:
    return [] if paths is None else [paths] if isinstance(paths, str) else paths


@pytest.mark.parametrize(("type", "path"), sorted(set(_paths())))
def test_the_paths_are_those_of_the_sdk(type: str, path: str) -> None:
    pytest.importorskip("pulumi_aws")
    follow(type, path)


@pytest.mark.parametrize("type", [*(edge[end] for edge in EDGES for end in ("later", "earlier")), *EMITTERS])
def test_the_types_are_those_of_the_sdk(type: str) -> None:
    pytest.importorskip("pulumi_aws")
    assert sdk.arguments_class(type) is not None


@pytest.mark.parametrize("type", table("account_singletons")["types"])
def test_what_an_account_has_once_is_known_to_the_sdk(type: str) -> None:
    pytest.importorskip("pulumi_aws")
    assert sdk.arguments_class(type) is not None


def _pair(edge: Mapping[str, Any]) -> tuple[Resource, Resource]:
    """Two resources that have to do with one thing: `shared-1`, which is the earlier itself where no path is told."""
    paths = {end: _listed(edge.get(f"{end}_of")) for end in ("later", "earlier")}
    scaled = edge["later"] == "aws:appautoscaling/target:Target"
    named = "endpoint/shared-1/variant/one" if scaled else "shared-1"
    later = resource("later", edge["later"], "own", **(nested(paths["later"][0], named) if paths["later"] else {}))
    inputs = nested(paths["earlier"][0], "shared-1") if paths["earlier"] else {}
    earlier = resource("earlier", edge["earlier"], "own", identities=() if inputs else ("shared-1",), **inputs)
    return later, earlier


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge['later']}-{edge['earlier']}".replace("aws:", ""))
def test_what_does_not_wait_is_found(edge: Mapping[str, Any]) -> None:
    later, earlier = _pair(edge)
    assert later.urn in {found.resource for found in DependencyEdge().check(evidence(later, earlier))}
    through = resource("between", "aws:iam/role:Role", "own")
    between = dataclasses.replace(through, dependencies=(earlier.urn,))
    waiting = dataclasses.replace(later, dependencies=(between.urn,))
    assert list(DependencyEdge().check(evidence(waiting, between, earlier))) == []


def test_what_comes_after_is_not_waited_for() -> None:
    """A grant that names the stream itself cannot be made before the stream."""
    edge = next(each for each in EDGES if each["later"].endswith(":FirehoseDeliveryStream"))
    stream, grant = _pair(edge)
    afterwards = dataclasses.replace(grant, dependencies=(stream.urn,))
    assert list(DependencyEdge().check(evidence(stream, afterwards))) == []


def test_order_follows_a_chain_and_stops_at_a_ring() -> None:
    one, two, three = (resource(name, "aws:iam/role:Role", "own") for name in ("one", "two", "three"))
    one, two = (dataclasses.replace(a, dependencies=(b.urn,)) for a, b in ((one, two), (two, one)))
    order = Order(evidence(one, two, three).up)
    assert order.follows(one, two)
    assert not order.follows(one, three)


@pytest.mark.parametrize("type", EMITTERS)
def test_an_emitter_needs_its_group(type: str) -> None:
    row = EMITTERS[type]
    when = row.get("when")
    inputs: dict[str, Any] = {}
    if when:
        inputs |= nested(when["path"], '{"EnableLogging": true}' if "like" in when else when["one_of"][0])
    path = row.get("stated") or row.get("prefix")
    if path:
        inputs |= nested(path, "/own/it")
    emitter = resource("it", type, "own", identities=("it-1",), **inputs)
    assert [found.resource for found in EmitterWithoutLogGroup().check(evidence(emitter))] == [emitter.urn]
    name = "/own/it" if "stated" in row else "/own/it/error" if "prefix" in row else None
    name = name or (row.get("named") or row["begins"] + "-9").format(name="it-1")
    group = resource("logs", GROUP, "own", identities=(name,), name=name)
    made = dataclasses.replace(emitter, dependencies=(group.urn,))
    assert list(EmitterWithoutLogGroup().check(evidence(made, group))) == []
    early = list(EmitterWithoutLogGroup().check(evidence(emitter, group)))
    assert bool(early) == ("named" in row)


COMBINED = {
    "captures no data": {"productionVariants": [NO_SERVERS], "dataCaptureConfig": {"enableCapture": True}},
    "without servers has no shadow": {"productionVariants": [NO_SERVERS], "shadowProductionVariants": [{}]},
    "reaches no network": {"productionVariants": [NO_SERVERS]},
    "cannot be isolated": {"productionVariants": [NO_SERVERS]},
    "of many models has no shadow": {"productionVariants": [{"modelName": "m-1"}], "shadowProductionVariants": [{}]},
    "asynchronous endpoint": {"asyncInferenceConfig": {"outputConfig": {}}, "shadowProductionVariants": [{}]},
    "watches no endpoint of many": {"dataQualityJobInput": {"endpointInput": {"endpointName": "e-1"}}},
    "takes no key of one's own": {
        "onlineStoreConfig": {"storageType": "InMemory", "securityConfig": {"kmsKeyId": "arn:aws:kms:own"}}
    },
    "not copied to an offline": {"onlineStoreConfig": {"storageType": "InMemory"}, "offlineStoreConfig": {"s3": 1}},
    "take no volume key": {"kmsKeyArn": "arn:aws:kms:own", "productionVariants": [{"instanceType": "ml.g5.xlarge"}]},
}
"""What a row says -> inputs of which one alone would be right."""


@pytest.mark.parametrize("row", COMBINATIONS, ids=lambda row: row["because"])
def test_what_a_service_refuses_together_is_found(row: Mapping[str, Any]) -> None:
    (inputs,) = (value for words, value in COMBINED.items() if words in row["because"])
    model = resource(
        "m",
        MODEL,
        "own",
        identities=("m-1",),
        vpcConfig={"subnets": ["subnet-1"]},
        enableNetworkIsolation=True,
        primaryContainer={"mode": "MultiModel"},
    )
    endpoint = resource("e", "aws:sagemaker/endpoint:Endpoint", "own", identities=("e-1",), endpointConfigName="c-1")
    configuration = resource("c", CONFIGURATION, "own", identities=("c-1",), productionVariants=[{"modelName": "m-1"}])
    faulty = resource("it", row["type"], "own", **inputs)
    found = list(UnsupportedCombination().check(evidence(faulty, model, endpoint, configuration)))
    assert [each.resource for each in found if row["because"] in each.message] == [faulty.urn]
    for key in inputs:
        alone = resource("it", row["type"], "own", **{name: value for name, value in inputs.items() if name != key})
        assert list(UnsupportedCombination().check(evidence(alone))) == []


@pytest.mark.parametrize(("shards", "asked", "found"), [(140, None, 0), (141, None, 1), (141, 201, 1), (141, 202, 0)])
def test_a_quota_is_asked_for_from_seven_tenths_on(shards: int, asked: int | None, found: int) -> None:
    stream = resource("s", "aws:kinesis/stream:Stream", "events", shardCount=shards)
    request = resource(
        "q", "aws:servicequotas/serviceQuota:ServiceQuota", "operations", serviceCode="kinesis", value=asked
    )
    owned = {"manageAccountBaseline": True}
    made = evidence(stream, *([request] if asked else []), **owned)
    assert len(list(QuotaNotAsked().check(made))) == found
    assert list(QuotaNotAsked().check(evidence(stream, manageAccountBaseline=False))) == []


def test_a_range_goes_out_only_where_somebody_stated_it() -> None:
    def rule(address: str) -> Resource:
        return resource("r", EGRESS, "own", securityGroupId="sg-1", ipProtocol="tcp", cidrIpv4=address)

    network = resource("n", "aws:ec2/vpc:Vpc", "network", cidrBlock="10.20.0.0/16")
    for address, found in (("10.20.0.0/16", 0), ("10.66.0.0/28", 0), ("10.67.0.0/28", 1), ("0.0.0.0/0", 1)):
        made = evidence(rule(address), network, sourceRanges=["10.66.0.0/28"])
        assert len(list(EgressDestination().check(made))) == found, address
    assert len(list(EgressDestination().check(evidence(rule("0.0.0.0/0"), sourceRanges=["0.0.0.0/0"])))) == 1


def test_a_bucket_that_keeps_the_logs_needs_none_and_logs_nothing_into_itself() -> None:
    bucket = resource("b", "aws:s3/bucket:Bucket", "lake", identities=("b-1",))
    kept = resource("k", "aws:s3/bucket:Bucket", "foundation", identities=("k-1",))
    logging = resource("l", "aws:s3/bucketLogging:BucketLogging", "lake", bucket="b-1", targetBucket="k-1")
    assert list(BucketWithoutAccessLog().check(evidence(bucket, kept, logging))) == []
    ring = resource("l", "aws:s3/bucketLogging:BucketLogging", "lake", bucket="b-1", targetBucket="b-1")
    assert [found.resource for found in BucketWithoutAccessLog().check(evidence(bucket, ring))] == [ring.urn]


@pytest.mark.parametrize(
    ("inputs", "secret", "found"),
    [
        ({"password": "hunter2"}, (), 1),
        ({"password": "hunter2"}, ("password",), 0),
        ({"auth": {"clientSecret": "x"}}, ("auth",), 0),
        ({"secretArn": "x"}, (), 0),
        ({"authToken": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}, (), 0),
        ({"secretStringWoVersion": 3}, (), 0),
        ({"passwords": ["one"]}, (), 1),
        ({"passwords": ["one"]}, ("passwords[0]",), 0),
    ],
)
def test_a_password_comes_from_a_secret(inputs: Mapping[str, Any], secret: tuple[str, ...], found: int) -> None:
    made = dataclasses.replace(resource("it", "aws:own/it:It", "own", **inputs), secret_inputs=secret)
    assert len(list(PasswordInClear().check(evidence(made)))) == found


def test_a_variant_without_servers_scales_by_itself() -> None:
    endpoint = resource("e", "aws:sagemaker/endpoint:Endpoint", "model", name="e", endpointConfigName="c-1")
    for variant, found in (({"variantName": "v", "initialInstanceCount": 2}, 1), (NO_SERVERS, 0)):
        configuration = resource("c", CONFIGURATION, "model", identities=("c-1",), productionVariants=[variant])
        assert len(list(EndpointWithoutScaling().check(evidence(endpoint, configuration)))) == found


def test_all_that_is_stateful_is_protected_in_production() -> None:
    row = next(each for each in requirements() if each.id == "aws-deletion")
    protected = {check["type"] for check in row.checks if check.get("protected")}
    # A secret whose rotation makes it anew is kept by its recovery window.
    assert set(clouds()["aws"].facts["stateful_types"]) - {"aws:secretsmanager/secret:Secret"} <= protected
