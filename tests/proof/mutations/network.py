"""Own faults of what can be reached from where, and in clear or encrypted."""

from __future__ import annotations

import json

from tests.proof.mutations.mutation import Change, Inputs, Mutation, NotHere, one, put

INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
FIREWALL = "gcp:compute/firewall:Firewall"
SECURITY_RULE = "azure-native:network:SecurityRule"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACCOUNT = "azure-native:storage:StorageAccount"
IN_SERVICE = "the service refuses plain HTTP by itself"


def _without_tls(inputs: Inputs) -> None:
    policy = json.loads(inputs["policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    inputs["policy"] = json.dumps(policy)


def _no_tls(id: str, what: str, type: str) -> Mutation:
    plant = Change(rule="store-without-tls", type=type, edit=_without_tls, elsewhere=True)
    return one("aws", id, f"one {what}'s policy does not refuse requests without TLS", plant, IN_SERVICE)


NETWORK = (
    Mutation(
        id="open-to-the-internet-by-ipv6",
        fault="the whole internet is let in by IPv6",
        aws=Change(rule="open-to-the-internet", type=INGRESS, edit=put("cidrIpv6", "::/0")),
        gcp=Change(
            rule="open-to-the-internet",
            type=FIREWALL,
            name="scoring-invokes-model",
            edit=lambda inputs: inputs.update(direction="INGRESS", sourceRanges=["::/0"]),
        ),
        azure=Change(
            rule="open-to-the-internet",
            type=SECURITY_RULE,
            name="payments-gateway-calls-scoring",
            edit=put("sourceAddressPrefixes", ["::/0"]),
        ),
    ),
    Mutation(
        id="every-port",
        fault="a rule lets every protocol and port through",
        aws=Change(rule="wide-opening", type=INGRESS, edit=put("ipProtocol", "-1")),
        gcp=Change(rule="wide-opening", type=FIREWALL, name="scoring-invokes-model", edit=put("allows.0.ports", [])),
        azure=Change(
            rule="wide-opening",
            type=SECURITY_RULE,
            name="payments-gateway-calls-scoring",
            edit=lambda inputs: inputs.update(
                destinationPortRange="*", sourceAddressPrefixes=[], sourceAddressPrefix="VirtualNetwork"
            ),
        ),
    ),
    one(
        "aws",
        "group-open-to-itself",
        "a security group is open to itself, on every protocol",
        Change(
            rule="wide-opening",
            type=INGRESS,
            edit=lambda inputs: inputs.update(
                ipProtocol="-1", referencedSecurityGroupId=inputs["securityGroupId"], cidrIpv4=None
            ),
        ),
        "a rule names tags or address ranges, never itself",
    ),
    Mutation(
        id="no-way-to-the-cache",
        fault="the rule that lets a flow through is not there",
        aws=Change(
            rule="flow-without-path", type=EGRESS, name="scoring-reads-online-features", removed=True, elsewhere=True
        ),
        gcp=Change(
            rule="flow-without-path", type=FIREWALL, name="scoring-reads-online-features", removed=True, elsewhere=True
        ),
        azure=Change(
            rule="flow-without-path",
            type=SECURITY_RULE,
            name="payments-gateway-calls-scoring",
            removed=True,
            elsewhere=True,
        ),
    ),
    _no_tls("no-tls-on-a-bucket", "bucket", "aws:s3/bucketPolicy:BucketPolicy"),
    _no_tls("no-tls-on-a-queue", "queue", "aws:sqs/queuePolicy:QueuePolicy"),
    _no_tls("no-tls-on-a-topic", "topic", "aws:sns/topicPolicy:TopicPolicy"),
    Mutation(
        id="plain-http",
        fault="traffic in clear is accepted",
        aws=Change(rule="aws-tls", type="aws:lb/listener:Listener", edit=put("protocol", "HTTP")),
        gcp=Change(
            rule="gcp-tls",
            type="gcp:memorystore/instance:Instance",
            edit=put("transitEncryptionMode", "TRANSIT_ENCRYPTION_DISABLED"),
        ),
        azure=Change(rule="azure-tls", type=ACCOUNT, edit=put("enableHttpsTrafficOnly", False)),
    ),
    Mutation(
        id="old-tls",
        fault="TLS 1.0 is accepted",
        aws=Change(
            rule="aws-tls", type="aws:lb/listener:Listener", edit=put("sslPolicy", "ELBSecurityPolicy-TLS-1-0-2015-04")
        ),
        gcp=Change(
            rule="gcp-tls", type="gcp:compute/regionSslPolicy:RegionSslPolicy", edit=put("minTlsVersion", "TLS_1_0")
        ),
        azure=Change(rule="azure-tls", type=ACCOUNT, edit=put("minimumTlsVersion", "TLS1_0")),
    ),
    Mutation(
        id="cache-in-clear",
        fault="a cache answers without TLS",
        aws=Change(
            rule="aws-tls",
            type="aws:elasticache/replicationGroup:ReplicationGroup",
            edit=put("transitEncryptionEnabled", False),
        ),
        gcp=NotHere("planted as `plain-http`"),
        azure=Change(
            rule="azure-tls", type="azure-native:redisenterprise:Database", edit=put("clientProtocol", "Plaintext")
        ),
    ),
    Mutation(
        id="public-entrance",
        fault="an entrance has a public address",
        aws=Change(rule="aws-public-address", type="aws:lb/loadBalancer:LoadBalancer", edit=put("internal", False)),
        gcp=Change(
            rule="gcp-public-address",
            type="gcp:cloudrunv2/service:Service",
            edit=put("ingress", "INGRESS_TRAFFIC_ALL"),
        ),
        azure=Change(
            rule="azure-public-network",
            type="azure-native:keyvault:Vault",
            edit=put("properties.publicNetworkAccess", "Enabled"),
        ),
    ),
    Mutation(
        id="endpoint-without-its-name",
        fault="a private endpoint does not answer to the service's own name",
        aws=Change(
            rule="aws-private-endpoint", type=ENDPOINT, name="network-kms", edit=put("privateDnsEnabled", False)
        ),
        gcp=NotHere("one entrance serves all of Google's interfaces, and its zone is the network's"),
        azure=Change(
            rule="azure-private-names",
            type="azure-native:network:PrivateDnsZoneGroup",
            removed=True,
            elsewhere=True,
        ),
    ),
)
