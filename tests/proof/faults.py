"""The faults that are planted in the sample platform, at least one for each rule."""

from __future__ import annotations

from tests.planting import Fault

MAIN = "infra/__main__.py"
PROJECT = "infra/Pulumi.yaml"
PROD = "infra/Pulumi.prod.yaml"
STREAM = "infra/components/event_stream/component.py"
CACHE = "infra/components/feature_cache/component.py"
SCORING = "infra/components/scoring_service/component.py"
NETWORK = "infra/components/network/component.py"
LAKE = "infra/components/lake_bucket/component.py"
COVERAGE = "docs/coverage.json"
EXPORT = 'pulumi.export("region", region)'
LAKE_MADE = '        self.register_outputs({"bucket_arn": self.bucket.arn})'
STREAM_MADE = '        self.register_outputs({"stream_arn": self.stream.arn})'
SCORING_MADE = '        self.register_outputs({"role_arn": role.arn})'


def _fault(id: str, file: str, old: str, new: str, rule: str) -> Fault:
    """A fault whose finding has to point at the file that it was planted in."""
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=file.removeprefix("infra/"))


def _elsewhere(id: str, file: str, old: str, new: str, rule: str, found_in: str | None) -> Fault:
    """A fault whose finding points at another file, or at none."""
    return Fault(id=id, file=file, old=old, new=new, rule=rule, found_in=found_in)


def _before(code: str, line: str) -> str:
    return f"        {code}\n{line}"


CODE_FAULTS = (
    _fault("B04-unknown-argument", STREAM, "retention_period=48", "retention_perod=48", "crash"),
    _fault("B05-missing-argument", SCORING, "            secret_id=secret.id,\n", "", "crash"),
    _fault("B06-text-for-number", STREAM, "retention_period=48", 'retention_period="48h"', "sdk-types"),
    _fault("B21-resource-for-id", CACHE, "name, vpc_id=network.vpc.id", "name, vpc_id=network.vpc", "sdk-types"),
    _fault("B22-no-parent", SCORING, '"IMMUTABLE", opts=child)', '"IMMUTABLE")', "outside-component"),
    _fault("B23-wrong-attribute", MAIN, "payments.stream.arn", "payments.stream.arnn", "crash"),
    _fault("B27-import-error", MAIN, "import EventStream", "import EventStreams", "crash"),
    _fault("B31-apply-fails", CACHE, 'host.split(".")[0]', 'host.split(":")[7]', "crash"),
    _fault(
        "no-compile", STREAM, "deletion_window_in_days=30, opts=child)", "deletion_window_in_days=30, opts=", "config"
    ),
    _fault(
        "B01-duplicate-name",
        STREAM,
        STREAM_MADE,
        _before("aws.kms.Key(name, enable_key_rotation=True, opts=child)", STREAM_MADE),
        "duplicate-urn",
    ),
    _fault(
        "B09-output-in-text",
        SCORING,
        'pulumi.Output.concat(args.lake.bucket.arn, "/*")',
        'f"{args.lake.bucket.arn}/*"',
        "output-in-string",
    ),
    _fault(
        "B32-resource-in-apply",
        LAKE,
        LAKE_MADE,
        _before('self.bucket.id.apply(lambda _: hardened_bucket(f"{name}-more", self, False))', LAKE_MADE),
        "preview-and-up-differ",
    ),
    _fault(
        "secret-in-clear-input",
        SCORING,
        'description="Scoring"',
        "description=pulumi.Output.unsecret(args.partner_api_key)",
        "secret-in-clear",
    ),
    _fault("unfaked-invoke", MAIN, EXPORT, 'aws.ec2.get_ami(most_recent=True, owners=["amazon"])', "unfaked-invoke"),
    _fault("cloud-read", MAIN, EXPORT, 'aws.s3.Bucket.get("old", "old-lake")', "cloud-read"),
    _fault(
        "missing-dependency",
        MAIN,
        EXPORT,
        'LakeBucket("m", False, pulumi.ResourceOptions('
        'depends_on=[pulumi.resource.DependencyResource("urn:pulumi:x::y::a:b:C::d")]))',
        "missing-dependency",
    ),
    _fault(
        "second-bucket-policy",
        LAKE,
        LAKE_MADE,
        _before(
            'aws.s3.BucketPolicy(f"{name}-more", bucket=self.bucket.id, policy="{}", '
            "opts=pulumi.ResourceOptions(parent=self))",
            LAKE_MADE,
        ).replace("        aws", "        import pulumi_aws as aws\n\n        aws", 1),
        "two-policies-on-one-target",
    ),
    _fault(
        "key-policy-twice",
        STREAM,
        STREAM_MADE,
        _before(
            'more = aws.kms.Key(f"{name}-more", policy="{}", opts=child)\n'
            '        aws.kms.KeyPolicy(name, key_id=more.arn, policy="{}", opts=child)',
            STREAM_MADE,
        ),
        "two-policies-on-one-target",
    ),
    _fault(
        "security-group-rule-twice",
        SCORING,
        SCORING_MADE,
        _before(
            'aws.vpc.SecurityGroupEgressRule(f"{name}-again", security_group_id=group.id, '
            'cidr_ipv4=args.gateway_cidr, ip_protocol="tcp", from_port=443, to_port=443, opts=child)',
            SCORING_MADE,
        ),
        "duplicate-security-group-rule",
    ),
    _elsewhere(
        "unknown-root-component",
        MAIN,
        'LakeBucket("lake",',
        'LakeBucket("pond",',
        "root-component-unknown",
        "components/lake_bucket/component.py",
    ),
)

TEXT_FAULTS = (
    _fault(
        "B33-output-compared",
        STREAM,
        STREAM_MADE,
        _before('if self.stream.name == "payments":\n            pulumi.log.debug("x")', STREAM_MADE),
        "output-compared",
    ),
    _fault(
        "B33-output-asked-for-truth",
        STREAM,
        STREAM_MADE,
        _before("self.alarmed = bool(self.stream.arn)", STREAM_MADE),
        "output-compared",
    ),
    _fault(
        "resource-in-apply-that-no-run-reaches",
        SCORING,
        SCORING_MADE,
        _before(
            'role.arn.apply(lambda arn: aws.kms.Key(name, opts=child) if arn == "never" else None)',
            SCORING_MADE,
        ),
        "resource-in-apply",
    ),
    _fault(
        "deprecated-argument",
        SCORING,
        SCORING_MADE,
        _before(
            'aws.iam.Role(f"{name}-more", assume_role_policy="{}", managed_policy_arns=[], opts=child)',
            SCORING_MADE,
        ),
        "deprecated",
    ),
    _fault(
        "deprecated-class",
        SCORING,
        SCORING_MADE,
        _before(
            'aws.ec2.SecurityGroupRule(f"{name}-old", type="egress", security_group_id=group.id, protocol="tcp", '
            "from_port=444, to_port=444, cidr_blocks=[args.gateway_cidr], opts=child)",
            SCORING_MADE,
        ),
        "deprecated",
    ),
    _fault(
        "name-written-twice",
        SCORING,
        SCORING_MADE,
        _before(
            'aws.cloudwatch.LogGroup(f"{name}-more", name="/fraud/more", opts=child)\n'
            '        aws.cloudwatch.LogStream(f"{name}-more", name="main", log_group_name="/fraud/more", opts=child)',
            SCORING_MADE,
        ),
        "literal-name",
    ),
)

SETTING_FAULTS = (
    _fault("declared-never-read", PROJECT, "config:\n", "config:\n  unused:\n    default: a\n", "setting-never-read"),
    _fault("read-not-declared", MAIN, EXPORT, 'pulumi.export("x", config.get("verbosity"))', "setting-not-declared"),
    _elsewhere("B02-missing-value", PROD, "  fraud:shards: 15\n", "", "config", "Pulumi.yaml"),
    _fault("B03-mistyped-value", PROD, "shards: 15", "shards: six", "config"),
    _fault("undeclared-setting", PROD, "shards: 15", "shards: 15\n  fraud:shard: 15", "config"),
    _fault("secret-in-stack-file", PROD, "shards: 15", "shards: 15\n  fraud:partnerApiKey: abc", "config"),
    _fault("mistyped-default", PROJECT, "    type: boolean", "    type: boolean\n    default: 3", "config"),
)

OUTPUT_FAULTS = (
    _elsewhere(
        "B20-secret-exported",
        MAIN,
        EXPORT,
        'pulumi.export("key", pulumi.Output.unsecret(config.require_secret("partnerApiKey")))',
        "secret-in-clear",
        None,
    ),
    _elsewhere("warning-logged", MAIN, EXPORT, 'pulumi.log.warn("retention is short")', "program-log", None),
)

ARCHITECTURE_FAULTS = (
    _elsewhere(
        "card-data-on-a-stream",
        COVERAGE,
        '{"id": "payments", "service": "event_stream", "external": false,',
        '{"id": "payments", "service": "event_stream", "data_classes": ["pan"], "external": false,',
        "card-data-downstream",
        "components/event_stream/component.py",
    ),
    _elsewhere(
        "component-not-made",
        COVERAGE,
        '{"id": "gateway", "service": null, "external": true, "file": null, "line": null',
        '{"id": "gateway", "service": null, "external": false, "file": "__main__.py", "line": 20',
        "component-without-resources",
        "__main__.py",
    ),
    _elsewhere(
        "grant-not-made",
        SCORING,
        '        args.stream.grant_read(f"{name}-reads-payments", role, self)\n',
        "",
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "grant-for-another",
        STREAM,
        '"Resource": self.stream.arn}',
        '"Resource": "arn:aws:kinesis:eu-central-1:123456789012:stream/other"}',
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "grant-that-only-names",
        STREAM,
        "            name,\n            role=role.name,\n            policy=pulumi.Output.json_dumps(",
        '            name,\n            name="payments",\n            role=role.name,\n'
        "            policy=pulumi.Output.json_dumps({}) if True else pulumi.Output.json_dumps(",
        "flow-without-grant",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "address-invented",
        SCORING,
        "cidr_ipv4=args.gateway_cidr",
        'cidr_ipv4="10.0.0.0/8"',
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "ports-do-not-meet",
        CACHE,
        'security_group_id=group.id,\n                ip_protocol="tcp",\n                from_port=PORT',
        'security_group_id=group.id,\n                ip_protocol="tcp",\n                from_port=PORT + 1',
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "endpoint-of-another-service",
        NETWORK,
        "com.amazonaws.{region}.kinesis-streams",
        "com.amazonaws.{region}.kinesis-firehose",
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
    _elsewhere(
        "no-way-to-the-endpoint",
        SCORING,
        "referenced_security_group_id=args.network.endpoints_group.id",
        'cidr_ipv4="10.20.0.0/16"',
        "flow-without-path",
        "components/scoring_service/component.py",
    ),
)

FAULTS = (*CODE_FAULTS, *TEXT_FAULTS, *SETTING_FAULTS, *OUTPUT_FAULTS, *ARCHITECTURE_FAULTS)
