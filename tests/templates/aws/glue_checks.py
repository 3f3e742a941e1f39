"""What holds for every Spark job on Glue, whichever component it belongs to."""

from __future__ import annotations

from typing import Any

from tests.templates.aws.conftest import Recording
from tests.templates.aws.stand_ins import DATA_KEY, LOGS_KEY, Store, policy, resources_of, waits_for


def assert_job_is_private_encrypted_and_logged(made: Recording, name: str) -> dict[str, Any]:
    """Returns the inputs of the job."""
    job = made.one("glue/job:Job", name)
    configuration = made.one(":SecurityConfiguration").inputs["encryptionConfiguration"]
    assert configuration["cloudwatchEncryption"] == {"cloudwatchEncryptionMode": "SSE-KMS", "kmsKeyArn": LOGS_KEY}
    assert configuration["s3Encryption"] == {"s3EncryptionMode": "SSE-KMS", "kmsKeyArn": DATA_KEY}
    assert job.inputs["securityConfiguration"] and job.inputs["glueVersion"] == "5.0"
    assert job.inputs["connections"], "without a connection Glue runs it outside the network"
    role = made.one(":Role", name)
    for group in made.of(":LogGroup"):
        assert f"-role/{role.name}-Role/" in group.inputs["name"]
        assert group.inputs["name"].startswith(job.inputs["defaultArguments"]["--custom-logGroup-prefix"])
        assert waits_for(job, group)
    assert {group.inputs["name"].rpartition("/")[2] for group in made.of(":LogGroup")} == {"error", "output"}
    inward = made.one(":SecurityGroupIngressRule", f"{name}-workers").inputs
    assert inward["referencedSecurityGroupId"] == inward["securityGroupId"], "its own workers and nobody else"
    assert waits_for(job, *made.of(":BucketObjectv2"))
    for uploaded in made.of(":BucketObjectv2"):
        assert uploaded.inputs["kmsKeyId"] == DATA_KEY
        assert uploaded.inputs["key"].startswith(f"{name}/")
    interfaces = policy(made.one(":RolePolicy", f"{name}-service"))
    assert all(
        ":subnet/app-" in arn or "*" not in arn for arn in resources_of(interfaces, "ec2:CreateNetworkInterface")[1:]
    )
    # Of what Glue looks up in EC2 this alone admits a resource.
    (looked_at,) = resources_of(interfaces, "ec2:DescribeVpcAttribute")
    assert ":vpc/" in looked_at and "*" not in looked_at
    return dict(job.inputs)


def alarms(made: Recording) -> dict[str, Any]:
    return {alarm.name: alarm.inputs for alarm in made.of(":MetricAlarm")}


def store() -> Store:
    return Store()
