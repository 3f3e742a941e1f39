"""Own faults of the program as a text and of how it uses Pulumi."""

from __future__ import annotations

from tests.proof.mutations.mutation import Change, Mutation, Text, inserted, one
from tests.proof.mutations.reference_program import GROUP, IDENTITY, OPTIONS, QUEUE, TOPIC

PROJECT = "infra/Pulumi.yaml"
SAME = "the same on every cloud; planted once"

PROGRAM = (
    one(
        "aws",
        "resource-in-apply-that-no-run-reaches",
        "a resource is made in an apply under a condition that no run fulfils",
        inserted(
            f'reached = {QUEUE}("reached", {OPTIONS})\n'
            f'reached.arn.apply(lambda arn: aws.sns.Topic("never", {OPTIONS}) if arn == "never" else None)',
            "resource-in-apply",
        ),
        SAME,
    ),
    Mutation(
        id="read-of-an-existing-resource",
        fault="an existing resource is read from the cloud",
        aws=inserted(f'aws.s3.Bucket.get("old", "old-lake", {OPTIONS})', "cloud-read"),
        gcp=inserted(f'gcp.storage.Bucket.get("old", "old-lake", {OPTIONS})', "cloud-read"),
        azure=inserted(f'azure.resources.ResourceGroup.get("old", "/subscriptions/1/old", {OPTIONS})', "cloud-read"),
    ),
    Mutation(
        id="second-policy",
        fault="a second one of what a target has once, which overwrites the first",
        aws=inserted(
            f'aws.s3.BucketPolicy("later", bucket=self.artefacts_bucket, policy="{{}}", {OPTIONS})',
            "two-policies-on-one-target",
        ),
        gcp=inserted(
            f'aim = {TOPIC}("aim", {OPTIONS})\n'
            f'gcp.pubsub.TopicIAMPolicy("once", topic=aim.name, policy_data="{{}}", {OPTIONS})\n'
            f'gcp.pubsub.TopicIAMPolicy("again", topic=aim.name, policy_data="{{}}", {OPTIONS})',
            "two-policies-on-one-target",
        ),
        azure=inserted(
            f'azure.eventhub.NamespaceNetworkRuleSet("once", {GROUP}, namespace_name="own", {OPTIONS})\n'
            f'azure.eventhub.NamespaceNetworkRuleSet("again", {GROUP}, namespace_name="own", {OPTIONS})',
            "two-policies-on-one-target",
        ),
    ),
    Mutation(
        id="name-written-again",
        fault="the name of one resource is written again for another",
        aws=inserted(
            f'aws.cloudwatch.LogGroup("written", name="/planted/more", {OPTIONS})\n'
            f'aws.cloudwatch.LogStream("again", name="main", log_group_name="/planted/more", {OPTIONS})',
            "literal-name",
        ),
        gcp=inserted(
            f'{TOPIC}("written", name="planted-topic", {OPTIONS})\n'
            f'gcp.pubsub.Subscription("again", topic="planted-topic", {OPTIONS})',
            "literal-name",
        ),
        azure=inserted(
            f'{IDENTITY}("written", {GROUP}, resource_name_="planted-identity", {OPTIONS})\n'
            f'azure.managedidentity.FederatedIdentityCredential("again", {GROUP}, issuer="i", subject="s",'
            f' audiences=["a"], resource_name_="planted-identity", {OPTIONS})',
            "literal-name",
        ),
    ),
    Mutation(
        id="given-up-class",
        fault="a class or an argument that its provider has given up",
        aws=inserted(f'aws.s3.Bucket("given-up", acl="private", {OPTIONS})', "deprecated"),
        gcp=inserted(f'gcp.vertex.AiFeatureStore("given-up", region=self._args.region, {OPTIONS})', "deprecated"),
        azure=inserted(
            f'azure.redis.Redis("given-up", {GROUP}, sku=azure.redis.SkuArgs(capacity=1, family="P", name="Premium"),'
            f" {OPTIONS})",
            "deprecated",
        ),
    ),
    *(
        Mutation(id=id, fault=fault, aws=plant, gcp=plant, azure=plant)
        for id, fault, plant in (
            (
                "setting-that-nothing-reads",
                "a setting is declared and read by nothing: its figure stands in the program",
                Text(
                    rule="setting-never-read",
                    file=PROJECT,
                    old="config:\n",
                    new="config:\n  neverRead:\n    type: string\n    default: a\n",
                ),
            ),
            (
                "setting-that-nothing-declares",
                "a setting is read and declared nowhere",
                inserted('planted = pulumi.Config()\nplanted.get("verbosity")', "setting-not-declared"),
            ),
            (
                "warning-left-in",
                "the program warns at each run",
                inserted('pulumi.log.warn("planted")', "program-log", found_in=None),
            ),
        )
    ),
    Mutation(
        id="stateful-renamed",
        fault="what holds data is renamed without an alias",
        aws=Change(rule="stateful-urn", type="aws:kinesis/stream:Stream", name="events", renamed="transactions"),
        gcp=Change(rule="stateful-urn", type="gcp:pubsub/topic:Topic", name="events", renamed="transactions"),
        azure=Change(rule="stateful-urn", type="azure-native:eventhub:EventHub", name="events", renamed="transactions"),
    ),
)
