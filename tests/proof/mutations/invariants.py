"""Own faults against what holds of every program on AWS: order, logs, scaling, quotas, what an account has once."""

from __future__ import annotations

from tests.proof.mutations.mutation import Change, Edit, Inputs, Mutation, Plant, Text, one, put

CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
SERVED = "aws:sagemaker/endpoint:Endpoint"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
TARGET = "aws:appautoscaling/target:Target"
OTHERS = "held on AWS, whose reference states it; the programs of the other clouds have rows of their own"


def _one(id: str, fault: str, plant: Plant) -> Mutation:
    return one("aws", id, fault, plant, OTHERS)


def _fewer(path: str) -> Edit:
    """An edit that leaves one member of the list at the path."""

    def edit(inputs: Inputs) -> None:
        *way, last = path.split(".")
        for part in way:
            inputs = inputs[part]
        inputs[last] = inputs[last][:1]

    return edit


def _tags(key: str, indent: int) -> Text:
    """The environment of the stack's tags, which lie `indent` deep below their key, is that of another stack."""
    inner = "" if indent == 4 else "    tags:\n"
    before = f"  {key}:\n{inner}{' ' * indent}project: payments-fraud\n{' ' * indent}environment: "
    return Text(rule="default-tags", file="infra/Pulumi.prod.yaml", old=f"{before}prod\n", new=f"{before}test\n")


def _without_servers(inputs: Inputs) -> None:
    inputs["productionVariants"][0]["serverlessConfig"] = {"maxConcurrency": 5, "memorySizeInMb": 2048}


def _in_memory(inputs: Inputs) -> None:
    inputs["onlineStoreConfig"] = {"enableOnlineStore": True, "storageType": "InMemory"}


INVARIANTS = (
    Mutation(
        id="tags-of-another-stack",
        fault="the resources of production bear the tags of another environment",
        aws=_tags("aws:defaultTags", 6),
        gcp=_tags("gcp:defaultLabels", 4),
        azure=_tags("platform:tags", 6),
    ),
    _one(
        "bucket-unlogged",
        "nobody sees who read from a bucket",
        Change(
            rule="bucket-without-access-log", type="aws:s3/bucketLogging:BucketLogging", removed=True, elsewhere=True
        ),
    ),
    _one(
        "nearly-everything-allowed",
        "a role has one of the cloud's own policies that allow nearly everything",
        Change(
            rule="aws-managed-policies",
            type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            edit=put("policyArn", "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"),
        ),
    ),
    _one(
        "out-to-everywhere",
        "a security group lets out to the whole internet",
        Change(rule="egress-destination", type=EGRESS, edit=put("cidrIpv4", "0.0.0.0/0")),
    ),
    _one(
        "out-to-an-invented-range",
        "a security group lets out to a range that nobody stated",
        Change(rule="egress-destination", type=EGRESS, edit=put("cidrIpv4", "10.99.0.0/16")),
    ),
    _one(
        "inline-rule",
        "a rule stands inside its security group, where the separate ones overwrite it",
        Change(
            rule="deprecated",
            type="aws:ec2/securityGroup:SecurityGroup",
            edit=put("ingress", [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/28"]}]),
        ),
    ),
    _one(
        "endpoint-unlogged",
        "the service makes the log group of an endpoint, without key and end",
        Change(
            rule="emitter-without-log-group",
            type="aws:cloudwatch/logGroup:LogGroup",
            name="model",
            removed=True,
            elsewhere=True,
        ),
    ),
    _one(
        "logs-elsewhere",
        "a state machine writes its log to a group that is not of the program",
        Change(
            rule="emitter-without-log-group",
            type="aws:sfn/stateMachine:StateMachine",
            edit=put("loggingConfiguration.logDestination", "arn:aws:logs:eu-west-1:123456789012:log-group:other:*"),
        ),
    ),
    _one(
        "one-alarm-for-the-way-back",
        "one alarm alone takes a release back",
        Change(
            rule="aws-endpoint-release",
            type=SERVED,
            edit=_fewer("deploymentConfig.autoRollbackConfiguration.alarms"),
        ),
    ),
    _one(
        "configuration-of-fixed-name",
        "an endpoint's configuration has a fixed name, so that no new one can be made beside it",
        Change(rule="aws-endpoint-release", type=CONFIGURATION, edit=put("name", "fraud")),
    ),
    _one(
        "endpoint-that-does-not-grow",
        "nothing scales an endpoint",
        Change(rule="endpoint-without-scaling", type=TARGET, name="model", removed=True, elsewhere=True),
    ),
    _one(
        "thrown-back-by-an-update",
        "an update sets an endpoint back to fewer instances than its least",
        Change(rule="endpoint-without-scaling", type=TARGET, name="model", edit=put("minCapacity", 20)),
    ),
    _one(
        "model-in-one-subnet",
        "a model has one subnet",
        Change(rule="aws-public-address", type="aws:sagemaker/model:Model", edit=_fewer("vpcConfig.subnets")),
    ),
    _one(
        "without-servers-in-a-network",
        "an endpoint without servers has a model in the network, which it cannot reach",
        Change(rule="unsupported-combination", type=CONFIGURATION, edit=_without_servers),
    ),
    _one(
        "key-for-a-store-in-memory",
        "an online store in memory is to be copied to an offline store, which it cannot be",
        Change(rule="unsupported-combination", type="aws:sagemaker/featureGroup:FeatureGroup", edit=_in_memory),
    ),
    _one(
        "quota-not-asked",
        "more is needed than a new account has, and nobody asks for more",
        Change(
            rule="quota-not-asked",
            type="aws:servicequotas/serviceQuota:ServiceQuota",
            name="operations-ml-c6i-2xlarge-for-endpoint-usage",
            removed=True,
            elsewhere=True,
        ),
    ),
    _one(
        "password-in-clear",
        "a password stands in the program",
        Change(
            rule="password-in-clear",
            type="aws:cloudwatch/eventConnection:EventConnection",
            edit=put("authParameters", {"basic": {"username": "own", "password": "hunter2"}}),
        ),
    ),
    _one(
        "stream-before-its-grants",
        "a delivery stream may be made before its role may do anything",
        Change(
            rule="dependency-edge", type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", unrelated=True
        ),
    ),
    _one(
        "endpoint-before-its-alarms",
        "an endpoint may be made before the alarms that take its releases back",
        Change(rule="dependency-edge", type=SERVED, unrelated=True),
    ),
    _one(
        "no-shadow",
        "no challenger runs in the champion's shadow",
        Change(rule="missing-part", type=CONFIGURATION, edit=put("shadowProductionVariants", []), elsewhere=True),
    ),
    _one(
        "anybody-calls",
        "the entry asks callers for no certificate",
        Change(
            rule="missing-part",
            type="aws:lb/listener:Listener",
            edit=put("mutualAuthentication.mode", "off"),
            elsewhere=True,
        ),
    ),
    _one(
        "audit-that-can-be-changed",
        "the audit log can be changed after a month",
        Change(
            rule="missing-part",
            type="aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
            edit=put("rule.defaultRetention.days", 30),
            elsewhere=True,
        ),
    ),
    _one(
        "two-zones",
        "the model lies in two zones",
        Change(
            rule="missing-part",
            type="aws:sagemaker/model:Model",
            edit=lambda inputs: inputs["vpcConfig"].update(subnets=inputs["vpcConfig"]["subnets"][:2]),
            elsewhere=True,
        ),
    ),
    _one(
        "all-requests-captured",
        "every request is kept",
        Change(rule="unwanted", type=CONFIGURATION, edit=put("dataCaptureConfig.initialSamplingPercentage", 100)),
    ),
    _one(
        "rules-too-late",
        "the rules decide after the promised time is up",
        Change(
            rule="late-fallback",
            type="aws:ecs/taskDefinition:TaskDefinition",
            name="scoring",
            edit=lambda inputs: inputs.update(
                containerDefinitions=inputs["containerDefinitions"].replace(
                    '"FALLBACK_AFTER_MS", "value": "80"', '"FALLBACK_AFTER_MS", "value": "120"'
                )
            ),
        ),
    ),
)
