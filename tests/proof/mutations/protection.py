"""Own faults of how data is kept: encrypted, versioned, logged, and not deleted by a slip."""

from __future__ import annotations

from tests.proof.mutations.mutation import Change, Mutation, NotHere, one, put

KEY, VAULT_KEY = "aws:kms/key:Key", "azure-native:keyvault:Key"
CRYPTO_KEY = "gcp:kms/cryptoKey:CryptoKey"
BUCKET = "aws:s3/bucket:Bucket"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
REPOSITORY = "aws:ecr/repository:Repository"

PROTECTION = (
    Mutation(
        id="key-for-ever",
        fault="a key does not rotate",
        aws=Change(rule="aws-keys", type=KEY, edit=put("enableKeyRotation", False)),
        gcp=Change(rule="gcp-keys", type=CRYPTO_KEY, edit=put("rotationPeriod", None)),
        azure=Change(rule="azure-keys", type=VAULT_KEY, edit=put("properties.rotationPolicy", None)),
    ),
    Mutation(
        id="key-destroyed-at-once",
        fault="a key that is deleted is gone at once, and all that it encrypts",
        aws=Change(rule="aws-keys", type=KEY, edit=put("deletionWindowInDays", None)),
        gcp=Change(rule="gcp-keys", type=CRYPTO_KEY, edit=put("destroyScheduledDuration", None)),
        azure=Change(
            rule="azure-vault",
            type="azure-native:keyvault:Vault",
            edit=put("properties.enablePurgeProtection", False),
        ),
    ),
    Mutation(
        id="versioning-suspended",
        fault="what is overwritten or deleted cannot be brought back",
        aws=Change(
            rule="aws-bucket-complete",
            type="aws:s3/bucketVersioning:BucketVersioning",
            edit=put("versioningConfiguration.status", "Suspended"),
        ),
        gcp=Change(rule="gcp-bucket-public", type="gcp:storage/bucket:Bucket", edit=put("versioning", None)),
        azure=Change(
            rule="azure-recovery",
            type="azure-native:storage:BlobServiceProperties",
            edit=put("deleteRetentionPolicy.enabled", False),
        ),
    ),
    Mutation(
        id="emptied-with-its-bucket",
        fault="a store with data is deleted together with it, in production",
        aws=Change(rule="aws-deletion", type=BUCKET, edit=put("forceDestroy", True)),
        gcp=Change(rule="gcp-deletion", type="gcp:storage/bucket:Bucket", edit=put("forceDestroy", True)),
        azure=NotHere("an account has no such argument: `unprotected` is the like of it"),
    ),
    Mutation(
        id="unprotected",
        fault="what holds data has no protection from Pulumi's own deletion, in production",
        aws=Change(rule="aws-deletion", type="aws:kinesis/stream:Stream", unprotected=True),
        gcp=Change(rule="gcp-deletion", type="gcp:storage/bucket:Bucket", unprotected=True),
        azure=Change(rule="azure-deletion", type="azure-native:storage:StorageAccount", unprotected=True),
    ),
    Mutation(
        id="deletion-protection-off",
        fault="the service's own protection from deletion is off, in production",
        aws=Change(
            rule="aws-deletion", type="aws:lb/loadBalancer:LoadBalancer", edit=put("enableDeletionProtection", False)
        ),
        gcp=Change(
            rule="gcp-deletion",
            type="gcp:memorystore/instance:Instance",
            edit=put("deletionProtectionEnabled", False),
        ),
        azure=NotHere("locks and purge protection are what there is: `key-destroyed-at-once`"),
    ),
    Mutation(
        id="logs-for-ever",
        fault="logs are kept without an end",
        aws=Change(rule="aws-logs", type=LOG_GROUP, edit=put("retentionInDays", 0)),
        gcp=Change(
            rule="gcp-logs",
            type="gcp:logging/projectBucketConfig:ProjectBucketConfig",
            edit=put("retentionDays", None),
        ),
        azure=Change(
            rule="azure-logs", type="azure-native:operationalinsights:Workspace", edit=put("retentionInDays", None)
        ),
    ),
    Mutation(
        id="logs-without-key",
        fault="logs are not encrypted with the platform's key",
        aws=Change(rule="aws-logs", type=LOG_GROUP, edit=put("kmsKeyId", None)),
        gcp=Change(
            rule="gcp-customer-key",
            type="gcp:logging/projectBucketConfig:ProjectBucketConfig",
            edit=put("cmekSettings", None),
        ),
        azure=NotHere("logs have a key of their own only in a dedicated cluster, which the platform does not ask for"),
    ),
    Mutation(
        id="network-unlogged",
        fault="what the network lets through is not logged",
        aws=Change(rule="aws-logs", type="aws:ec2/flowLog:FlowLog", removed=True, elsewhere=True),
        gcp=Change(
            rule="gcp-logs",
            type="gcp:compute/subnetwork:Subnetwork",
            name="network-services",
            edit=put("logConfig", None),
        ),
        azure=NotHere("flow logs belong to the network of the hub, which is not the platform's"),
    ),
    one(
        "aws",
        "trail-that-can-be-forged",
        "nobody would notice a change of the audit trail",
        Change(rule="aws-trail", type="aws:cloudtrail/trail:Trail", edit=put("enableLogFileValidation", False)),
        "the cloud's own audit logs are kept by the cloud and cannot be changed",
    ),
    Mutation(
        id="disk-without-key",
        fault="a cache's or a node's disk is not encrypted with the platform's key",
        aws=Change(
            rule="aws-customer-key",
            type="aws:elasticache/replicationGroup:ReplicationGroup",
            edit=put("kmsKeyId", None),
        ),
        gcp=Change(rule="gcp-customer-key", type="gcp:memorystore/instance:Instance", edit=put("kmsKey", None)),
        azure=Change(
            rule="azure-customer-key",
            type="azure-native:containerservice:ManagedCluster",
            edit=put("diskEncryptionSetID", None),
        ),
    ),
    one(
        "aws",
        "images-replaced",
        "an image can be replaced under its tag",
        Change(rule="aws-images", type=REPOSITORY, edit=put("imageTagMutability", "MUTABLE")),
        "containers run by digest, which `image-by-tag` sees to",
    ),
    one(
        "aws",
        "images-unscanned",
        "images are not scanned",
        Change(rule="aws-images", type=REPOSITORY, edit=put("imageScanningConfiguration.scanOnPush", False)),
        "scanning is switched on for the whole project or subscription",
    ),
)
