"""The network that the landing zone owns: its ids are settings, and nothing of it is made here."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services.service import Fit, Neighbours, Service, Setting, Value, Violation
from archgen.topology import Component, Needs


class ExistingNetworkService(Service):
    """Fits where the landing zone has a network; all it takes is ids."""

    def suits(self, needs: Needs) -> Fit:
        if not needs.get("existing", False):
            return Fit(
                violated=(
                    Violation(
                        need="existing",
                        found="no network yet",
                        limit="a VPC with subnets in three zones",
                        reason="there is no network whose ids could be given",
                    ),
                )
            )
        return Fit(score=100, reasons=("the landing zone owns addresses, routes and endpoints",))

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        return {
            "vpc_id": Setting(key="vpcId", description="VPC that the platform runs in", sample="vpc-0123456789abcdef0"),
            "app_subnet_ids": _subnets("appSubnetIds", "containers, jobs, model instances and load balancers", "a"),
            "data_subnet_ids": _subnets("dataSubnetIds", "caches and brokers", "d"),
            "endpoints_security_group_id": Setting(
                key="endpointsSecurityGroupId",
                description="Security group of the interface endpoints; workloads add their rules to it",
                sample="sg-0123456789abcdef0",
            ),
            "s3_prefix_list_id": Setting(
                key="s3PrefixListId",
                description="Managed prefix list of S3 in the region, for the gateway endpoint",
                sample="pl-0123456789abcdef0",
            ),
        }


def _subnets(key: str, what: str, digit: str) -> Setting:
    return Setting(
        key=key,
        description=f"Private subnets for {what}, one in each of three zones",
        type="array",
        sample=tuple(f"subnet-{digit * 16}{zone}" for zone in range(1, 4)),
    )


SERVICE = ExistingNetworkService(
    id="existing_network",
    role="network",
    class_name="ExistingNetwork",
    title="Amazon VPC of the landing zone",
    speaks=frozenset({"ip"}),
    observed=False,
)
