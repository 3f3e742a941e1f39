"""Faults of single inputs, which the SDKs take as they are."""

from __future__ import annotations

from tests.proof.mutations.mutation import Change, Mutation, NotHere, put

CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
CACHE_ON_GOOGLE = "gcp:memorystore/instance:Instance"
ACCOUNT = "azure-native:storage:StorageAccount"
NO_REGIONS = "no list of what each region offers is published in a package whose licence allows to use it"

REFERENCE_INPUTS = (
    Mutation(
        id="B13",
        fault="a value that an enumeration does not have",
        aws=Change(
            rule="input-limits",
            type="aws:kinesis/stream:Stream",
            edit=put("streamModeDetails.streamMode", "ONDEMAND"),
        ),
        gcp=Change(rule="input-limits", type="gcp:cloudrunv2/service:Service", edit=put("ingress", "INGRES")),
        azure=Change(rule="sdk-types", type=ACCOUNT, edit=put("minimumTlsVersion", "TLS12")),
    ),
    Mutation(
        id="B14",
        fault="an algorithm of encryption that there is not",
        aws=Change(
            rule="aws-bucket-encryption",
            type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            edit=put("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm", "aws:kmss"),
        ),
        gcp=Change(
            rule="input-limits",
            type="gcp:kms/cryptoKey:CryptoKey",
            edit=put("versionTemplate.algorithm", "GOOGLE_SYMETRIC_ENCRYPTION"),
        ),
        azure=Change(rule="azure-customer-key", type=ACCOUNT, edit=put("encryption.keySource", "Microsoft.Keyvalt")),
    ),
    Mutation(
        id="B15",
        fault="an instance type that there is not",
        aws=Change(
            rule="instance-type", type=CONFIGURATION, edit=put("productionVariants.0.instanceType", "ml.c9.2xlarge")
        ),
        gcp=Change(rule="input-limits", type=CACHE_ON_GOOGLE, edit=put("nodeType", "HIGHMEM_HUGE")),
        azure=Change(
            rule="instance-type",
            type="azure-native:containerservice:AgentPool",
            edit=put("vmSize", "Standard_F6s_v2"),
        ),
    ),
    Mutation(
        id="B16",
        fault="an instance type that the region does not have",
        aws=Change(
            rule="instance-type", type=CONFIGURATION, edit=put("productionVariants.0.instanceType", "ml.p5.48xlarge")
        ),
        gcp=NotHere(NO_REGIONS),
        azure=NotHere(NO_REGIONS),
    ),
    Mutation(
        id="B17",
        fault="a name with a character that the cloud refuses",
        aws=Change(rule="physical-name", type="aws:sagemaker/endpoint:Endpoint", edit=put("name", "fraud_prod")),
        gcp=Change(rule="physical-name", type=CACHE_ON_GOOGLE, edit=put("instanceId", "fraud_prod")),
        azure=Change(rule="physical-name", type=ACCOUNT, edit=put("accountName", "st_fraud_prod")),
    ),
    Mutation(
        id="B18",
        fault="a figure outside its range: a sampling of 200 %, a recovery of 200 days",
        aws=Change(
            rule="input-limits", type=CONFIGURATION, edit=put("dataCaptureConfig.initialSamplingPercentage", 200)
        ),
        gcp=Change(
            rule="input-limits",
            type="gcp:vertex/aiEndpoint:AiEndpoint",
            edit=put("predictRequestResponseLoggingConfig.samplingRate", 200),
        ),
        azure=Change(
            rule="input-limits",
            type="azure-native:keyvault:Vault",
            edit=put("properties.softDeleteRetentionInDays", 200),
        ),
    ),
    Mutation(
        id="B24",
        fault="a name where the whole identifier belongs",
        aws=Change(rule="input-limits", type="aws:sagemaker/model:Model", edit=put("executionRoleArn", "model")),
        gcp=Change(
            rule="input-limits", type="gcp:cloudrunv2/service:Service", edit=put("template.serviceAccount", "scoring")
        ),
        azure=Change(
            rule="input-limits",
            type=ACCOUNT,
            edit=put("encryption.encryptionIdentity.encryptionUserAssignedIdentity", "encryption"),
        ),
    ),
    Mutation(
        id="B28",
        fault="a stream without encryption by the platform's key",
        aws=Change(rule="aws-customer-key", type="aws:kinesis/stream:Stream", edit=put("encryptionType", "NONE")),
        gcp=Change(rule="gcp-customer-key", type="gcp:pubsub/topic:Topic", name="events", edit=put("kmsKeyName", None)),
        azure=Change(rule="azure-customer-key", type="azure-native:eventhub:Namespace", edit=put("encryption", None)),
    ),
    Mutation(
        id="B29",
        fault="the whole internet is let in",
        aws=Change(
            rule="open-to-the-internet",
            type="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            edit=put("cidrIpv4", "0.0.0.0/0"),
        ),
        gcp=Change(
            rule="open-to-the-internet",
            type="gcp:compute/firewall:Firewall",
            name="scoring-invokes-model",
            edit=lambda inputs: inputs.update(direction="INGRESS", sourceRanges=["0.0.0.0/0"]),
        ),
        azure=Change(
            rule="open-to-the-internet",
            type="azure-native:network:SecurityRule",
            name="payments-gateway-calls-scoring",
            edit=lambda inputs: inputs.update(sourceAddressPrefixes=[], sourceAddressPrefix="Internet"),
        ),
    ),
    Mutation(
        id="B30",
        fault="storage that can be made public",
        aws=Change(
            rule="aws-bucket-public",
            type="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
            edit=put("blockPublicPolicy", False),
        ),
        gcp=Change(
            rule="gcp-bucket-public",
            type="gcp:storage/bucket:Bucket",
            edit=put("publicAccessPrevention", "inherited"),
        ),
        azure=Change(rule="azure-public-network", type=ACCOUNT, edit=put("allowBlobPublicAccess", True)),
    ),
)
