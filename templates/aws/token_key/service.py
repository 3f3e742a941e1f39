"""The key of card tokens: a secret under a KMS key of its own, read once by whoever makes tokens."""

from __future__ import annotations

from collections.abc import Mapping

from archgen.services import Fit, Neighbours, Service, Setting, Value
from archgen.services.names import camel
from archgen.topology import Component, Needs


class TokenKeyService(Service):
    """Fits whatever turns card numbers into keyed tokens on the spot."""

    def suits(self, needs: Needs) -> Fit:
        return Fit(
            score=80,
            reasons=(
                "read once at start and kept in memory: a token costs microseconds, and no API's quota is on the path",
                "a key of its own, which only the components that make tokens can open",
            ),
        )

    def arguments(self, component: Component, neighbours: Neighbours) -> Mapping[str, Value]:
        key = camel(component.id)
        users = sorted(flow.opener for flow in neighbours.flows(component.id) if flow.kind == "token-key")
        return {
            "users": tuple(users),
            "keyring": Setting(
                key=f"{key}Keyring",
                description="Key ids with 32 random bytes in base64 each, the newest first: k1=... or k2=...,k1=...",
                secret=True,
            ),
            "custodians": Setting(
                key=f"{key}Custodians",
                description=f"ARNs of the roles that may read and replace {component.id}: the deployment's and the key"
                " custodians'",
                type="array",
                sample=("arn:aws:iam::123456789012:role/deployment", "arn:aws:iam::123456789012:role/key-custodian"),
            ),
        }


SERVICE = TokenKeyService(
    id="token_key",
    role="tokenisation-key",
    class_name="TokenKey",
    title="AWS Secrets Manager and AWS KMS",
    speaks=frozenset({"token-key"}),
    reached_through="secretsmanager",
)
