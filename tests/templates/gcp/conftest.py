"""Components of Google Cloud built alone: every registration is kept as the engine would have received it."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pulumi.runtime
import pytest
from pulumi.runtime import mocks

from archgen.bundle import write
from archgen.generation import generated
from archgen.spec import load
from tests.specs import path
from tests.templates.aws.conftest import Recording, _Monitor

PROJECT, NUMBER, REGION = "payments", "123456789012", "europe-west1"


class _Outputs(mocks.Mocks):
    """What Google Cloud would add: ids, and the few computed properties that components pass on."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        kind = args.typ.rpartition(":")[2]
        account = f"{args.inputs.get('accountId')}@{PROJECT}.iam.gserviceaccount.com"
        connection = {"connectionType": "CONNECTION_TYPE_DISCOVERY", "ipAddress": "10.20.8.2"}
        computed = {
            "name": f"{args.name}-{kind}",
            "email": account,
            "member": f"serviceAccount:{account}"
            if kind == "Account"
            else f"serviceAccount:agent-of-{args.inputs.get('service')}",
            "endpoints": [{"connections": [{"pscAutoConnection": connection}]}],
            "managedServerCas": [{"caCerts": [{"certificates": ["authority one\n", "authority two\n"]}]}],
            "selfLink": f"https://example.com/{args.name}",
            "version": "7",
        }
        if kind == "IAMCustomRole":
            computed["name"] = f"projects/{PROJECT}/roles/{args.inputs['roleId']}"
        return f"{args.name}-id", computed | args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        service = args.token.rpartition(":")[2]
        return {"member": f"serviceAccount:{service}", "serviceAccountId": f"{service}@logging"}, []


class _GcpMonitor(_Monitor):
    def __init__(self, recording: Recording) -> None:
        super().__init__(recording)
        self.mocks = _Outputs()


@pytest.fixture
def record() -> Iterator[Callable[[Callable[[], Any]], Recording]]:
    """Runs a function that makes resources and gives what it registered."""

    def run(program: Callable[[], Any]) -> Recording:
        recording = Recording()
        monitor = _GcpMonitor(recording)
        pulumi.runtime.set_mocks(monitor.mocks, project="payments-fraud", stack="prod", preview=False, monitor=monitor)

        @pulumi.runtime.test
        def build() -> None:
            program()

        build()
        return recording

    yield run


@pytest.fixture(scope="session")
def slice_project(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder of the fraud slice, generated for Google Cloud."""
    folder = tmp_path_factory.mktemp("slice")
    spec = path("fraud-slice")
    write(generated(load(spec), spec.read_bytes(), "gcp", REGION, frozenset({"infra", "docs"})), folder)
    return folder
