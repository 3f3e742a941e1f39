"""Own faults of a program that no longer is what was designed."""

from __future__ import annotations

import json

from tests.proof.mutations.mutation import Change, Inputs, Mutation, NotHere, Text, inserted, put
from tests.proof.mutations.reference_program import OPTIONS

PROD = "infra/Pulumi.prod.yaml"


def _other_region(inputs: Inputs) -> None:
    policy = json.loads(inputs["policy"])
    text = json.dumps(policy["Statement"][0]).replace("eu-west-1", "us-west-2")
    policy["Statement"][0] = json.loads(text)
    policy["Statement"][0]["Resource"] = ["arn:aws:kinesis:us-west-2:123456789012:stream/events"]
    inputs["policy"] = json.dumps(policy)


DESIGN = (
    Mutation(
        id="size-not-followed",
        fault="a size of the stack is another than the one that was worked out",
        aws=Text(
            rule="size-differs",
            file=PROD,
            old="eventsShards: 15",
            new="eventsShards: 6",
            found_in="components/kinesis_stream/component.py",
        ),
        gcp=Text(
            rule="size-differs",
            file=PROD,
            old="scoringInstances: 39",
            new="scoringInstances: 3",
            found_in="components/scoring_service/component.py",
        ),
        azure=Text(
            rule="size-differs",
            file=PROD,
            old="scoringReplicas: 39",
            new="scoringReplicas: 3",
            found_in="components/aks_scoring/component.py",
        ),
    ),
    Mutation(
        id="size-that-reaches-nothing",
        fault="a size is read and no resource gets it",
        aws=Change(
            rule="size-differs",
            type="aws:kinesis/stream:Stream",
            name="events",
            edit=put("shardCount", 14),
            elsewhere=True,
        ),
        gcp=Change(
            rule="size-differs",
            type="gcp:cloudrunv2/service:Service",
            edit=put("template.scaling.minInstanceCount", 38),
            elsewhere=True,
        ),
        azure=Change(
            rule="size-differs",
            type="azure-native:eventhub:Namespace",
            name="events",
            edit=put("sku.capacity", 2),
            elsewhere=True,
        ),
    ),
    Mutation(
        id="other-region",
        fault="an identifier names another region",
        aws=Change(
            rule="other-region",
            type="aws:iam/rolePolicy:RolePolicy",
            name="scoring-writes-decisions",
            edit=_other_region,
        ),
        gcp=Change(
            rule="other-region",
            type="gcp:pubsub/topic:Topic",
            edit=put("messageStoragePolicy.allowedPersistenceRegions", ["europe-west1"]),
        ),
        azure=Change(
            rule="other-region", type="azure-native:storage:StorageAccount", edit=put("location", "northeurope")
        ),
    ),
    Mutation(
        id="component-nobody-decided",
        fault="the program makes a component that the design does not have",
        **{
            cloud: inserted(
                f'scratch = pulumi.ComponentResource("own:index:Scratch", "scratch")\n{code}', "root-component-unknown"
            )
            for cloud, code in (
                ("aws", 'aws.sns.Topic("in-it", opts=pulumi.ResourceOptions(parent=scratch))'),
                ("gcp", 'gcp.pubsub.Topic("in-it", opts=pulumi.ResourceOptions(parent=scratch))'),
                (
                    "azure",
                    'azure.managedidentity.UserAssignedIdentity("in-it", resource_group_name=self.resource_group,'
                    " opts=pulumi.ResourceOptions(parent=scratch))",
                ),
            )
        },
    ),
    Mutation(
        id="long-name",
        fault="a name with what Pulumi adds is longer than the cloud takes",
        aws=inserted(f'aws.lb.TargetGroup("{"t" * 25}", {OPTIONS})', "physical-name"),
        gcp=inserted(f'gcp.compute.Network("{"n" * 56}", auto_create_subnetworks=False, {OPTIONS})', "physical-name"),
        azure=inserted(
            f'azure.storage.StorageAccount("{"s" * 17}", resource_group_name=self.resource_group, kind="StorageV2",'
            f' sku=azure.storage.SkuArgs(name="Standard_ZRS"), {OPTIONS})',
            "physical-name",
        ),
    ),
    Mutation(
        id="rule-twice",
        fault="two rules let the same through, which the cloud refuses at deployment",
        aws=inserted(
            'twice = {"security_group_id": "sg-1", "cidr_ipv4": "10.0.0.0/24", "ip_protocol": "tcp",'
            ' "from_port": 443, "to_port": 443}\n'
            f'aws.vpc.SecurityGroupEgressRule("one", **twice, {OPTIONS})\n'
            f'aws.vpc.SecurityGroupEgressRule("two", **twice, {OPTIONS})',
            "duplicate-security-group-rule",
        ),
        gcp=NotHere("two firewall rules alike are taken, and do no harm"),
        azure=NotHere("a rule is known by its name and priority, not by what it lets through"),
    ),
)
