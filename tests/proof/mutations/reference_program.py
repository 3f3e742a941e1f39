"""Faults of the program's text that stop it, or that only its run or its syntax tree shows."""

from __future__ import annotations

from tests.proof.mutations.mutation import Mutation, NotHere, Text, inserted

OPTIONS = "opts=pulumi.ResourceOptions(parent=self)"
QUEUE = "aws.sqs.Queue"
TOPIC = "gcp.pubsub.Topic"
IDENTITY = "azure.managedidentity.UserAssignedIdentity"
GROUP = "resource_group_name=self.resource_group"
SECRET = "authorisationsPassword"
PROD = "infra/Pulumi.prod.yaml"
UNSET = Text(
    rule="config",
    file=PROD,
    old="  payments-fraud:deletionProtection: true\n",
    new="",
    found_in="Pulumi.yaml",
    stops=True,
)


def _everywhere(id: str, fault: str, rule: str, *, aws: str, gcp: str, azure: str, stops: bool = False) -> Mutation:
    """A fault that is planted on every cloud with the resources of each."""
    return Mutation(
        id=id,
        fault=fault,
        aws=inserted(aws, rule, stops=stops),
        gcp=inserted(gcp, rule, stops=stops),
        azure=inserted(azure, rule, stops=stops),
    )


def _alike(id: str, fault: str, rule: str, code: str, *, stops: bool = False, found_in: str | None = "") -> Mutation:
    """A fault whose code is the same on every cloud."""
    plant = inserted(code, rule, stops=stops, found_in=found_in)
    return Mutation(id=id, fault=fault, aws=plant, gcp=plant, azure=plant)


_SIZES = {
    "aws": "payments-fraud:eventsShards: 15",
    "gcp": "payments-fraud:scoringInstances: 39",
    "azure": "payments-fraud:scoringReplicas: 39",
}

REFERENCE_PROGRAM = (
    _everywhere(
        "B01",
        "two resources of one type have the same name",
        "duplicate-urn",
        aws=f'aws.sns.Topic("twin", {OPTIONS})\naws.sns.Topic("twin", {OPTIONS})',
        gcp=f'{TOPIC}("twin", {OPTIONS})\n{TOPIC}("twin", {OPTIONS})',
        azure=f'{IDENTITY}("twin", {GROUP}, {OPTIONS})\n{IDENTITY}("twin", {GROUP}, {OPTIONS})',
    ),
    Mutation(
        id="B02",
        fault="a setting that the program reads has no value in the stack",
        aws=UNSET,
        gcp=UNSET,
        azure=UNSET,
    ),
    Mutation(
        id="B03",
        fault="a word where a setting is an integer",
        **{
            cloud: Text(rule="config", file=PROD, old=text, new=f"{text.partition(': ')[0]}: six", stops=True)
            for cloud, text in _SIZES.items()
        },
    ),
    _everywhere(
        "B04",
        "a misspelt argument",
        "crash",
        stops=True,
        aws=f'{QUEUE}("planted", message_retention_secnds=60, {OPTIONS})',
        gcp=f'{TOPIC}("planted", message_retention_duratio="600s", {OPTIONS})',
        azure=f'{IDENTITY}("planted", resource_group=self.resource_group, {OPTIONS})',
    ),
    _everywhere(
        "B05",
        "a required argument is missing",
        "crash",
        stops=True,
        aws=f'aws.appautoscaling.Target("planted", min_capacity=1, {OPTIONS})',
        gcp=f'gcp.pubsub.Subscription("planted", {OPTIONS})',
        azure=f'{IDENTITY}("planted", {OPTIONS})',
    ),
    _everywhere(
        "B06",
        "a text where an integer belongs",
        "sdk-types",
        aws=f'{QUEUE}("late", visibility_timeout_seconds="48h", {OPTIONS})',
        gcp=f'gcp.pubsub.Subscription("late", topic="t", ack_deadline_seconds="48h", {OPTIONS})',
        azure=f'azure.operationalinsights.Workspace("late", {GROUP}, retention_in_days="48d", {OPTIONS})',
    ),
    _everywhere(
        "B07",
        "a misspelt argument of a nested class",
        "crash",
        stops=True,
        aws='aws.kinesis.StreamStreamModeDetailsArgs(stream_mod="PROVISIONED")',
        gcp='gcp.pubsub.SubscriptionExpirationPolicyArgs(tl="")',
        azure='azure.eventhub.SkuArgs(nam="Premium")',
    ),
    _everywhere(
        "B08",
        "a misspelt key of a dictionary where a class could stand",
        "sdk-types",
        aws=f'aws.kinesis.Stream("dictionary", stream_mode_details={{"stream_mod": "PROVISIONED"}}, {OPTIONS})',
        gcp=f'gcp.pubsub.Subscription("dictionary", topic="t", expiration_policy={{"tl": ""}}, {OPTIONS})',
        azure=f'azure.eventhub.Namespace("dictionary", {GROUP}, sku={{"nam": "Premium"}}, {OPTIONS})',
    ),
    _everywhere(
        "B09",
        "an Output is formatted into a string",
        "output-in-string",
        aws=f'formatted = aws.sns.Topic("formatted", {OPTIONS})\n'
        f'{QUEUE}("of-it", tags={{"topic": f"{{formatted.arn}}/x"}}, {OPTIONS})',
        gcp=f'formatted = {TOPIC}("formatted", {OPTIONS})\n'
        f'{TOPIC}("of-it", labels={{"topic": f"{{formatted.name}}-x"}}, {OPTIONS})',
        azure=f'formatted = {IDENTITY}("formatted", {GROUP}, {OPTIONS})\n'
        f'{IDENTITY}("of-it", {GROUP}, tags={{"of": f"{{formatted.name}}/x"}}, {OPTIONS})',
    ),
    _everywhere(
        "B10",
        "an Output is written as JSON by the standard library",
        "crash",
        stops=True,
        aws=f'import json\njson.dumps({{"queue": {QUEUE}("planted", {OPTIONS}).arn}})',
        gcp=f'import json\njson.dumps({{"topic": {TOPIC}("planted", {OPTIONS}).id}})',
        azure=f'import json\njson.dumps({{"who": {IDENTITY}("planted", {GROUP}, {OPTIONS}).id}})',
    ),
    _everywhere(
        "B11",
        "an apply fails on a value that is known in the preview",
        "crash",
        stops=True,
        aws=f'part = pulumi.Output.from_input("a:b").apply(lambda text: text.split(":")[7])\n'
        f'{QUEUE}("planted", tags={{"part": part}}, {OPTIONS})',
        gcp=f'part = pulumi.Output.from_input("a:b").apply(lambda text: text.split(":")[7])\n'
        f'{TOPIC}("planted", labels={{"part": part}}, {OPTIONS})',
        azure=f'part = pulumi.Output.from_input("a:b").apply(lambda text: text.split(":")[7])\n'
        f'{IDENTITY}("planted", {GROUP}, tags={{"part": part}}, {OPTIONS})',
    ),
    _everywhere(
        "B12",
        "the program asks the cloud for something",
        "unfaked-invoke",
        stops=True,
        aws='aws.ec2.get_ami(most_recent=True, owners=["amazon"])',
        gcp='gcp.compute.get_image(family="debian-12", project="debian-cloud")',
        azure='azure.storage.get_storage_account(account_name="own", resource_group_name="own")',
    ),
    _everywhere(
        "B19",
        "a secret setting is read as plain text, for a property that happens to be secret",
        "secret-read-in-clear",
        aws=f'aws.secretsmanager.SecretVersion("read", secret_id="s",'
        f' secret_string=pulumi.Config().require("{SECRET}"), {OPTIONS})',
        gcp=f'gcp.secretmanager.SecretVersion("read", secret="s", secret_data=pulumi.Config().require("{SECRET}"),'
        f" {OPTIONS})",
        azure=f'azure.keyvault.Secret("read", {GROUP}, vault_name="v", properties=azure.keyvault.SecretPropertiesArgs('
        f'value=pulumi.Config().require("{SECRET}")), {OPTIONS})',
    ),
    _alike(
        "B20",
        "a secret is exported in clear",
        "secret-in-clear",
        f'pulumi.export("login", pulumi.Output.unsecret(pulumi.Config().require_secret("{SECRET}")))',
        found_in=None,
    ),
    Mutation(
        id="B21",
        fault="a whole resource is given where its id belongs",
        aws=inserted(f'aws.kms.Alias("whole", target_key_id=aws.kms.Key("whole", {OPTIONS}), {OPTIONS})', "sdk-types"),
        gcp=inserted(f'gcp.pubsub.Subscription("whole", topic={TOPIC}("whole", {OPTIONS}), {OPTIONS})', "sdk-types"),
        azure=NotHere(
            "the SDK waits for it for ever: the run is stopped by its time limit, which `crash` says two minutes later"
        ),
    ),
    _everywhere(
        "B22",
        "a resource has no parent",
        "outside-component",
        aws='aws.sns.Topic("orphan")',
        gcp=f'{TOPIC}("orphan")',
        azure=f'{IDENTITY}("orphan", {GROUP})',
    ),
    _alike("B23", "an attribute that is not there", "crash", "self.keys.nothing", stops=True),
    _everywhere(
        "B25",
        "a text where true or false belongs",
        "sdk-types",
        aws=f'{QUEUE}("truth", fifo_queue="yes", {OPTIONS})',
        gcp=f'gcp.pubsub.Subscription("truth", topic="t", enable_message_ordering="yes", {OPTIONS})',
        azure=f'azure.network.RouteTable("truth", {GROUP}, disable_bgp_route_propagation="yes", {OPTIONS})',
    ),
    _everywhere(
        "B26",
        "a text where a list belongs",
        "sdk-types",
        aws=f'aws.kinesis.Stream("list", shard_level_metrics="IncomingBytes", {OPTIONS})',
        gcp=f'{TOPIC}("list", message_storage_policy=gcp.pubsub.TopicMessageStoragePolicyArgs('
        f'allowed_persistence_regions="europe-west4"), {OPTIONS})',
        azure=f'azure.managedidentity.FederatedIdentityCredential("list", {GROUP}, issuer="i", subject="s",'
        f' audiences="a", resource_name_="r", {OPTIONS})',
    ),
    _alike("B27", "an import of what is not there", "crash", "from ..contracts import Nothing", stops=True),
    _everywhere(
        "B31",
        "an apply fails on a value that only the update knows",
        "crash",
        stops=True,
        aws=f'part = {QUEUE}("planted", {OPTIONS}).arn.apply(lambda arn: arn.split(":")[42])\n'
        f'aws.sns.Topic("of-it", display_name=part, {OPTIONS})',
        gcp=f'part = {TOPIC}("planted", {OPTIONS}).id.apply(lambda id: id.split("/")[42])\n'
        f'{TOPIC}("of-it", labels={{"part": part}}, {OPTIONS})',
        azure=f'part = {IDENTITY}("planted", {GROUP}, {OPTIONS}).id.apply(lambda id: id.split("/")[42])\n'
        f'{IDENTITY}("of-it", {GROUP}, tags={{"part": part}}, {OPTIONS})',
    ),
    _everywhere(
        "B32",
        "a resource is made inside an apply",
        "preview-and-up-differ",
        aws=f'{QUEUE}("outer", {OPTIONS}).arn.apply(lambda _: aws.sns.Topic("inner", {OPTIONS}))',
        gcp=f'{TOPIC}("outer", {OPTIONS}).id.apply(lambda _: {TOPIC}("inner", {OPTIONS}))',
        azure=f'{IDENTITY}("outer", {GROUP}, {OPTIONS}).id.apply(lambda _: {IDENTITY}("inner", {GROUP}, {OPTIONS}))',
    ),
    _everywhere(
        "B33",
        "an Output is compared with a text",
        "output-compared",
        aws=f'compared = {QUEUE}("compared", {OPTIONS})\nself.same = compared.name == "x"',
        gcp=f'compared = {TOPIC}("compared", {OPTIONS})\nself.same = compared.name == "x"',
        azure=f'compared = {IDENTITY}("compared", {GROUP}, {OPTIONS})\nself.same = compared.name == "x"',
    ),
)
