"""Own faults of who may do what, and of secrets."""

from __future__ import annotations

from typing import Any

from tests.proof.mutations.mutation import Change, Inputs, Mutation, NotHere, in_text, one, put, statement

STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/events"
ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
NO_WILDCARDS = "permissions are granted as named roles: `broad-role` is the like of it"
NO_SUCH_TRUST = "an identity is the platform's own and is taken by no service of another account"
NO_BOUNDARY = "the cloud has no cap on what an identity of the platform may be granted"
NO_CHOICE = "the service that runs the containers leaves no choice"
SECRET = "[[secret:payments-fraud:authorisationsPassword]]"


def _trusted(role: Inputs) -> None:
    in_text("assumeRolePolicy", lambda policy: policy["Statement"][0].pop("Condition"))(role)


def _anybody_passes(policy: Any) -> None:
    for each in policy["Statement"]:
        if "iam:PassRole" in each["Action"]:
            each.pop("Condition")


def _container(**settings: Any) -> Any:
    return in_text("containerDefinitions", lambda containers: containers[0].update(settings))


def _variable(containers: list[dict[str, Any]]) -> None:
    containers[0]["environment"].append({"name": "SOURCE_PASSWORD", "value": SECRET})


IDENTITY = (
    one(
        "aws",
        "every-action",
        "a policy allows every action",
        Change(rule="wildcard-action", type=ROLE_POLICY, edit=statement("policy", Action="*", Resource=STREAM)),
        NO_WILDCARDS,
    ),
    one(
        "aws",
        "every-action-of-a-service",
        "a policy allows every action of a service",
        Change(rule="wildcard-action", type=ROLE_POLICY, edit=statement("policy", Action=["s3:*"], Resource=STREAM)),
        NO_WILDCARDS,
    ),
    one(
        "aws",
        "all-actions-but-some",
        "a policy allows all actions but some",
        Change(rule="wildcard-action", type=ROLE_POLICY, edit=statement("policy", NotAction="iam:*", Resource=STREAM)),
        NO_WILDCARDS,
    ),
    one(
        "aws",
        "every-action-on-a-bucket",
        "a bucket's own policy allows every action",
        Change(
            rule="wildcard-action",
            type=BUCKET_POLICY,
            edit=statement("policy", Action="s3:*", Resource=STREAM, Principal={"AWS": "123456789012"}),
        ),
        NO_WILDCARDS,
    ),
    one(
        "aws",
        "every-stream",
        "a permission for every stream",
        Change(
            rule="wildcard-resource",
            type=ROLE_POLICY,
            edit=statement("policy", Action="kinesis:PutRecord", Resource="*"),
        ),
        NO_WILDCARDS,
    ),
    one(
        "aws",
        "metrics-of-any-namespace",
        "metrics may be written to any namespace",
        Change(
            rule="wildcard-resource",
            type=ROLE_POLICY,
            edit=statement("policy", Action="cloudwatch:PutMetricData", Resource="*"),
        ),
        NO_WILDCARDS,
    ),
    Mutation(
        id="broad-role",
        fault="a workload is given the administration of what it uses",
        aws=NotHere("`every-action` is the like of it"),
        gcp=Change(rule="gcp-broad-role", type="gcp:projects/iAMMember:IAMMember", edit=put("role", "roles/editor")),
        azure=Change(
            rule="azure-broad-role",
            type="azure-native:authorization:RoleAssignment",
            edit=put(
                "roleDefinitionId",
                "/subscriptions/1/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c",
            ),
        ),
    ),
    Mutation(
        id="everybody",
        fault="everybody is allowed",
        aws=Change(
            rule="everybody-allowed",
            type=BUCKET_POLICY,
            edit=statement("policy", Action="s3:GetObject", Resource=STREAM, Principal="*"),
        ),
        gcp=Change(
            rule="everybody-allowed", type="gcp:pubsub/topicIAMMember:TopicIAMMember", edit=put("member", "allUsers")
        ),
        azure=NotHere("a role is assigned to a principal of the tenant; public storage is `B30`"),
    ),
    one(
        "aws",
        "everybody-through-an-endpoint",
        "an interface endpoint lets everybody do everything",
        Change(
            rule="everybody-allowed",
            type="aws:ec2/vpcEndpoint:VpcEndpoint",
            edit=statement("policy", Action="*", Resource="*", Principal="*"),
        ),
        "private endpoints lead to one resource of the platform and have no policy",
    ),
    one(
        "aws",
        "any-account",
        "a service may take a role on behalf of any account",
        Change(rule="role-trust", type=ROLE, edit=_trusted),
        NO_SUCH_TRUST,
    ),
    one(
        "aws",
        "anybody-takes-the-role",
        "anybody may take a role",
        Change(
            rule="role-trust",
            type=ROLE,
            edit=statement("assumeRolePolicy", Action="sts:AssumeRole", Principal={"AWS": "*"}),
        ),
        NO_SUCH_TRUST,
    ),
    one(
        "aws",
        "role-passed-to-any-service",
        "`iam:PassRole` without the service that it may be passed to",
        Change(
            rule="pass-role",
            type=ROLE_POLICY,
            name="model-monitoring-service",
            edit=in_text("policy", _anybody_passes),
        ),
        "using an identity is a role on that identity, granted to one principal",
    ),
    one(
        "aws",
        "no-boundary",
        "a role without the platform's boundary",
        Change(rule="aws-boundary", type=ROLE, edit=put("permissionsBoundary", None)),
        NO_BOUNDARY,
    ),
    Mutation(
        id="grant-of-another",
        fault="a grant opens another resource than the one that the flow leads to",
        aws=Change(
            rule="flow-without-grant",
            type=ROLE_POLICY,
            name="scoring-writes-decisions",
            edit=lambda inputs: inputs.update(policy=inputs["policy"].replace("stream/decisions", "stream/events")),
            unrelated=True,
            elsewhere=True,
        ),
        gcp=Change(
            rule="flow-without-grant",
            type="gcp:pubsub/topicIAMMember:TopicIAMMember",
            name="scoring-writes-decisions",
            edit=put("topic", "events"),
            unrelated=True,
            elsewhere=True,
        ),
        azure=Change(
            rule="flow-without-grant",
            type="azure-native:authorization:RoleAssignment",
            name="scoring-writes-decisions",
            edit=put("scope", "/subscriptions/1/resourceGroups/other"),
            unrelated=True,
            elsewhere=True,
        ),
    ),
    Mutation(
        id="secret-in-environment",
        fault="a secret is a variable of a container",
        aws=Change(rule="secret-in-environment", type=TASK, edit=in_text("containerDefinitions", _variable)),
        gcp=Change(
            rule="secret-in-environment",
            type="gcp:cloudrunv2/service:Service",
            edit=put("template.containers.0.envs.0.value", SECRET),
        ),
        azure=Change(
            rule="secret-in-environment",
            type="azure-native:app:ContainerApp",
            edit=put("template.containers.0.env.0.value", SECRET),
        ),
    ),
    one(
        "aws",
        "privileged-container",
        "a container is privileged",
        Change(rule="container-privileges", type=TASK, edit=_container(privileged=True)),
        NO_CHOICE,
    ),
    one(
        "aws",
        "container-as-root",
        "a container runs as root",
        Change(rule="container-privileges", type=TASK, edit=_container(user=None)),
        NO_CHOICE,
    ),
    Mutation(
        id="image-by-tag",
        fault="a container runs whatever a tag names",
        aws=Change(rule="image-by-tag", type=TASK, edit=_container(image="scoring:latest")),
        gcp=Change(
            rule="image-by-tag",
            type="gcp:cloudrunv2/service:Service",
            edit=put("template.containers.0.image", "europe-west4-docker.pkg.dev/own/scoring:latest"),
        ),
        azure=Change(
            rule="image-by-tag",
            type="azure-native:app:ContainerApp",
            edit=put("template.containers.0.image", "own.azurecr.io/velocity:latest"),
        ),
    ),
    Mutation(
        id="shared-key",
        fault="a key that everybody shares opens a store",
        aws=Change(
            rule="aws-cache-authentication",
            type="aws:elasticache/replicationGroup:ReplicationGroup",
            edit=put("userGroupIds", []),
        ),
        gcp=Change(
            rule="gcp-tls",
            type="gcp:memorystore/instance:Instance",
            edit=put("authorizationMode", "AUTH_DISABLED"),
        ),
        azure=Change(
            rule="azure-shared-keys", type="azure-native:eventhub:Namespace", edit=put("disableLocalAuth", False)
        ),
    ),
)
