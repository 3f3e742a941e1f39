"""Workbench for data scientists on SageMaker Studio: notebooks inside the network, and a record of experiments.

People explore curated data here and note what they tried. What they make is no version: versions come from the training
pipeline alone, through its gates, so a notebook can neither register, approve nor serve a model.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from ..contracts import Network, ObjectStore, Platform, Workload
from ..hardened.connections import connect, reach_aws, security_group
from ..hardened.identity import allow, service_role, statement
from ..hardened.jobs import network_interfaces
from ..hardened.keys import own_key
from ..hardened.monitoring import log_group
from ..hardened.storage import private_bucket

sm = aws.sagemaker

LOGS = "/aws/sagemaker/studio"
"""The group that all applications of an account write to; SageMaker takes no other name."""
APPLICATION_PORTS = (8192, 65535)
"""Between an application and its kernels. Source: SageMaker developer guide, Studio in a VPC."""
TRACKING = """\
#!/bin/bash
set -eu
startup="$HOME/.ipython/profile_default/startup"
mkdir -p "$startup"
cat > "$startup/00-experiments.py" <<'PYTHON'
import os

os.environ.setdefault("MLFLOW_TRACKING_URI", "{0}")
PYTHON
"""


@dataclass(frozen=True, kw_only=True)
class SagemakerWorkbenchArgs:
    platform: Platform
    network: Network
    data: ObjectStore
    """Curated data, to be read."""
    users: Sequence[str]
    """Names of user profiles, one per person: what a person does is told by it in the trail."""
    instance_type: str
    """What a notebook starts on."""
    instance_types: Sequence[str]
    """All that it may be moved to."""
    idle_minutes: int
    """After which a notebook that does nothing is stopped."""
    keep_days: int
    """How long artefacts of experiments are kept."""
    manage_account_baseline: bool
    """Whether this stack owns the log group that all Studio applications of the account share."""


class SagemakerWorkbench(pulumi.ComponentResource):
    """A domain without a way to the internet, a profile per person, and an MLflow app."""

    def __init__(self, name: str, args: SagemakerWorkbenchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("archgen:aws:SagemakerWorkbench", name, None, opts)
        self._name, self._args, self._platform = name, args, args.platform
        self._child = pulumi.ResourceOptions(parent=self)
        self._group = security_group(name, args.network, "Notebooks and their kernels", self)
        self._role = service_role(name, "sagemaker.amazonaws.com", args.platform, self, names_people=True)
        self._key = self._make_key()
        workload = Workload(name=name, component=self, role=self._role, security_group_id=self._group.id)
        self._experiments = private_bucket(
            f"{name}-experiments",
            self,
            protected=args.platform.protected,
            key_arn=args.platform.keys.data,
            access_logs_bucket=args.platform.access_logs_bucket,
            expire_after_days=args.keep_days,
            noncurrent_days=args.keep_days,
        )
        tracking = self._track()
        granted: list[pulumi.Resource] = [
            *args.data.grant_read(workload),
            *reach_aws(workload, args.network),
            *self._among_applications(),
            self._allow_service(workload, tracking),
        ]
        if args.manage_account_baseline:
            # Studio would make it at the first notebook, unencrypted and endless.
            granted.append(log_group(f"{name}-studio", LOGS, args.platform, self))
        domain = self._domain(tracking, granted)
        allow(f"{name}-spaces", workload, self._own_spaces(domain))
        for user in sorted(set(args.users)):
            sm.UserProfile(f"{name}-{user}", domain_id=domain.id, user_profile_name=user, opts=self._child)
        self.domain_id, self.tracking_arn = domain.id, tracking.arn
        self.register_outputs({"domain_id": self.domain_id, "tracking_arn": self.tracking_arn})

    def _make_key(self) -> aws.kms.Key:
        """A key of its own: notebooks hold what people took out of the lake, and who may read that lake is not who may
        read every notebook."""
        for_services = {
            "Sid": "VolumesOfNotebooks",
            "Effect": "Allow",
            "Principal": {"AWS": self._platform.account_id},
            "Action": ["kms:CreateGrant"],
            "Resource": "*",
            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
        }
        return own_key(
            self._name,
            "Notebooks of the workbench and their volumes",
            self._platform,
            self,
            through=("ec2", "elasticfilesystem", "sagemaker"),
            statements=[for_services],
        )

    def _track(self) -> aws.sagemaker.MlflowApp:
        """The record of experiments. What a run measured lies with AWS, under a key of AWS: see `tracking-key` of the
        service; what it made lies in a bucket of ours."""
        name = f"{self._name}-tracking"
        role = service_role(name, "sagemaker.amazonaws.com", self._platform, self)
        granted = allow(name, Workload(name=name, component=self, role=role), self._use_experiments())
        return sm.MlflowApp(
            name,
            name=f"{self._platform.name}-{self._name}",
            role_arn=role.arn,
            artifact_store_uri=pulumi.Output.concat("s3://", self._experiments.id, "/mlflow"),
            # A version enters the registry through the gates of the pipeline and in no other way.
            model_registration_mode="AutoModelRegistrationDisabled",
            weekly_maintenance_window_start="Sun:03:00",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[granted]),
        )

    def _use_experiments(self) -> Sequence[Mapping[str, Any]]:
        by_s3 = {"StringEquals": {"kms:ViaService": f"s3.{self._platform.region}.amazonaws.com"}}
        return [
            statement(
                ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                [pulumi.Output.concat(self._experiments.arn, "/*")],
            ),
            statement(["s3:GetBucketLocation", "s3:ListBucket"], [self._experiments.arn]),
            statement(["kms:Decrypt", "kms:GenerateDataKey"], [self._platform.keys.data], by_s3),
        ]

    def _among_applications(self) -> Sequence[pulumi.Resource]:
        group = self._group.id
        told = f"Applications of {self._name} among themselves"
        return connect(f"{self._name}-applications", self, group, group, *APPLICATION_PORTS, description=told)

    def _allow_service(self, workload: Workload, tracking: aws.sagemaker.MlflowApp) -> aws.iam.RolePolicy:
        platform = self._platform
        logs = pulumi.Output.format("arn:aws:logs:{0}:{1}:log-group:{2}:*", platform.region, platform.account_id, LOGS)
        return allow(
            f"{self._name}-service",
            workload,
            [
                *self._use_experiments(),
                # An app knows this one action for the whole of its API.
                statement(["sagemaker:CallMlflowAppApi", "sagemaker:DescribeMlflowApp"], [tracking.arn]),
                statement(["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], [self._key.arn]),
                statement(["kms:CreateGrant"], [self._key.arn], {"Bool": {"kms:GrantIsForAWSResource": "true"}}),
                statement(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [logs]),
                *network_interfaces(platform, self._args.network, self._group),
            ],
        )

    def _own_spaces(self, domain: aws.sagemaker.Domain) -> Sequence[Mapping[str, Any]]:
        """Spaces and applications of this domain, on machines of the types that are allowed."""

        def of_domain(kind: str) -> pulumi.Output[str]:
            return pulumi.Output.format(
                "arn:aws:sagemaker:{0}:{1}:{2}/{3}/*", self._platform.region, self._platform.account_id, kind, domain.id
            )

        types = {"ForAllValues:StringEquals": {"sagemaker:InstanceTypes": ["system", *self._args.instance_types]}}
        return [
            statement(["sagemaker:CreateApp"], [of_domain("app")], types),
            statement(["sagemaker:DeleteApp", "sagemaker:DescribeApp"], [of_domain("app")]),
            statement(
                [
                    "sagemaker:AddTags",
                    "sagemaker:CreateSpace",
                    "sagemaker:DeleteSpace",
                    "sagemaker:DescribeSpace",
                    "sagemaker:UpdateSpace",
                ],
                [of_domain("space")],
            ),
            statement(["sagemaker:DescribeUserProfile"], [of_domain("user-profile")]),
            statement(["sagemaker:DescribeDomain"], [domain.arn]),
            # Studio's own page is made of these lists, which know no resource.
            statement(["sagemaker:ListApps", "sagemaker:ListSpaces", "sagemaker:ListUserProfiles"], ["*"]),
        ]

    def _domain(self, tracking: aws.sagemaker.MlflowApp, granted: Sequence[pulumi.Resource]) -> aws.sagemaker.Domain:
        args = self._args
        script = pulumi.Output.format(TRACKING, tracking.arn)
        found = sm.StudioLifecycleConfig(
            self._name,
            studio_lifecycle_config_name=f"{self._platform.name}-{self._name}-experiments",
            studio_lifecycle_config_app_type="JupyterLab",
            studio_lifecycle_config_content=script.apply(lambda text: base64.b64encode(text.encode()).decode()),
            opts=self._child,
        )
        return sm.Domain(
            self._name,
            domain_name=f"{self._platform.name}-{self._name}",
            auth_mode="IAM",
            vpc_id=args.network.vpc_id,
            subnet_ids=args.network.app_subnet_ids,
            # SageMaker's own default leads to the internet.
            app_network_access_type="VpcOnly",
            app_security_group_management="Customer",
            kms_key_id=self._key.arn,
            tag_propagation="ENABLED",
            domain_settings=sm.DomainDomainSettingsArgs(
                # Every call of a notebook bears the person's name in the trail, though all share one role.
                execution_role_identity_config="USER_PROFILE_NAME",
                security_group_ids=[self._group.id],
                docker_settings=sm.DomainDomainSettingsDockerSettingsArgs(enable_docker_access="DISABLED"),
            ),
            default_user_settings=self._user_settings(found),
            # Destroyed with the domain in a stack that may be, else what people wrote outlives it.
            retention_policy=sm.DomainRetentionPolicyArgs(
                home_efs_file_system="Retain" if self._platform.protected else "Delete"
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=self._platform.protected, depends_on=list(granted)),
        )

    def _user_settings(self, found: aws.sagemaker.StudioLifecycleConfig) -> sm.DomainDefaultUserSettingsArgs:
        args = self._args
        idle = sm.DomainDefaultUserSettingsJupyterLabAppSettingsAppLifecycleManagementIdleSettingsArgs(
            lifecycle_management="ENABLED",
            idle_timeout_in_minutes=args.idle_minutes,
            # Nobody can choose to let a machine run over a weekend.
            max_idle_timeout_in_minutes=args.idle_minutes,
        )
        return sm.DomainDefaultUserSettingsArgs(
            execution_role=self._role.arn,
            security_groups=[self._group.id],
            studio_web_portal="ENABLED",
            default_landing_uri="studio::",
            # What a cell printed may be rows of people: it is not shared as a picture of the notebook.
            sharing_settings=sm.DomainDefaultUserSettingsSharingSettingsArgs(notebook_output_option="Disabled"),
            jupyter_lab_app_settings=sm.DomainDefaultUserSettingsJupyterLabAppSettingsArgs(
                default_resource_spec=sm.DomainDefaultUserSettingsJupyterLabAppSettingsDefaultResourceSpecArgs(
                    instance_type=args.instance_type, lifecycle_config_arn=found.arn
                ),
                lifecycle_config_arns=[found.arn],
                app_lifecycle_management=sm.DomainDefaultUserSettingsJupyterLabAppSettingsAppLifecycleManagementArgs(
                    idle_settings=idle
                ),
            ),
        )
