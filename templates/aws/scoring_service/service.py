"""Scoring service: containers behind a private load balancer, since a gateway's quota is the load itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archgen.services import Neighbours, Port, Setting, Value
from archgen.services.externals import secret
from archgen.services.names import camel
from archgen.services.roles.scoring import CALLER, Scoring, only_caller, scoring_containers
from archgen.topology import Component


@dataclass(frozen=True, kw_only=True)
class ScoringService(Scoring):
    """Containers behind a private load balancer that decide within the latency limit, by rules if need be."""

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        caller = only_caller(component, neighbours)
        own_network = not any(
            part.role == "network" and part.needs.get("existing", False) for part in neighbours.topology.components
        )
        return {
            **super().arguments(component, neighbours),
            "host_name": Setting(
                key=f"{camel(component.id)}HostName",
                description=f"Name under which {caller} reaches {component.id}; its certificate carries it",
                sample="scoring.fraud.example.com",
            ),
            "private_zone": own_network,
            # Subnets of a landing zone are shared: whoever owns them tries to lose them.
            "rehearses_zone_loss": own_network,
            "canary_certificate": secret(
                f"{camel(component.id)}CanaryCertificate",
                f"Client certificate (PEM) with its private key, from an authority of {caller}, that the canary calls"
                f" {component.id} with once a minute",
            ),
            "canary_authorities": Setting(
                key=f"{camel(component.id)}CanaryAuthorities",
                description=f"PEM of the authorities that signed the certificate of {component.id}; empty where it is a"
                " public one",
                sample="-----BEGIN CERTIFICATE-----\nserver authority\n-----END CERTIFICATE-----\n",
            ),
            **_link(component, caller),
            "certificate_arn": Setting(
                key=f"{camel(component.id)}CertificateArn",
                description=f"ACM certificate of the name under which {caller} reaches {component.id}",
                sample=f"arn:aws:acm:{neighbours.region.name}:123456789012:certificate/0f2c1f6e-93f4-4f0c-9a51-6f2d6f0a7c11",
            ),
        }


def _link(component: Component, caller: str) -> Mapping[str, Value]:
    if component.needs.get("callers", "routed") != "private-link":
        return {}
    principals = Setting(
        key=f"{camel(component.id)}LinkPrincipals",
        description=f"ARNs of the accounts or roles of {caller} that may ask for an endpoint to {component.id}; each"
        " connection is then accepted here, and the name is answered there once its TXT record proves the domain",
        type="array",
        sample=("arn:aws:iam::210987654321:root",),
    )
    return {"link_principals": principals}


SERVICE = ScoringService(
    id="scoring_service",
    role="scoring",
    class_name="ScoringService",
    title="Scoring service on Amazon ECS",
    limited=True,
    exports=("address", "repository_url"),
    speaks=frozenset({"rest"}),
    inside_network=True,
    calls=frozenset({"ecr.api", "ecr.dkr", "logs", "secretsmanager"}),
    private_link=True,
    strengths=(
        "containers that are always warm: no cold start, and no quota shared with other APIs of the account",
        "mutual TLS at a private load balancer over three zones",
    ),
    containers=scoring_containers("tasks"),
    ports=(
        CALLER,
        Port(
            argument="features",
            kind="features",
            role="online-features",
            speaks=frozenset({"valkey"}),
            verb="reads",
            optional=True,
        ),
        Port(
            argument="model",
            kind="inference",
            role="realtime-endpoint",
            speaks=frozenset({"sagemaker"}),
            verb="invokes",
        ),
        Port(
            argument="decisions",
            kind="events",
            role="event-stream",
            speaks=frozenset({"kinesis", "kafka"}),
            verb="writes",
        ),
        Port(
            argument="token_key",
            kind="token-key",
            role="tokenisation-key",
            speaks=frozenset({"token-key"}),
            verb="uses",
            optional=True,
        ),
    ),
    minimum={"tasks": 2, "max_tasks": 4},
)
