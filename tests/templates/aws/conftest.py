"""Components built alone: every registration is kept as the engine would have received it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime import mocks, rpc

SECRET = "4dabf18193072939515e22adb298388d"
ACCOUNT = "123456789012"


@dataclass(frozen=True)
class Recorded:
    """One resource: plain inputs, the paths among them that were secret, and what it was registered with."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: Mapping[str, Any]
    secret_inputs: frozenset[str]
    depends_on: frozenset[str]
    protect: bool
    ignored: frozenset[str]
    replaced_on: frozenset[str]


@dataclass(frozen=True)
class Recording:
    resources: list[Recorded] = field(default_factory=list)

    def of(self, type_end: str) -> list[Recorded]:
        """All resources whose type ends so, e.g. `:RolePolicy`."""
        return [resource for resource in self.resources if resource.type.endswith(type_end)]

    def one(self, type_end: str, name: str | None = None) -> Recorded:
        """The only such resource (of that name); fails the test when there are none or several."""
        found = [resource for resource in self.of(type_end) if name in (None, resource.name)]
        assert len(found) == 1, f"{len(found)} of {type_end} {name or ''}: {[resource.name for resource in found]}"
        return found[0]

    def names(self, type_end: str) -> set[str]:
        return {resource.name for resource in self.of(type_end)}


class _Outputs(mocks.Mocks):
    """What the cloud would add: an ARN and the few computed properties that components pass on."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        kind = args.typ.rpartition(":")[2]
        arn = f"arn:aws:{args.typ.split(':')[1].split('/')[0]}:eu-west-1:{ACCOUNT}:{kind}/{args.name}"
        computed = {
            "arn": arn,
            "name": f"{args.name}-{kind}",
            "bootstrapBrokersSaslIam": f"b-1.{args.name}.kafka.eu-west-1.amazonaws.com:9098",
            "certificateArn": arn,
            "clusterName": f"{args.name}-{kind}",
            "endpointArn": arn,
            "engineArn": f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:cwsyn-{args.name}-0f2c:1",
            "serviceName": f"com.amazonaws.vpce.eu-west-1.{args.name}",
            "fqdn": str(args.inputs.get("name")),
            "defaultNetworkAclId": f"acl-of-{args.name}",
            "keyId": f"id-of-{args.name}",
            "latestRevision": 1,
            "prefixListId": "pl-6da54004",
            "arnSuffix": f"{kind}/{args.name}/0123456789abcdef",
            "dnsName": f"{args.name}.elb.amazonaws.com",
            "repositoryUrl": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/{args.name}",
            "url": f"https://sqs.eu-west-1.amazonaws.com/{ACCOUNT}/{args.name}",
            "versionId": f"version-of-{args.name}",
            "zoneId": f"zone-of-{args.name}",
        }
        return f"{args.name}-id", computed | args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if args.token.endswith(":getPrebuiltEcrImage"):
            name = args.args["repositoryName"]
            return {"registryPath": f"468650794304.dkr.ecr.eu-west-1.amazonaws.com/{name}:1"}, []
        if args.token.endswith(":getServiceQuota"):
            return {"quotaCode": f"code of {args.args['quotaName']}"}, []
        if args.token.endswith(":getSessionContext"):
            return {"issuerArn": f"arn:aws:iam::{ACCOUNT}:role/offline"}, []
        return {"accountId": ACCOUNT, "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/offline/session"}, []


class _Monitor(mocks.MockMonitor):
    def __init__(self, recording: Recording) -> None:
        super().__init__(_Outputs())
        self._recording = recording

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            secrets: set[str] = set()
            inputs = _plain(rpc.deserialize_properties(request.object, keep_unknowns=True), "", secrets)
            self._recording.resources.append(
                Recorded(
                    type=request.type,
                    name=request.name,
                    urn=response.urn,
                    parent=request.parent,
                    inputs=inputs,
                    secret_inputs=frozenset(secrets),
                    depends_on=frozenset(request.dependencies),
                    protect=request.protect,
                    ignored=frozenset(request.ignoreChanges),
                    replaced_on=frozenset(request.replaceOnChanges),
                )
            )
        return response


def _plain(value: Any, path: str, secrets: set[str]) -> Any:
    if rpc.is_rpc_secret(value):
        secrets.add(path)
        return _plain(rpc.unwrap_rpc_secret(value), path, secrets)
    if isinstance(value, dict):
        return {key: _plain(item, f"{path}.{key}" if path else key, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, f"{path}[{index}]", secrets) for index, item in enumerate(value)]
    return value


@pytest.fixture
def record() -> Iterator[Callable[[Callable[[], Any]], Recording]]:
    """Runs a function that makes resources and gives what it registered."""

    def run(program: Callable[[], Any]) -> Recording:
        recording = Recording()
        pulumi.runtime.set_mocks(
            _Outputs(), project="payments-fraud", stack="prod", preview=False, monitor=_Monitor(recording)
        )

        @pulumi.runtime.test
        def build() -> None:
            program()

        build()
        return recording

    yield run
