"""The foundation: keys nobody is locked out of, a boundary that fits every grant, an alarm topic with listeners."""

from __future__ import annotations

import fnmatch
import json
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
import pulumi
import pulumi_aws as aws
import pytest

from archgen import registry
from archgen.knowledge import assumptions
from archgen.services.catalogue import clouds, facts, services
from archgen.services.service import Neighbours, Region, StackSetting
from archgen.topology import Component, Topology
from templates.aws.contracts import Platform
from templates.aws.foundation.component import ESCALATIONS, RUNTIME_ACTIONS, Foundation, FoundationArgs
from templates.aws.hardened.keys import ADMINISTRATION

ACCOUNT = "123456789012"


def foundation(*, protected: bool = True, alarm_emails: Sequence[str] = ("on-call@example.com",)) -> Foundation:
    return Foundation(
        "foundation",
        FoundationArgs(
            name="payments-fraud-prod",
            region="eu-west-1",
            account_id=ACCOUNT,
            protected=protected,
            log_retention_days=400,
            alarm_emails=alarm_emails,
        ),
    )


def statements(document: str) -> Sequence[Mapping[str, Any]]:
    return json.loads(document)["Statement"]


def neighbours() -> Neighbours:
    return Neighbours(
        topology=Topology(blueprint="none", zones=(), components=(), flows=()),
        services={},
        region=Region(name="eu-west-1", zones=("eu-west-1a", "eu-west-1b", "eu-west-1c")),
        assumptions=assumptions(),
    )


def test_every_kind_of_data_has_a_rotating_key_with_an_alias(record):
    recording = record(foundation)
    kinds = {f"foundation-{kind}" for kind in ("data", "logs", "messages", "secrets")}
    assert recording.names(":Key") == kinds
    assert all(
        key.inputs["enableKeyRotation"] and key.inputs["deletionWindowInDays"] == 30 for key in recording.of(":Key")
    )
    aliases = {alias.name: alias.inputs for alias in recording.of(":Alias")}
    assert aliases["foundation-data"] == {
        "name": "alias/payments-fraud-prod-data",
        "targetKeyId": "id-of-foundation-data",
    }


def test_no_key_locks_out_the_account(record):
    for key in record(foundation).of(":Key"):
        assert {"AWS": ACCOUNT} in [s["Principal"] for s in statements(key.inputs["policy"]) if s["Action"] == "kms:*"]


def test_services_use_only_their_own_key_and_only_for_this_account(record):
    recording = record(foundation)
    used = {
        key.name: {
            service: s["Condition"]
            for s in statements(key.inputs["policy"])
            for service in s["Principal"].get("Service", ())
        }
        for key in recording.of(":Key")
    }
    ours = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert used["foundation-data"] == {
        "kinesisanalytics.amazonaws.com": ours,
        "infrastructure.kinesisanalytics.amazonaws.com": ours,
    }
    # Without them an alarm, or what a rule could not deliver, is dropped in silence.
    assert used["foundation-messages"] == {"cloudwatch.amazonaws.com": ours, "events.amazonaws.com": ours}
    assert used["foundation-logs"] == {
        "logs.eu-west-1.amazonaws.com": {
            "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:*"}
        }
    }
    assert used["foundation-secrets"] == {}


def test_the_boundary_allows_what_workloads_do_and_never_to_raise_themselves(record):
    policy = record(foundation).one(":Policy").inputs["policy"]
    allowed, passed, denied, grants = statements(policy)
    assert (allowed["Effect"], denied["Effect"], grants["Effect"]) == ("Allow", "Deny", "Deny")
    assert "kinesis:PutRecords" in allowed["Action"]
    assert {"organizations:*", "sts:AssumeRole"} <= set(denied["Action"])
    raising = ("iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRolePolicy", "iam:PutRolePolicy", "iam:UpdateRole")
    assert all(any(fnmatch.fnmatchcase(action, pattern) for pattern in denied["Action"]) for action in raising)
    assert passed["Action"] == "iam:PassRole"
    assert passed["Condition"] == {"StringEquals": {"iam:PassedToService": ["sagemaker.amazonaws.com"]}}
    assert not [action for action in allowed["Action"] if action.startswith("iam:") or action == "*"]
    assert len(json.dumps(json.loads(policy), separators=(",", ":"))) <= 6144, "a managed policy has 6,144 characters"


ACTION = re.compile(r'"((?:[a-z0-9]+-)*[a-z0-9]+:[A-Z][A-Za-z]+\*?)"')
NOT_GRANTED = {
    "iam:PassRole",
    "iam:PassedToService",
    "states:HTTPEndpoint",
    "states:HTTPMethod",
    "ec2:Subnet",
    "kms:GrantIsForAWSResource",
    "kms:ViaService",
    "kafka:CreateVpcConnection",
    "sts:AssumeRole",
    "sts:SetSourceIdentity",
    # Denied on every repository of images.
    "ecr:BatchDeleteImage",
    "ecr:DeleteRepository",
    "sagemaker:InstanceTypes",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecret",
    *ADMINISTRATION,
}
"""Condition keys, and the actions of resource and trust policies: the boundary bounds what roles are granted."""
BOUNDED_BY_THEMSELVES = {
    "account_baseline/deployment",
    "aws_backup/component",
    "aws_backup/custodian",
    "scoring_service/zone_loss",
}
"""Roles that manage and are no workloads: whoever deploys, and custodians."""


@pytest.mark.parametrize(
    "path",
    sorted(p for p in registry.folders("templates")[0].glob("aws/*/*.py") if p.name != "service.py"),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_boundary_lets_every_granted_action_through(path: pathlib.Path):
    if path.parent.name == "foundation":
        pytest.skip("the boundary itself")
    if f"{path.parent.name}/{path.stem}" in BOUNDED_BY_THEMSELVES:
        pytest.skip("its roles have a boundary of their own")
    named = {a for a in ACTION.findall(path.read_text(encoding="utf-8")) if not a.startswith("aws:")} - NOT_GRANTED
    beyond = {a for a in named if not any(fnmatch.fnmatchcase(a, pattern) for pattern in RUNTIME_ACTIONS)}
    assert not beyond, "grants that the permissions boundary would silently undo"
    assert not {a for a in named if any(fnmatch.fnmatchcase(a, pattern) for pattern in ESCALATIONS)}


def test_alarms_reach_people_encrypted_and_from_this_account_only(record):
    recording = record(lambda: foundation(alarm_emails=["a@example.com", "b@example.com"]))
    assert recording.one(":Topic").inputs["kmsMasterKeyId"].endswith("foundation-messages")
    publish, tls_only = statements(recording.one(":TopicPolicy").inputs["policy"])
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
    assert tls_only["Effect"] == "Deny"
    assert {s.inputs["endpoint"] for s in recording.of(":TopicSubscription")} == {"a@example.com", "b@example.com"}


def test_a_reordered_list_of_addresses_changes_no_subscription(record):
    one = record(lambda: foundation(alarm_emails=["a@example.com", "b@example.com"]))
    other = record(lambda: foundation(alarm_emails=["b@example.com", "a@example.com"]))
    assert {s.urn: s.inputs for s in one.of("Subscription")} == {s.urn: s.inputs for s in other.of("Subscription")}


def test_alarms_without_a_listener_are_refused(record):
    with pytest.raises(ValueError, match="alarmEmails"):
        record(lambda: foundation(alarm_emails=[]))


def test_access_logs_are_delivered_by_s3_and_load_balancers_of_this_account_and_expire(record):
    recording = record(foundation)
    name = "foundation-access-logs"
    by_sid = {s["Sid"]: s for s in statements(recording.one(":BucketPolicy", name).inputs["policy"])}
    assert by_sid["S3AccessLogs"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    assert by_sid["S3AccessLogs"]["Resource"].endswith(f"{name}/s3/*")
    balancers = by_sid["LoadBalancerLogs"]
    assert balancers["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert balancers["Resource"].endswith(f"{name}/*/AWSLogs/{ACCOUNT}/*")
    encryption = recording.one(":BucketServerSideEncryptionConfiguration", name).inputs["rules"][0]
    assert encryption["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    rules = recording.one(":BucketLifecycleConfiguration", name).inputs["rules"]
    assert [rule["expiration"]["days"] for rule in rules if "expiration" in rule] == [400]


def test_the_artefacts_bucket_waits_for_the_policy_that_lets_its_logs_in(record):
    recording = record(foundation)
    logging = recording.one(":BucketLogging", "foundation-artefacts")
    assert recording.one(":BucketPolicy", "foundation-access-logs").urn in logging.depends_on
    encryption = recording.one(":BucketServerSideEncryptionConfiguration", "foundation-artefacts").inputs["rules"][0]
    assert encryption["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"].endswith("foundation-data")


@pytest.mark.parametrize("protected", [True, False])
def test_keys_and_buckets_resist_deletion_only_where_the_stack_is_protected(record, protected):
    recording = record(lambda: foundation(protected=protected))
    assert {r.protect for r in (*recording.of(":Key"), *recording.of(":Bucket"))} == {protected}
    assert {bucket.inputs["forceDestroy"] for bucket in recording.of(":Bucket")} == {not protected}


@pytest.mark.parametrize(("days", "kept"), [(365, 365), (366, 400), (400, 400), (401, 545), (3653, 3653)])
def test_logs_are_kept_for_the_next_retention_that_exists(days, kept):
    service = services("aws")["foundation"]
    component = Component(id="foundation", role="foundation", zone="foundation", needs={"log_days": days})
    assert service.arguments(component, neighbours())["log_retention_days"] == kept


def test_a_retention_beyond_the_last_one_is_refused_with_the_figure():
    (violation,) = services("aws")["foundation"].suits({"log_days": 3654}).violated
    limits = {limit["id"]: limit["value"] for limit in facts("aws", "foundation")["limits"]}
    assert violation.limit == f"{limits['log-retention']} days"


def test_only_dev_can_be_destroyed():
    component = Component(id="foundation", role="foundation", zone="foundation", needs={"log_days": 400})
    protected = services("aws")["foundation"].arguments(component, neighbours())["protected"]
    assert isinstance(protected, StackSetting)
    assert protected.values == {"dev": False, "staging": True, "prod": True}


def test_the_program_gives_every_part_one_platform(record):
    template = registry.find("templates", "aws/platform.py.j2").read_text(encoding="utf-8")
    variables = clouds()["aws"].facts["variables"]["foundation"]
    given = ", ".join(f"{argument}={expression}" for argument, expression in variables.items())
    call = (
        f"base = Foundation('base', FoundationArgs({given}, protected=False, log_retention_days=30,"
        " alarm_emails=['on-call@example.com']))"
    )
    text = (
        jinja2.Environment(undefined=jinja2.StrictUndefined)
        .from_string(template)
        .render(foundation="base", foundation_call=call)
    )
    names: dict[str, Any] = {
        "pulumi": pulumi, "aws": aws, "Foundation": Foundation, "FoundationArgs": FoundationArgs, "Platform": Platform
    }  # fmt: skip

    def program() -> None:
        pulumi.runtime.set_all_config({"aws:region": "eu-west-1"})
        exec(compile(text, "platform.py.j2", "exec"), names)

    record(program)
    platform = names["platform"]
    assert (platform.name, platform.region, platform.protected) == ("payments-fraud-prod", "eu-west-1", False)
    assert platform.log_retention_days == 30
    assert platform.keys is names["base"].keys
