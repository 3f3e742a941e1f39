"""Whole runs: what a recording says, and that nothing of a run stays behind or breaks the parent."""

from __future__ import annotations

import os
import pickle
import re
import sys
from pathlib import Path

import pytest

from archgen.engine import ResourceGraph, load_project, record, record_all
from archgen.errors import WrongUse
from tests.planting import Fault, plant

PROJECT = Path(__file__).parent / "project"


def program(folder: Path, code: str, name: str = "own") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n", encoding="utf-8")
    (folder / "Pulumi.dev.yaml").write_text("config:\n  aws:region: eu-west-1\n", encoding="utf-8")
    (folder / "__main__.py").write_text(code, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def live() -> ResourceGraph:
    return record(load_project(PROJECT), "prod", "live", "up")


def test_resources_are_sorted_and_lie_under_their_root_component(live: ResourceGraph) -> None:
    assert [each.urn for each in live.resources] == sorted(each.urn for each in live.resources)
    assert {each.component for each in live.resources} == {"card-features", "lake", "network", "payments", "scoring"}
    assert {each.type for each in live.of_component("lake") if each.custom} == {
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketVersioning:BucketVersioning",
    }


def test_inputs_are_plain_and_secrets_are_told(live: ResourceGraph) -> None:
    (version,) = live.of_type("aws:secretsmanager/secretVersion:SecretVersion")
    (stream,) = live.of_type("aws:kinesis/stream:Stream")
    assert version.inputs["secretString"] == '{"key": "[[secret:fraud:partnerApiKey]]"}'
    assert version.secret_inputs == ("secretString",)
    assert stream.inputs["shardCount"] == 15
    assert isinstance(stream.inputs["shardCount"], int)
    assert stream.protect


def test_references_are_known_by_property_and_by_realistic_ids(live: ResourceGraph) -> None:
    (endpoint,) = live.of_type("aws:ec2/vpcEndpoint:VpcEndpoint")
    group = live.by_urn(endpoint.property_dependencies["securityGroupIds"][0])
    assert group is not None
    assert endpoint.inputs["securityGroupIds"][0] in group.identities
    assert endpoint.inputs["serviceName"] == "com.amazonaws.eu-central-1.kinesis-streams"
    assert str(live.outputs["stream_arn"]).startswith("arn:aws:kinesis:eu-central-1:123456789012:stream/payments-")


def test_a_resource_is_placed_at_the_component_that_asked_for_it(live: ResourceGraph) -> None:
    (policy,) = live.of_type("aws:s3/bucketPolicy:BucketPolicy")
    grant = next(each for each in live.resources if each.name == "scoring-reads-payments")
    assert policy.file == "components/lake_bucket/component.py"
    assert (grant.file, grant.component) == ("components/event_stream/component.py", "scoring")
    assert grant.line


def test_foundation_has_no_container_and_live_has() -> None:
    foundation = record(load_project(PROJECT), "prod", "foundation", "preview")
    assert foundation.of_type("aws:ecs/taskDefinition:TaskDefinition") == ()
    assert foundation.of_type("aws:ecr/repository:Repository")


def test_a_recording_is_the_same_each_time(live: ResourceGraph) -> None:
    assert record(load_project(PROJECT), "prod", "live", "up") == live
    assert pickle.loads(pickle.dumps(live)) == live


def test_an_interpreter_of_its_own_records_the_same(live: ResourceGraph) -> None:
    assert record(load_project(PROJECT), "prod", "live", "up", method="spawn") == live


def test_all_pairs_come_in_the_order_asked_for() -> None:
    pairs = record_all(load_project(PROJECT), ["prod", "dev"], ["foundation", "live"])
    found = [(stack, phase, preview.mode, up.mode, up.stack) for stack, phase, preview, up in pairs]
    assert found == [
        ("prod", "foundation", "preview", "up", "prod"),
        ("prod", "live", "preview", "up", "prod"),
        ("dev", "foundation", "preview", "up", "dev"),
        ("dev", "live", "preview", "up", "dev"),
    ]


def test_the_parent_keeps_its_state_and_leaves_no_files_in_the_project() -> None:
    before = (Path.cwd(), list(sys.argv), dict(os.environ), sys.dont_write_bytecode)
    record(load_project(PROJECT), "dev", "foundation", "up")
    assert (Path.cwd(), list(sys.argv), dict(os.environ), sys.dont_write_bytecode) == before
    assert not [name for name in sys.modules if name.partition(".")[0] == "components"]
    assert not list(PROJECT.rglob("__pycache__"))


def test_a_second_project_sees_its_own_components(tmp_path: Path) -> None:
    fault = Fault(
        id="", file="infra/components/event_stream/component.py", old="period=48", new="period=96", rule="", found_in=""
    )
    hours = [
        record(load_project(folder), "dev", "foundation", "up").of_type("aws:kinesis/stream:Stream")[0].inputs
        for folder in (PROJECT, plant(PROJECT, tmp_path / "other", fault), PROJECT)
    ]
    assert [each["retentionPeriod"] for each in hours] == [48, 96, 48]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os\nprint('last words', flush=True)\nos._exit(3)\n", "exit status 3.*last words"),
        ("import os\nos.kill(os.getpid(), 9)\n", "exit status -9"),
        ("import sys\nsys.exit('no')\n", "SystemExit: no"),
        ("raise ValueError('why')\n", "ValueError: why"),
        ("1 +\n", "SyntaxError"),
        ("import pulumi\npulumi.Config().require('absent')\n", "absent"),
    ],
)
def test_a_program_that_breaks_is_a_problem_of_its_run(tmp_path: Path, code: str, said: str) -> None:
    graph = record(load_project(program(tmp_path / "p", code)), "dev", "live", "up")
    (crash,) = [problem for problem in graph.problems if problem.kind == "crash"]
    assert not graph.completed
    assert re.search(said, crash.message)


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    hanging = load_project(program(tmp_path / "p", "import time\ntime.sleep(60)\n"))
    graph = record(hanging, "dev", "live", "up", time_limit=0.5)
    assert [problem.message for problem in graph.problems] == ["the program did not end within 0.5 s"]


def test_what_a_program_prints_stays_out_of_ours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    noisy = program(tmp_path / "p", "import sys\nprint('out')\nprint('err', file=sys.stderr)\n")
    assert record(load_project(noisy), "dev", "live", "up").problems == ()
    assert capfd.readouterr() == ("", "")


def test_the_environment_of_whoever_records_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-west-2")
    code = "import os, pulumi\npulumi.export('region', os.environ.get('AWS_REGION', 'unset'))\n"
    assert record(load_project(program(tmp_path / "p", code)), "dev", "live", "up").outputs == {"region": "unset"}


def test_computed_lists_have_a_first_element(tmp_path: Path) -> None:
    code = (
        "import pulumi\nimport pulumi_aws as aws\n"
        "endpoint = aws.ec2.VpcEndpoint('e', vpc_id='vpc-1', service_name='s')\n"
        "pulumi.export('host', endpoint.dns_entries.apply(lambda entries: entries[0].dns_name))\n"
    )
    graph = record(load_project(program(tmp_path / "p", code)), "dev", "live", "up")
    assert graph.problems == ()
    assert graph.outputs["host"]


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(WrongUse, match="preview or up"):
        record(load_project(PROJECT), "dev", "live", "destroy")


def test_a_program_that_rewrites_resources_on_the_way_is_refused(tmp_path: Path) -> None:
    code = "import pulumi\npulumi.runtime.register_resource_transform(lambda args: None)\n"
    graph = record(load_project(program(tmp_path / "p", code)), "dev", "live", "up")
    assert [(problem.kind, "transform" in problem.message) for problem in graph.problems] == [("crash", True)]
